"""The catalogue's five layers on one machine, and ways to make them fail."""

import asyncio
import json

from store_desk import Desk

from catalogue_import.blockstore.publish import Publication
from catalogue_import.blockstore.shard import Shape
from catalogue_import.blockstore.spill import Spill
from grovemusic.catalogue import tables
from grovemusic.catalogue.cold import ColdMemory, ColdStore
from grovemusic.catalogue.features import DIMENSIONS
from grovemusic.catalogue.layers import Surroundings
from grovemusic.catalogue.lookup import Layers, Lookups
from grovemusic.domain import ids
from grovemusic.domain.errors import StorageFailure
from grovemusic.runtime.embedded.keyvalue import SqliteKeyValue
from grovemusic.runtime.embedded.objects import FileObjects
from grovemusic.runtime.embedded.vectors import NumpyVectors
from grovemusic.store.sounds import NUMBERS

PLAIN = {
    "tempo": 120.0,
    "energy": 0.5,
    "danceability": 0.6,
    "valence": 0.4,
    "acousticness": 0.1,
    "instrumentalness": 0.0,
    "speechiness": 0.05,
    "liveness": 0.2,
    "loudness": -7.5,
    "key": 5,
    "mode": 1,
    "time_signature": 4,
}


def track_id(number):
    """22 base62 digits, the same for the same number, spread as real ones are."""
    return ids.track_id(title=f"Song {number}", artist="Someone")


class Spy:
    """A port that counts, and that fails when told to.

    Attributes:
        asked: Names of the methods that were called.
        broken: Every call fails.
    """

    def __init__(self, port):
        self._port = port
        self.asked = []
        self.broken = False

    def __getattr__(self, name):
        method = getattr(self._port, name)
        if not callable(method):
            return method

        async def called(*arguments, **named):
            self.asked.append(name)
            await asyncio.sleep(0)
            if self.broken:
                raise StorageFailure("spy", "broken for the test")
            return await method(*arguments, **named)

        return called


class CatalogueDesk(Desk):
    """All layers, empty; `lookups()` is what one request gets."""

    def __init__(self, folder):
        super().__init__(folder, "catalogue")
        self._folder = folder
        self._kv = SqliteKeyValue(folder / "kv.db", self.clock)
        self._objects = FileObjects(folder / "objects")
        self._vectors = NumpyVectors(folder / "vectors.db", DIMENSIONS)
        self.kv, self.d1 = Spy(self._kv), Spy(self.db)
        self.r2, self.index = Spy(self._objects), Spy(self._vectors)
        self.measured, self.logged, self.accessed = [], [], []
        self.memory = ColdMemory()
        self._behind = []
        self._generation = 0

    def lookups(self, *, edge=True):
        def measure(layer, *, hit, latency_ms, data_type):
            self.measured.append((layer, hit, data_type))

        return Lookups(
            Layers(
                cache=self.kv if edge else None,
                database=self.d1,
                index=self.index,
                cold=ColdStore(self.r2, self.memory, self.clock),
                clock=self.clock,
            ),
            Surroundings(
                self.clock,
                measure,
                self._behind.append,
                lambda event, /, **fields: self.logged.append((event, fields)),
            ),
            accessed=self.accessed.extend,
        )

    def catch_up(self):
        """Do what was left for the background."""
        while self._behind:
            self.do(self._behind.pop(0))

    def layers_measured(self):
        found, self.measured = [(layer, hit) for layer, hit, _type in self.measured], []
        return found

    def hot_sound(self, track, *, popularity=50.0, **numbers):
        self._insert(
            "spotify_audio_features_cache",
            {"spotify_id": track, "popularity": popularity} | PLAIN | numbers,
        )

    def hot_track(self, track, *, title="Song", artist="Someone", **known):
        row = {
            "id": track,
            "title": title,
            "artist": artist,
            "artist_key": artist.lower(),
            "work_key": f"{title}|{artist}".lower(),
            "origin": "import",
        } | known
        self._insert("catalogue_tracks", row)

    def _insert(self, table, row):
        names, blanks = ", ".join(row), ", ".join("?" * len(row))
        sql = f"INSERT INTO {table} ({names}) VALUES ({blanks})"  # noqa: S608  (our own names)
        self.rows(sql, *row.values())

    def publish(self, schema, rows):
        """A generation of a cold table; `rows` maps track ids to values by column."""
        self._generation += 1
        name = f"g{self._generation}"
        spill = Spill(self._folder / f"{schema.table}-{name}", schema)
        for position, (track, known) in enumerate(rows.items(), 1):
            values = tuple(known.get(column) for column in schema.names)
            spill.add(ids.from_base62(track), values, source="test", position=position)
        publication = Publication(
            spill.finish(),
            self._objects,
            tables.prefix(schema),
            generation=name,
            clock=self.clock,
            new_id=lambda prefix: f"{prefix}{name}",
            shape=Shape(rows_per_block=8, block_bytes=4000),
        )
        self.do(publication.publish())

    def publish_tracks(self, numbers, *, popularity=50.0):
        rows = {
            track_id(n): {"title": f"Song {n}", "artist": "Someone", "popularity": popularity}
            | PLAIN
            | {"tempo": 90.0 + n % 100}
            for n in numbers
        }
        self.publish(tables.TRACKS, rows)

    def kept(self, key):
        """An entry at the edge, as JSON; None if there is none."""
        found = self.do(self._kv.get(key))
        return None if found is None else json.loads(found)

    def keys_kept(self):
        return self.do(self._kv.keys()).keys

    def close(self):
        for work in self._behind:
            work.close()
        for port in (self._kv, self._objects, self._vectors):
            port.close()
        super().close()


assert set(PLAIN) == set(NUMBERS)
