"""Which process is alive, known for certain and at once, also after a kill -9.

A process holds a lock (flock) on a file of its own. The operating system gives the lock back the
moment the process is gone, however it went, so a claim made in the name of a dead process is
void without any waiting time. flock and not fcntl's record locks: those belong to the process, so
closing any handle of the file would lose them.
"""

import contextlib
import fcntl
import os
import secrets
from pathlib import Path

_SUFFIX = ".alive"


class Presence:
    """Shows other processes that this one is alive, until `close` or its end.

    Attributes:
        owner: The name under which this process makes its claims; never used again.
    """

    def __init__(self, folder: Path) -> None:
        self.owner = secrets.token_hex(16)
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        # Locked first and renamed then: nobody ever sees a file of a living owner unlocked.
        arriving = folder / f"{self.owner}.arriving"
        self._handle = os.open(arriving, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        arriving.rename(self._file(self.owner))

    def is_another(self, owner: str) -> bool:
        """True if that is the name of another process and it still runs."""
        return owner != self.owner and _is_locked(self._file(owner))

    def close(self) -> None:
        """Give up every claim of ours. Closing twice is fine."""
        if self._handle >= 0:
            self._file(self.owner).unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = -1

    def _file(self, owner: str) -> Path:
        return self._folder / f"{owner}{_SUFFIX}"


def _is_locked(file: Path) -> bool:
    try:
        handle = os.open(file, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # Shared: two processes that look at the same time must not take each other for the owner.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left."""
    for file in folder.glob(f"*{_SUFFIX}"):
        if not _is_locked(file):
            with contextlib.suppress(FileNotFoundError):
                file.unlink()
