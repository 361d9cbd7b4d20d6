"""One SQLite file, one connection, one thread: how every embedded port reaches its disk.

Why a thread: a long query, a slow disk or another process's transaction would otherwise stop the
event loop, and with it every stream that is being sent. Why only one: the writes of this process
are then in order without a lock, and D1, whose place this takes, runs one query at a time too.
The way there and back costs about 0.1 ms.

A task that is cancelled while it waits does not stop its work on the thread: a transaction is
always committed or undone as a whole.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from grovemusic.domain.errors import StorageBusy, StorageFailure

_logger = logging.getLogger(__name__)

T = TypeVar("T")

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# Trouble with the file and not with what was asked: the message then names the file.
_FILE_TROUBLE = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
)


class SqliteFile:
    """A file in WAL mode, shared safely with other processes, made if it is missing.

    Args:
        port: Whose file it is; errors begin with it.
        path: The file. Its folder is made too.
        schema: Statements that make missing tables; run each time the file is opened.
        prepare: What else to do with the new connection.
        busy_timeout_s: How long to wait for another process's transaction.
        durable: Wait for the disk at every commit, so that a power cut loses nothing. Without
            it a power cut may undo the last moments; a killed process never loses anything.

    Raises:
        StorageFailure: the file cannot be opened, or is not an SQLite database.
        StorageBusy: another process held it all the time.
    """

    def __init__(
        self,
        port: str,
        path: str | Path,
        *,
        schema: Sequence[str] = (),
        prepare: Callable[[sqlite3.Connection], None] = lambda _: None,
        busy_timeout_s: float = 5.0,
        durable: bool = False,
    ) -> None:
        self._port, self._path = port, Path(path)
        self._busy_timeout_s, self._durable = busy_timeout_s, durable
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"grove-{port}")
        try:
            self._connection = self._thread.submit(self._open, schema, prepare).result()
        except BaseException:
            self._thread.shutdown()
            raise

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` gives for the connection, each of its statements a transaction of its own.

        Raises:
            StorageBusy: another process held the file for too long.
            StorageFailure: SQLite refused, with its own words; or the file is closed.
        """
        loop = asyncio.get_running_loop()
        try:
            doing = loop.run_in_executor(self._thread, self._translated, work)
        except RuntimeError as error:  # the thread has been shut down
            raise StorageFailure(self._port, "closed") from error
        return await doing

    async def transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """As `run`, but all of `work` in one transaction that is undone if it raises."""

        def inside(connection: sqlite3.Connection) -> T:
            with transaction(connection):
                return work(connection)

        return await self.run(inside)

    def close(self) -> None:
        """Finish what is under way, then close. Closing twice is fine."""
        try:
            closing = self._thread.submit(self._connection.close)
        except RuntimeError:
            return
        closing.result()
        self._thread.shutdown()

    def _open(
        self, schema: Sequence[str], prepare: Callable[[sqlite3.Connection], None]
    ) -> sqlite3.Connection:
        with _translated(self._port, self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, timeout=self._busy_timeout_s, isolation_level=None
            )
            try:
                self._set_up(connection, schema)
                prepare(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _set_up(self, connection: sqlite3.Connection, schema: Sequence[str]) -> None:
        _patiently(lambda: connection.execute("PRAGMA journal_mode = WAL"), self._busy_timeout_s)
        connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")
        if schema:
            with transaction(connection):
                for statement in schema:
                    connection.execute(statement)

    def _translated(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with _translated(self._port, self._path):
            return work(self._connection)


@contextmanager
def transaction(connection: sqlite3.Connection, *, kind: str = "IMMEDIATE") -> Iterator[None]:
    """One transaction around the block: all or nothing.

    IMMEDIATE takes the write lock at once, so that nothing read inside can have changed by the
    time of the write. DEFERRED is for a consistent look at several tables.
    """
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk makes SQLite undo it by itself
            connection.execute("ROLLBACK")
        raise


async def insistently(step: Callable[[], Awaitable[None]]) -> None:
    """Do `step`, again and again while another process blocks the file.

    For giving back what would be blocked itself, for everybody else, until this process ends.
    """
    while True:
        try:
            return await step()
        except StorageBusy as error:
            _logger.warning("trying again: %s", error)


def _patiently(step: Callable[[], object], seconds: float) -> None:
    """Do `step` again while SQLite is busy.

    Going over to WAL needs the file for itself, and SQLite does not wait for that: two processes
    that open a new file at once would otherwise disturb each other.
    """
    end_s = time.monotonic() + seconds
    while True:
        try:
            step()
        except sqlite3.OperationalError as error:
            if _code(error) not in _BUSY or time.monotonic() > end_s:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def _translated(port: str, path: Path) -> Iterator[None]:
    """Errors of SQLite and of the file system as ours."""
    try:
        yield
    except OSError as error:
        raise StorageFailure(port, str(error)) from error
    except (sqlite3.Error, sqlite3.Warning) as error:
        if _code(error) in _BUSY:
            raise StorageBusy(port, str(error)) from error
        where = f" ({path})" if _code(error) in _FILE_TROUBLE else ""
        raise StorageFailure(port, f"{error}{where}") from error


def _code(error: Exception) -> int:
    """SQLite's primary result code; 0 for errors of Python's own sqlite3 module."""
    extended: int = getattr(error, "sqlite_errorcode", 0)
    return extended & 0xFF
