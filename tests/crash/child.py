"""One process that makes one playlist and, if told to, kills itself at the n-th durable step.

    python child.py FOLDER N     die (SIGKILL, no goodbye) just before durable step N; 0: never

The steps are everything that writes: actor storage, alarms, database, archive. Starting is done
with an Idempotency-Key, as a client that retries would, so running it again resumes the run.
Prints a JSON report when the run has ended.
"""

import asyncio
import json
import os
import signal
import sys

from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.pipeline.start import start_run
from grovemusic.runtime.embedded.actor_storage import SqliteActorStorage
from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.installation import Installation
from grovemusic.runtime.embedded.objects import FileObjects
from grovemusic.settings import Settings


def die_at(step):
    """Count every durable step of this process, and die before number `step`."""
    taken = 0

    def counted(method):
        async def inner(*args, **kwargs):
            nonlocal taken
            taken += 1
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return await method(*args, **kwargs)

        return inner

    for kind, names in (
        (SqliteActorStorage, ("put", "delete", "set_alarm")),
        (SqliteDatabase, ("batch",)),
        (FileObjects, ("put",)),
    ):
        for name in names:
            setattr(kind, name, counted(getattr(kind, name)))


async def main(folder, step, query):
    async with Installation(Settings(data=folder, offline=True)) as installation:
        services = installation.api_services
        listener = await services.users.ensure_local()
        if step:
            die_at(step)
        run = await start_run(
            Ask(seeds=(SeedQuery(query=query),)),
            user_id=listener.id,
            request_key="the same every time",
            runs=services.runs,
            actors=services.actors,
            new_id=services.new_id,
        )
        events, ended = [], False
        while not ended:
            told = {"after": len(events), "wait_s": 5}
            answer = await services.run(run.id, "events", told)
            events += answer["events"]
            ended = answer["ended"]
        settled = await services.runs.get(run.id)
        user = await services.users.get(listener.id)
        rows = await installation.platform.grove.rows(
            "SELECT sum(amount) AS total, count(*) AS moves FROM credit_transactions"
        )
        playlist = await services.playlists.get(run.playlist_id)
        print(
            json.dumps(
                {
                    "status": settled.status,
                    "numbers": [event["number"] for event in events],
                    "stages": [event["stage"] for event in events],
                    "available": user.credits_available,
                    "pending": user.credits_pending,
                    "used": user.credits_used_total,
                    "moved": rows[0]["total"],
                    "moves": rows[0]["moves"],
                    "tracks": [each.scored.track.id for each in playlist.tracks],
                }
            )
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
