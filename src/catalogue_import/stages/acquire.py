"""Stage 1: the inputs located, hashed and, where a reader needs it, decompressed.

Nothing is downloaded. Packed text is read packed; only a packed SQLite file is laid out, because
SQLite reads it in no order.
"""

import hashlib
import io
import shutil
from pathlib import Path
from typing import Any

import zstandard

from catalogue_import.demo import generate
from catalogue_import.errors import UnreadableFile
from catalogue_import.stages import invented, sources
from catalogue_import.stages.errors import NoSource
from catalogue_import.stages.manifest import Input, Output
from catalogue_import.stages.options import Options
from catalogue_import.stages.work import Work

VERSION = 1
OPTIONS = ("demo",)
_SQLITE, _ZSTD = b"SQLite format 3\0", b"\x28\xb5\x2f\xfd"
_CHUNK = 1 << 22
SOURCE, REFERENCE = "source", "reference"


def seen(options: Options) -> list[Any]:
    """What the inputs look like from outside: enough to tell that one was replaced."""
    found: list[Any] = []
    for role, paths in ((SOURCE, options.sources), (REFERENCE, options.references)):
        for path in sources.located(paths):
            stat = path.stat()
            found.append([role, str(path.resolve()), stat.st_size, stat.st_mtime_ns])
    return found


def run(work: Work) -> None:
    """Fill the folder; the manifest gets every input with its SHA-256.

    Raises:
        NoSource: there is nothing to read.
        UnreadableFile: a packed file is damaged.
    """
    if work.options.demo is not None:
        work.once("inventing", lambda: _invent(work))
        given = [(_role(name), work.folder / name) for name in invented.FILES]
    else:
        given = [(role, Path(path)) for role, path, _size, _time in seen(work.options)]
    if not any(role == SOURCE for role, _path in given):
        raise NoSource("give a file, a folder or --demo")
    files = []
    for number, (role, path) in enumerate(given):
        files.append(work.once(f"file {number} {path.name}", lambda: _file(work, role, path)))  # noqa: B023
        work.progress("hashing", number + 1, len(given))
    work.manifest.inputs = {
        f"{number} {Path(each['path']).name}": Input(
            path=each["path"], bytes=each["bytes"], sha256=each["sha256"], role=each["role"]
        )
        for number, each in enumerate(files)
    }
    for name, each in work.manifest.inputs.items():
        work.record.outputs[name] = Output(rows=0, bytes=each.bytes, sha256=each.sha256)


def files(work: Work, role: str) -> list[Path]:
    """What later stages read, in the order it was given."""
    laid_out = work.of("acquire")
    found = []
    for each in work.manifest.inputs.values():
        if each.role == role:
            unpacked = laid_out / _unpacked_name(Path(each.path))
            found.append(unpacked if unpacked.exists() else Path(each.path))
    return found


def _role(name: str) -> str:
    return REFERENCE if name == invented.REFERENCE else SOURCE


def _invent(work: Work) -> None:
    demo = work.options.demo
    assert demo is not None  # noqa: S101  # for mypy; `run` has looked
    world = generate(tracks=demo.tracks, seed=demo.seed, playlists=demo.playlists)
    invented.write(world, work.folder, seed=demo.seed, progress=work.progress)


def _file(work: Work, role: str, path: Path) -> dict[str, Any]:
    _lay_out(path, work.folder / _unpacked_name(path))
    digest, done, size = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as stream:
        while some := stream.read(_CHUNK):
            digest.update(some)
            done += len(some)
            work.progress(f"hashing {path.name}", done, size)
    return {"path": str(path), "bytes": size, "sha256": digest.hexdigest(), "role": role}


def _unpacked_name(path: Path) -> str:
    """Files of one name in two folders do not meet."""
    return f"{hashlib.sha256(str(path.parent).encode()).hexdigest()[:8]}-{path.stem}"


def _lay_out(path: Path, to: Path) -> None:
    """Decompress a Zstandard file that holds an SQLite database."""
    with path.open("rb") as stream:
        if stream.read(len(_ZSTD)) != _ZSTD:
            return
        stream.seek(0)
        part = to.with_name(f"{to.name}.part")
        try:
            packed = io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(stream))
            if packed.peek(len(_SQLITE))[: len(_SQLITE)] != _SQLITE:
                return
            with part.open("wb") as out:
                shutil.copyfileobj(packed, out, _CHUNK)
        except (zstandard.ZstdError, EOFError) as error:
            part.unlink(missing_ok=True)
            raise UnreadableFile(path.name, str(error)) from error
    part.replace(to)
