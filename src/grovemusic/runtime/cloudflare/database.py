"""Database over D1."""

import re
from collections.abc import Sequence
from typing import Any

from pyodide.ffi import JsException

from grovemusic.domain.errors import StorageBusy
from grovemusic.ports import Row, Statement, Value
from grovemusic.runtime.cloudflare.javascript import asked, bare, given, parsed, said, translated
from grovemusic.runtime.limits.sql import PORT, checked

_TRIES = 3
_READS = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


class D1:
    """A `Database`.

    Args:
        binding: As in `env`.
        session: "first-unconstrained" lets the nearest replica answer, where a stale answer does
            no harm; None asks the primary, so that every read sees every write.
    """

    def __init__(self, binding: Any, *, session: str | None = None) -> None:
        self._d1 = bare(binding) if session is None else bare(binding).withSession(session)

    async def rows(self, sql: str, *values: Value) -> list[Row]:
        prepared = self._prepared(Statement(sql, values))
        for left in range(_TRIES - 1, -1, -1):
            try:
                return _rows(await asked(PORT, prepared.all()))
            except StorageBusy:
                # Only what changes nothing may be asked again: nobody knows if a write was done.
                if not left or not _is_read(sql):
                    raise
        raise AssertionError("unreachable")

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if not statements:
            return []
        prepared = given([self._prepared(each) for each in statements])
        return [_rows(each) for each in await asked(PORT, self._d1.batch(prepared))]

    def _prepared(self, statement: Statement) -> Any:
        sql, bound = checked(statement)
        values = [given(value) for value in bound]
        try:
            prepared = self._d1.prepare(sql)
            return prepared.bind(*values) if values else prepared
        except JsException as error:
            raise translated(PORT, said(error)) from None


def _is_read(sql: str) -> bool:
    return bool(_READS.match(sql)) and not _WRITES.search(sql)


def _rows(result: Any) -> list[Row]:
    """The rows of one result; blobs, which come as arrays of numbers, as bytes."""
    rows: list[dict[str, Any]] = parsed(result.results)
    for row in rows:
        for name, value in row.items():
            if isinstance(value, list):
                row[name] = bytes(value)
    return list(rows)
