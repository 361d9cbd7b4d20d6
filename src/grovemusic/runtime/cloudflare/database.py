"""Database over D1."""

import re
from collections.abc import Sequence
from typing import Any

from pyodide.ffi import JsException

from grovemusic.domain.errors import PlatformLimit, StorageBusy
from grovemusic.ports import Row, Statement, Value
from grovemusic.runtime.cloudflare.javascript import asked, bare, given, parsed, translated

_PORT = "database"
_MOST_BYTES = 2_000_000  # the local simulator allows more than D1 does
_MOST_SQL_BYTES = 100_000
_MOST_EXACT = 2**53
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
                return _rows(await asked(_PORT, prepared.all()))
            except StorageBusy:
                # Only what changes nothing may be asked again: nobody knows if a write was done.
                if not left or not _is_read(sql):
                    raise
        raise AssertionError("unreachable")

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if not statements:
            return []
        prepared = given([self._prepared(each) for each in statements])
        return [_rows(each) for each in await asked(_PORT, self._d1.batch(prepared))]

    def _prepared(self, statement: Statement) -> Any:
        if len(statement.sql.encode()) > _MOST_SQL_BYTES:
            raise PlatformLimit(_PORT, f"a statement may have {_MOST_SQL_BYTES:,} bytes")
        values = [given(_bound(value)) for value in statement.values]
        try:
            prepared = self._d1.prepare(statement.sql)
            return prepared.bind(*values) if values else prepared
        except JsException as error:
            raise translated(_PORT, str(error)) from None


def _is_read(sql: str) -> bool:
    return bool(_READS.match(sql)) and not _WRITES.search(sql)


def _bound(value: Value) -> Value:
    """A value as D1 binds it: every number is a JavaScript number.

    Raises:
        PlatformLimit: it is larger than D1 keeps, or not exact as a JavaScript number.
    """
    if isinstance(value, int):
        if abs(value) >= _MOST_EXACT:
            raise PlatformLimit(_PORT, f"whole numbers are exact below 2^53, got {value}")
        return float(value)
    size = len(value.encode(errors="surrogatepass")) if isinstance(value, str) else 0
    if isinstance(value, bytes):
        size = len(value)
    if size > _MOST_BYTES:
        raise PlatformLimit(_PORT, f"a value may have {_MOST_BYTES:,} bytes, got {size:,}")
    return value


def _rows(result: Any) -> list[Row]:
    """The rows of one result; blobs, which come as arrays of numbers, as bytes."""
    rows: list[dict[str, Any]] = parsed(result.results)
    for row in rows:
        for name, value in row.items():
            if isinstance(value, list):
                row[name] = bytes(value)
    return list(rows)
