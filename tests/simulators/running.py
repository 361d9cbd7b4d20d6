"""Starting the simulators, in a thread with an event loop of its own, and steering them."""

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import fields

from grovemusic.settings import Secret, Settings
from simulators.claude import Claude
from simulators.control import Control
from simulators.doors import HOST, Door
from simulators.faults import Fault, Kind
from simulators.lastfm import LastFm
from simulators.limits import SlidingSecond
from simulators.listenbrainz import ListenBrainz
from simulators.log import Log
from simulators.musicbrainz import MusicBrainz
from simulators.world import World

SERVICES = (LastFm, MusicBrainz, ListenBrainz, Claude)  # Spotify, Google, DeepSeek, Kimi: here
_STARTING_S = 30


class Simulators:
    """All services while the `with` block lasts.

    Attributes:
        world: The catalogue they know; give one to share it, it takes a moment to make.
        log: What was asked.
        urls: Service -> http://127.0.0.1:<port>, "control" among them.
    """

    def __init__(self, *, world=None, rates=None, first_port=0):
        """`rates`: service -> requests a second it allows, where its true limit is too slow.

        `first_port` 0 takes any free ports; else the services take it and those after it.
        """
        self.world = world or World()
        self.log = Log()
        self._rates, self._first_port = rates or {}, first_port
        services = [kind(self.world, self._limit(kind.name)) for kind in SERVICES]
        self._doors = {each.name: Door(each, self.log) for each in [*services, Control(self)]}
        self._loop = self._ended = self._thread = None

    def __enter__(self):
        started = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._live(started)), name="simulators", daemon=True
        )
        self._thread.start()
        started.result(_STARTING_S)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(_STARTING_S)

    @property
    def urls(self):
        return {name: f"http://{HOST}:{door.port}" for name, door in self._doors.items()}

    @property
    def claude(self):
        """The language model, to set its `reply`."""
        return self._doors["claude"].service

    def settings(self, **more):
        """Settings that lead here, with keys that are accepted; `more` outranks them."""
        urls = self.urls
        addresses = {
            "lastfm_url": f"{urls['lastfm']}/2.0/",
            "musicbrainz_url": f"{urls['musicbrainz']}/ws/2",
            "listenbrainz_url": f"{urls['listenbrainz']}/1",
            "listenbrainz_labs_url": f"{urls['listenbrainz']}/labs",
            "anthropic_url": urls["claude"],
            "lastfm_api_key": Secret("simulated-lastfm-key"),
            "anthropic_api_key": Secret("simulated-anthropic-key"),
        }
        rates = {f"{name}_rate_per_s": float(rate) for name, rate in self._rates.items()}
        return Settings(**{**addresses, **rates, **more})

    def environment(self):
        """The same as environment variables, to start the service by hand."""
        settings, defaults = self.settings(), Settings()
        changed = {
            each.name: getattr(settings, each.name)
            for each in fields(Settings)
            if getattr(settings, each.name) != getattr(defaults, each.name)
        }
        return {
            name.upper() if name.endswith("_key") else f"GROVE_{name.upper()}": value.reveal()
            if isinstance(value, Secret)
            else str(value)
            for name, value in changed.items()
        }

    def inject(self, service, kind=None, **about):
        """Break something: `inject("lastfm", Kind.CUT, times=1)`, `inject(…, status=503)`."""
        self._wait_for(self.inject_here(service, Fault(kind=kind, **about)))

    def heal(self):
        """Everything works again."""
        self._wait_for(self.heal_here())

    async def inject_here(self, service, fault):
        """As `inject`, for those who are in the simulators' own loop."""
        door = self._doors[service]
        door.faults.add(fault)
        if fault.kind is Kind.DOWN:
            await door.close()

    async def heal_here(self):
        """As `heal`, for those who are in the simulators' own loop."""
        for door in self._doors.values():
            door.faults.clear()
            await door.open()

    async def _live(self, started):
        """Be there until `_ended`; `started` hears whether it worked."""
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        try:
            for number, door in enumerate(self._doors.values()):
                await door.open(self._first_port + number if self._first_port else 0)
            started.set_result(None)
            await self._ended.wait()
        except OSError as error:  # a port is taken
            started.set_exception(error)
        finally:
            for door in self._doors.values():
                await door.close()

    def _wait_for(self, work):
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_STARTING_S)

    def _limit(self, service):
        rate = self._rates.get(service)
        return SlidingSecond(rate) if rate else None
