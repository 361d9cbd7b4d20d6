"""Stage 6: tracks and cross-reference to the cold store, vectors to their index."""

import asyncio
import json
from pathlib import Path

from catalogue_import.stages import crossreference, publishing, transform, vectorize
from catalogue_import.stages.manifest import Output
from catalogue_import.stages.work import Work
from grovemusic.ports import Vector, VectorIndex

VERSION = 1
OPTIONS = ()


def run(work: Work) -> None:
    """Publish two tables and send the batches; what was sent is not sent again.

    Raises:
        LostRace: somebody else published meanwhile.
        StorageFailure: a store could not answer; the same call goes on.
    """
    with asyncio.Runner() as runner:
        for name, rows, stage, output in (
            ("tracks", transform.joined(work), "transform", "tracks"),
            ("crossreference", crossreference.matched(work), "crossreference", "mbid"),
        ):
            content = work.manifest.stages[stage].outputs[output].sha256
            said = work.once(
                name,
                lambda: runner.run(publishing.publish(work, rows, content=content)),  # noqa: B023
            )
            work.record.outputs[name] = Output(**said["output"])
            work.record.figures[name] = {
                "generation": said["generation"], "shards": said["shards"],
            }  # fmt: skip
        index = work.target.vectors
        if index is None:
            work.record.figures["vectors"] = "not sent: there is no index"
            return
        sent = runner.run(_send(work, index))
    work.record.outputs["vectors"] = Output(
        rows=sent, bytes=0, sha256=work.manifest.stages["vectorize"].outputs["batches"].sha256
    )


async def _send(work: Work, index: VectorIndex) -> int:
    """All batches from the first one that was not sent; how many vectors they have in all."""
    files, mark = vectorize.batches(work), work.folder / "sent"
    done = int(mark.read_text(encoding="ascii") or 0) if mark.exists() else 0
    for number, path in enumerate(files):
        if number >= done:
            await index.upsert(vectors_of(path))  # twice is the same as once
            arriving = mark.with_name("sent.arriving")
            arriving.write_text(str(number + 1), encoding="ascii")
            arriving.replace(mark)
        work.progress("vectors", number + 1, len(files))
    return work.manifest.stages["vectorize"].outputs["batches"].rows


def vectors_of(path: Path) -> list[Vector]:
    """The vectors of a batch file."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)
            found.append(
                Vector(id=said["id"], values=tuple(said["values"]), metadata=said["metadata"])
            )
    return found
