"""The reader's look-ups, measured where this module runs: on CPython, or inside Pyodide.

Inside Pyodide nothing but the standard library and the reader is there.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "cat/songs"
PASSES, TIMED = 20, 8  # each eighth id, twenty times
_NODE = """
import { loadPyodide } from "pyodide";
const python = await loadPyodide();
for (const [at, root] of Object.entries(JSON.parse(process.env.GROVE_MOUNTS))) {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, at);
}
try {
  console.log(await python.runPythonAsync(`
import json, sys
from pathlib import Path
sys.path[:0] = ["/repo/src", "/repo"]
sys.dont_write_bytecode = True
from benchmarks.blocks_in_pyodide import look_ups
json.dumps(await look_ups(Path("/store")))`));
} catch (error) {
  console.error(error.message); // uncaught, Node prints a megabyte of pyodide.asm.js first
  process.exit(1);
}
"""

Memory = Callable[[Callable[[], Awaitable[object]]], Awaitable[float]]


class OneFolder:
    """An `ObjectStore` of plain files, as little work as possible, that counts what is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.reads: list[int] = []  # bytes of each

    async def get(self, key: str, *, offset: int | None = None, length: int | None = None) -> Any:
        from grovemusic.ports import StoredObject

        path = self._folder / key
        if not path.exists():
            return None
        with path.open("rb", buffering=0) as stream:
            stream.seek(offset or 0)
            body = stream.read(-1 if length is None else length)
            self.reads.append(len(body))
            return StoredObject(body, "", os.fstat(stream.fileno()).st_size)

    async def head(self, key: str) -> Any:
        return await self.get(key)

    async def put(self, key: str, body: bytes, **_condition: object) -> str | None:
        path = self._folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return "stored"

    async def delete(self, keys: Any) -> None:
        raise NotImplementedError

    async def keys(self, prefix: str = "", **_page: object) -> Any:
        raise NotImplementedError


class InMemory(OneFolder):
    """The same, read once: what is measured is the reader, not the file system."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._bodies: dict[str, bytes] = {}

    async def get(self, key: str, *, offset: int | None = None, length: int | None = None) -> Any:
        from grovemusic.ports import StoredObject

        if key not in self._bodies:
            self._bodies[key] = (self._folder / key).read_bytes()
        whole = self._bodies[key]
        start = offset or 0
        body = whole if length is None else whole[start : start + length]
        self.reads.append(len(body))
        return StoredObject(body, "", len(whole))


async def look_ups(folder: Path, *, memory: Memory | None = None) -> dict[str, Any]:
    """Hits and misses, with nothing cached and with the header cached."""
    keys = [int(key) for key in json.loads((folder / "keys.json").read_text())]
    return {
        "cold": await _measured(folder, keys, cache_bytes=0, memory=memory),
        "warm": await _measured(folder, keys, cache_bytes=1 << 18, memory=memory),
    }


async def _measured(
    folder: Path, keys: list[int], *, cache_bytes: int, memory: Memory | None
) -> dict[str, float]:
    from grovemusic.catalogue.blocks.cache import HeaderCache
    from grovemusic.catalogue.blocks.reader import BlockReader

    store = InMemory(folder / "objects")
    reader = BlockReader(store, PREFIX, cache=HeaderCache(cache_bytes))
    assert await reader.get(keys[0]) is not None  # so that the manifest is known
    store.reads.clear()
    fetched = []
    for key in keys:
        before = len(store.reads)
        await reader.get(key)
        fetched.append(sum(store.reads[before:]))
    reads = len(store.reads) / len(keys)

    async def one() -> None:
        await reader.get(keys[-1])

    return {
        "reads": reads,
        "bytes": sum(fetched) / len(fetched),
        "most_bytes": max(fetched),
        "hit_us": await cpu_us(reader, keys[::TIMED], there=True),
        "miss_us": await cpu_us(reader, [key ^ 1 for key in keys[::TIMED]], there=False),
        "memory_mb": 0.0 if memory is None else await memory(one),
    }


async def cpu_us(reader: Any, keys: list[int], *, there: bool) -> float:
    """Microseconds of CPU for one look-up: the mean over `keys` of the least of some passes.

    The least, because other processes on the machine only ever add.
    """
    clock = time.perf_counter if sys.platform == "emscripten" else time.process_time
    least = [float("inf")] * len(keys)
    for _ in range(PASSES):
        for at, key in enumerate(keys):
            began = clock()
            row = await reader.get(key)
            least[at] = min(least[at], clock() - began)
            assert (row is not None) is there
    return sum(least) / len(least) * 1e6


def measured(folder: Path) -> dict[str, Any] | None:
    """`look_ups` inside Pyodide; None where there is no Node.js with Pyodide."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "pyodide").is_dir():
        return None
    mounts = {
        "/repo/src": str(ROOT / "src"),
        "/repo/benchmarks": str(ROOT / "benchmarks"),
        "/store": str(folder),
    }
    done = subprocess.run(
        [node, "--input-type=module", "-e", _NODE],
        env={**os.environ, "GROVE_MOUNTS": json.dumps(mounts)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Pyodide: {done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report
