"""Processes that make one playlist each and, if told to, kill themselves at the n-th durable step.

    python child.py      reads jobs from stdin, a JSON line each: [folder, n, query]

Each job is a process of its own, forked from this one, which has done nothing but import: starting
Python anew would take longer than the run. It dies (SIGKILL, no goodbye) just before durable step
n; 0: never. The steps are everything that writes: actor storage, alarms, database, archive.
Starting is done with an Idempotency-Key, as a client that retries would, so the same job again
resumes the run. For each job a JSON line is printed: [exit code as `subprocess` has it, report or
traceback].
"""

import asyncio
import json
import os
import signal
import sys
import traceback

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
        return {
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


def in_a_process_of_its_own(job):
    """[exit code, report]: negative is the signal that ended it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        told, code = None, 1
        try:
            told, code = asyncio.run(main(*job)), 0
        finally:
            os.write(writing, json.dumps(told or traceback.format_exc()).encode())
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _pid, status = os.waitpid(pid, 0)
    return [os.waitstatus_to_exitcode(status), json.loads(told) if told else None]


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(in_a_process_of_its_own(json.loads(line))), flush=True)
