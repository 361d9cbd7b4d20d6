"""What another process does in these tests: python -m other_process JOB ARGUMENT…

A job says what it has done in lines of text, and does not go on before it is told to where the
test needs that.
"""

import asyncio
import sys
from pathlib import Path

from contract.cast import CAST, Counter

from grovemusic.runtime.embedded.actors import EmbeddedActors
from grovemusic.runtime.embedded.clock import SystemClock
from grovemusic.runtime.embedded.database import SqliteDatabase
from grovemusic.runtime.embedded.migrations import apply_migrations
from grovemusic.runtime.embedded.objects import FileObjects
from grovemusic.runtime.embedded.presence import Presence
from grovemusic.runtime.embedded.queue import SqliteQueue


def say(line):
    print(line, flush=True)


def wait_to_be_told():
    sys.stdin.readline()


class Hanging(Counter):
    """Says that it has begun, and never ends."""

    async def alarm(self):
        say("ringing")
        await asyncio.Event().wait()

    async def call(self, method, argument):
        say("handling")
        await asyncio.Event().wait()


async def count_in_database(path, times):
    database = SqliteDatabase(path)
    say("ready")
    wait_to_be_told()
    for _ in range(int(times)):
        await database.rows("UPDATE counts SET n = n + 1")
    database.close()


async def migrate(path, folder):
    database = SqliteDatabase(path)
    say("ready")
    wait_to_be_told()
    say(len(await apply_migrations(database, Path(folder))))
    database.close()


async def count_in_object(folder, times):
    objects = FileObjects(folder)
    say("ready")
    wait_to_be_told()
    for _ in range(int(times)):
        stored = None
        while stored is None:
            found = await objects.get("count")
            stored = await objects.put("count", b"%d" % (int(found.body) + 1), if_etag=found.etag)
    objects.close()


async def put_for_ever(folder):
    objects = FileObjects(folder)
    for n in range(1_000_000):
        await objects.put("key", bytes([n % 256]) * 300_000)
        if n == 3:
            say("going on")


async def be_present(folder):
    presence = Presence(Path(folder))
    say(presence.owner)
    wait_to_be_told()
    presence.close()


async def count_in_actor(path, times):
    actors = EmbeddedActors(path, CAST, SystemClock())
    say("ready")
    wait_to_be_told()
    for _ in range(int(times)):
        await actors.call("counter", "shared", "add", 1)
    await actors.close()


async def hang_in_call(path):
    actors = EmbeddedActors(path, CAST | {"counter": Hanging}, SystemClock())
    await actors.call("counter", "shared", "add", 1)


async def hang_in_alarm(path):
    async with EmbeddedActors(path, CAST | {"counter": Hanging}, SystemClock()):
        await asyncio.Event().wait()


async def hold_door(path):
    """Deliver to the door until we are told to open it."""
    actors = EmbeddedActors(path, CAST, SystemClock())
    entering = asyncio.ensure_future(actors.call("door", "shared", "enter", "other"))
    await actors.call("door", "shared", "watch")
    say("entered")
    await asyncio.to_thread(wait_to_be_told)
    await actors.call("door", "shared", "open")
    await entering
    await actors.close()


async def hang_in_consumer(path):
    async def consumer(messages):
        say(len(messages))
        await asyncio.Event().wait()

    await SqliteQueue(path, SystemClock()).deliver(consumer)


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](*sys.argv[2:]))
