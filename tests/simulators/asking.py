"""Our own clients, pointed at the simulators: for tests, benchmarks and trying things by hand."""

import asyncio
import contextlib
import time
from dataclasses import dataclass

import httpx

from grovemusic.clients.claude import Claude
from grovemusic.clients.http import http_send
from grovemusic.clients.lastfm import LastFm
from grovemusic.clients.listenbrainz import ListenBrainz
from grovemusic.clients.metering import Meter
from grovemusic.clients.musicbrainz import MusicBrainz
from grovemusic.clients.pacing import LocalSlots, Traffic
from grovemusic.clients.transport import transport


class WallClock:
    """The real time, for what cannot be tried without it."""

    def now_ms(self):
        return int(time.time() * 1000)

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


class Remembering:
    """A cache in a dict, without an end."""

    def __init__(self):
        self.entries = {}

    async def get(self, key):
        return self.entries.get(key)

    async def put(self, key, value, *, ttl_s=None):
        self.entries[key] = value


@dataclass(frozen=True)
class Clients:
    """One run's clients and what they share."""

    lastfm: LastFm
    musicbrainz: MusicBrainz
    listenbrainz: ListenBrainz
    claude: Claude
    meter: Meter
    keep: Remembering


@contextlib.asynccontextmanager
async def asking(settings, clock, *, budget=1000, gated=False):
    """Clients as a run has them, with a cache and a budget of their own.

    `gated` adds the process's own gate; it needs a clock that agrees with the sockets.
    """
    meter, keep = Meter(budget), Remembering()
    plain = httpx.AsyncHTTPTransport(verify=False)  # reading certificates takes longer than asking
    async with httpx.AsyncClient(transport=plain) as http:
        send = transport(
            http_send(http, settings, clock),
            keep,
            settings=settings,
            clock=clock,
            slots=LocalSlots(settings, clock),
            meter=meter,
            traffic=Traffic() if gated else None,
        )
        yield Clients(
            LastFm(send, settings),
            MusicBrainz(send, settings),
            ListenBrainz(send, settings),
            Claude(settings, http),
            meter,
            keep,
        )
