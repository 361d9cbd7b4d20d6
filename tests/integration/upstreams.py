"""Simulated upstreams with rates that do not slow tests down, and installations that ask them."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from simulators import Simulators

from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.pipeline.start import start_run
from grovemusic.runtime.embedded.installation import Installation

FAST = {"lastfm": 500, "musicbrainz": 500, "listenbrainz": 500}


@pytest.fixture(scope="module")
def simulators():
    with Simulators(rates=FAST) as running:
        yield running


@pytest.fixture
def upstream(simulators):
    """The simulators, healthy at the beginning of each test and after it."""
    simulators.heal()
    yield simulators
    simulators.heal()


def known_songs(upstream, count=1):
    """Songs every simulated service knows, as a listener would ask for them."""
    world = upstream.world
    tracks = (world.track(number) for number in range(len(world)))
    plain = [t for t in tracks if t.mbid and "(" not in t.title and " - " not in t.title]
    found = [f"{track.title} by {track.artist}" for track in plain[5 : 5 + 40 * count : 40]]
    return found if count > 1 else found[0]


@asynccontextmanager
async def installation_for(upstream, folder, **more):
    async with Installation(replace(upstream.settings(), data=str(folder), **more)) as opened:
        yield opened


async def made(installation, query, **wishes):
    """(run, playlist or None, its events) of a whole run."""
    services = installation.api_services
    listener = await services.users.ensure_local()
    run = await start_run(
        Ask(seeds=(SeedQuery(query=query),), **wishes),
        user_id=listener.id,
        request_key=None,
        runs=services.runs,
        actors=services.actors,
        new_id=services.new_id,
    )
    events, ended = [], False
    while not ended:
        answer = await services.run(run.id, "events", {"after": len(events), "wait_s": 5})
        events += answer["events"]
        ended = answer["ended"] or answer["stage"] == "needs_choice"
    settled = await services.runs.get(run.id)
    complete = settled.status == "complete"
    playlist = await services.playlists.get(run.playlist_id) if complete else None
    return settled, playlist, events
