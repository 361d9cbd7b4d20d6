"""Stage 1 of 8: a checked ask becomes a run with its credits reserved, and its actor begins."""

from grovemusic.domain import codec
from grovemusic.domain.ask import Ask
from grovemusic.ports import Actors, NewId
from grovemusic.store.runs import Run, Runs


async def start_run(
    ask: Ask,
    *,
    user_id: str,
    request_key: str | None,
    runs: Runs,
    actors: Actors,
    new_id: NewId,
) -> Run:
    """Reserve the credits, make the run, wake its actor.

    A repeated `request_key` gives the earlier run, and wakes its actor again in case the process
    died between the two steps: starting twice is starting once.

    Raises:
        NotEnoughCredits: nothing was made.
    """
    run, _new = await runs.create(
        run_id=new_id("run_"),
        playlist_id=new_id("pl_"),
        user_id=user_id,
        ask=ask,
        request_key=request_key,
    )
    if run.status in {"pending", "processing"}:
        begin = {
            "run_id": run.id,
            "playlist_id": run.playlist_id,
            "user_id": run.user_id,
            "ask": codec.dump(Ask, run.ask),
        }
        await actors.call("run", run.id, "start", begin)
    return run
