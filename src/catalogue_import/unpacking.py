"""Files as bytes, packed or not, and bytes as lines of text."""

import bz2
import gzip
import io
import lzma
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import zstandard

from catalogue_import.errors import UnreadableFile

T = TypeVar("T")

_PACKED: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
    b"\x28\xb5\x2f\xfd": lambda path: io.BufferedReader(zstandard.open(path, "rb")),
}
_DAMAGE = (OSError, EOFError, lzma.LZMAError, zstandard.ZstdError)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
LATIN_1 = "line not UTF-8, read as Latin-1"


@contextmanager
def unpacked(path: Path) -> Iterator[Iterator[bytes]]:
    """The lines of a file, unpacked if it is gzip, bzip2, xz or Zstandard whatever it is called.

    Raises:
        UnreadableFile: there is no such file, or it is damaged; also while it is being read.
    """
    beginning = head(path)
    opener = next((how for magic, how in _PACKED.items() if beginning.startswith(magic)), _plain)
    stream: IO[bytes]
    with opener(path) as stream:
        yield guarded(iter(stream), path, _DAMAGE)


def _plain(path: Path) -> IO[bytes]:
    return path.open("rb")


def guarded(items: Iterator[T], path: Path, damage: tuple[type[Exception], ...]) -> Iterator[T]:
    """`items`, and what goes wrong in reading them said of the file they come from.

    Raises:
        UnreadableFile: one of `damage` was raised by `items`. What their reader raises while it
            works on them is its own.
    """
    while True:
        try:
            item = next(items)
        except StopIteration:
            return
        except damage as error:
            lines_of = str(error).splitlines() or [type(error).__name__]
            raise UnreadableFile(path.name, lines_of[0]) from error
        yield item


def head(path: Path) -> bytes:
    """The first bytes of the file itself: they tell its format.

    Raises:
        UnreadableFile: there is no such file.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(16)
    except OSError as error:
        raise UnreadableFile(path.name, error.strerror or str(error)) from error


def lines(stream: Iterable[bytes], warnings: Counter[str]) -> Iterator[str]:
    """Lines of text, each ending in a line feed, the byte order mark left out.

    Text is UTF-8 (or UTF-16 with its mark); a line that is not is read as Latin-1 and counted.
    """
    pieces = iter(stream)
    beginning = next(pieces, b"")
    if beginning.startswith(_UTF16):
        yield from _split(b"".join([beginning, *pieces]).decode("utf-16", errors="replace"))
        return
    yield from _split(_decoded(beginning.removeprefix(b"\xef\xbb\xbf"), warnings))
    for piece in pieces:
        yield from _split(_decoded(piece, warnings))


def _decoded(line: bytes, warnings: Counter[str]) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        warnings[LATIN_1] += 1
        return line.decode("latin-1")


def _split(text: str) -> Iterator[str]:
    """Lines that end in a carriage return too, as old and foreign programs write them."""
    if "\r" not in text:
        if text:
            yield text
        return
    parts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    yield from (f"{part}\n" for part in parts[:-1])
    if parts[-1]:
        yield parts[-1]
