"""The promotion at three in the morning, over real D1 and R2 and a fake Vectorize."""

import json

import grove_bindings
from contract.cloudflare import wipe_tables
from pyodide.ffi import to_js
from worker_runtime import free_database, give_back, migrate

from grovemusic.catalogue.features import DIMENSIONS
from grovemusic.domain import ids
from grovemusic.ports import Vector
from grovemusic.runtime.cloudflare.database import D1
from grovemusic.runtime.cloudflare.vectors import Vectorize
from grovemusic.runtime.cloudflare.worker import platform_of
from grovemusic.runtime.platform import VECTOR_FIELDS
from grovemusic.runtime.wiring import lookups_of
from grovemusic.store.access import AccessLog, State

SOUND = """
INSERT INTO spotify_audio_features_cache
  (spotify_id, tempo, energy, danceability, valence, popularity) VALUES (?, 120, ?, 0.5, 0.4, 50)
"""
TRACK = """
INSERT INTO catalogue_tracks (id, title, artist, artist_key, work_key, origin)
VALUES (?1, ?1, 'Someone', 'someone', ?1, 'import')
"""
TRACKS = [ids.track_id(title=f"Wanted {n}", artist="Someone") for n in range(5)]


async def test_the_nightly_schedule_promotes_what_was_asked_for_and_sets_poison_aside(stage):
    database = free_database()
    try:
        await promoted(stage, database)
    finally:
        give_back(database)


async def promoted(stage, database):
    await wipe_tables(database)
    catalogue = D1(database)
    await migrate(catalogue, "catalogue")
    index = grove_bindings.vectorize(DIMENSIONS, to_js(list(VECTOR_FIELDS)))
    stage.bindings |= {"CATALOGUE_DB": database, "SPOTIFY_TRACKS": index}
    for n, track in enumerate(TRACKS):
        await catalogue.rows(TRACK, track)
        await catalogue.rows(SOUND, track, "loud" if n == 0 else n / 10)
    platform = platform_of(stage.env(), None)
    log = AccessLog(platform.catalogue, platform.clock)
    for _ in range(3):
        await stage.batch(json.dumps({"kind": "accessed", "tracks": TRACKS}))
    for _night in range(2):
        await stage.schedule("0 3 * * *")
        index.settle()
        assert await log.counts(at_least=3) == {
            State.WAITING: 0, State.PROMOTED: 4, State.REFUSED: 1,
        }  # fmt: skip
        assert await platform.audio_vectors.count() == 4
    (reject,) = await log.rejects()
    assert (reject.track_id, reject.tries) == (TRACKS[0], 1)
    assert "'loud'" in reject.reason
    near = await lookups_of(platform).similar(TRACKS[1], limit=3)
    assert [each.track_id for each in near] == TRACKS[2:]


async def test_a_second_index_is_asked_too(stage):
    """Shards are bindings: whoever adds one changes no code."""
    first, second = (grove_bindings.vectorize(DIMENSIONS, to_js([])) for _ in range(2))
    stage.bindings |= {"SPOTIFY_TRACKS": first, "SPOTIFY_TRACKS_2": second}
    whole = platform_of(stage.env(), None).audio_vectors
    for index, name in ((first, "one"), (second, "two")):
        one = Vectorize(index, dimensions=DIMENSIONS)
        await one.upsert([Vector(id=name, values=(1.0,) * DIMENSIONS)])
        index.settle()
    assert await whole.count() == 2
    assert {match.id for match in await whole.query((1.0,) * DIMENSIONS)} == {"one", "two"}
