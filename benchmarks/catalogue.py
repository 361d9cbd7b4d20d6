"""A million tracks and 100,000 playlists through all nine stages, killed twice on the way.

The command a person would type, in processes of its own: the first is killed while it reads tables,
the second while it mines, the third ends the work; then `verify` with other samples. Seconds count
from the first start to the end, what was done twice included. `CATALOGUE_TRACKS` makes it smaller.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

TRACKS, PLAYLISTS = 1_000_000, 100_000
MOST_S, MOST_MB = 15 * 60, 6 * 1024
KILLS = (("transform", 20.0), ("mine", 3.0))  # stage, seconds after its beginning
_COMMAND = "from grovemusic.cli import main; main()"


def main() -> None:
    """Run it all and print a table."""
    tracks = int(os.environ.get("CATALOGUE_TRACKS", TRACKS))
    with tempfile.TemporaryDirectory(prefix="catalogue") as folder:
        report = measured(Path(folder), tracks, PLAYLISTS * tracks // TRACKS)
    show(report)


def measured(folder: Path, tracks: int, playlists: int) -> dict[str, Any]:
    """Seconds, memory and outcome of an import in `folder`."""
    manifest = folder / "import" / "manifest.json"
    arguments = ["import", "--demo", str(tracks), "--demo-playlists", str(playlists), "--json"]
    began, peak_mb = time.perf_counter(), 0.0
    killed = []
    for stage, after_s in (*KILLS, (None, 0.0)):
        code, mb = _run(folder, arguments, manifest, stage, after_s)
        peak_mb = max(peak_mb, mb)
        if code == -signal.SIGKILL:
            killed.append(stage)
        elif code:
            raise RuntimeError(f"the import ended with {code}")
    seconds = time.perf_counter() - began
    code, _mb = _run(folder, ["verify", "--json"], manifest, None, 0.0)
    said = json.loads(manifest.read_text(encoding="utf-8"))
    return {
        "tracks": tracks,
        "playlists": playlists,
        "seconds": seconds,
        "peak_mb": peak_mb,
        "killed": killed,
        "verified": code == 0,
        "stages": said["stages"],
    }


def _run(
    folder: Path, arguments: list[str], manifest: Path, stage: str | None, after_s: float
) -> tuple[int, float]:
    """Exit code and peak memory of a process; killed so long after `stage` began."""
    with (folder / "log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, "catalogue", *arguments],
            env={**os.environ, "GROVE_DATA": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            stdout=log,
            stderr=log,
        )
    since: float | None = None
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode, used.ru_maxrss / 1024
        if stage is not None and since is None and _is_running(manifest, stage):
            since = time.perf_counter()
        if since is not None and time.perf_counter() - since >= after_s:
            child.send_signal(signal.SIGKILL)
            since = None
            stage = None
        time.sleep(0.2)


def _is_running(manifest: Path, stage: str) -> bool:
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))["stages"].get(stage)
    except FileNotFoundError:
        return False
    return found is not None and found["finished_at_ms"] is None


def show(report: dict[str, Any]) -> None:
    """The stages, and whether the bounds were kept."""
    rows = [
        [name, f"{each['seconds']:.1f}", f"{each['cpu_s']:.1f}", str(each["attempts"]),
         f"{sum(out['rows'] for out in each['outputs'].values()):,}"]
        for name, each in report["stages"].items()
    ]  # fmt: skip
    table([f"{report['tracks']:,} tracks", "seconds", "CPU s", "attempts", "rows"], rows)
    print("Seconds of a stage that was killed are those of its last attempt.")
    print(
        f"{report['seconds']:.0f} s from the first start to the end (at most {MOST_S}), killed in"
        f" {' and '.join(report['killed'])}; peak {report['peak_mb']:,.0f} MB"
        f" (at most {MOST_MB:,});"
        f" verify {'finds nothing' if report['verified'] else 'FINDS DIFFERENCES'}"
    )


if __name__ == "__main__":
    main()
