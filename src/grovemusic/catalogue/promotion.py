"""Tracks that are asked for often get a vector, so that they are found by their sound.

Every step may be the last one before the process dies, and every step may be done again: a track
waits in the access log until its vector is stored *and* noted. Docs: decisions/0045-promotion.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grovemusic.catalogue.decades import decade_of
from grovemusic.catalogue.features import audio_vector, fault_in
from grovemusic.catalogue.genres import genre_hints
from grovemusic.catalogue.layers import Log
from grovemusic.catalogue.lookup import Lookups
from grovemusic.catalogue.tiers import ACCESSES_TO_PROMOTE
from grovemusic.catalogue.uploading import upload
from grovemusic.domain.corpus import Spread
from grovemusic.domain.errors import GroveError
from grovemusic.domain.ids import is_base62
from grovemusic.domain.music import Track
from grovemusic.ports import Vector, VectorIndex
from grovemusic.store.access import AccessLog, Wanted
from grovemusic.store.leases import Leases
from grovemusic.store.sounds import Sound

LEASE = "promotion"
LEASE_MS = 16 * 60_000  # a cron of a Worker is ended after 15 minutes
# A batch costs up to 2,000 range reads of tracks only the cold store has, 50 look-ups in the index
# and some twenty statements: three of them stay below the 10,000 subrequests of an invocation.
BATCH = 1000
MOST_BATCHES = 3
_LONGEST_TEXT = 300  # characters; metadata of a vector may have 10 KiB in all
_TAGS = 5


@dataclass(slots=True)
class Promoted:
    """What one run did.

    Attributes:
        stored: Vectors that are new in the index.
        there: Tracks that had one already, from the import or from a run that was cut off.
        refused: Tracks set aside; `AccessLog.rejects` has the reasons.
        unsure: Tracks left as they are because a layer that may know them did not answer.
        finished: Nobody waits any more, but for the unsure ones.
        held_up: Why the run ended early.
    """

    stored: int = 0
    there: int = 0
    refused: int = 0
    unsure: int = 0
    finished: bool = False
    held_up: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One run, and what it works with.

    Attributes:
        owner: A name no other run has.
        spread: As `audio_vector` wants it.
    """

    access: AccessLog
    leases: Leases
    lookups: Lookups
    index: VectorIndex
    spread: Mapping[str, Spread]
    owner: str
    log: Log
    batch: int = BATCH
    most_batches: int = MOST_BATCHES

    async def run(self) -> Promoted:
        """Promote the most wanted tracks, a few batches of them.

        Only one run works at a time; another one does nothing and says so. A failure of the index
        or the tables ends the run, and what it did stays done.

        Raises:
            GroveError: the tables do not answer at all.
        """
        done = Promoted()
        if not await self._hold():
            done.held_up = "another run is at it"
            return done
        try:
            await self.access.reopen()
            await self._batches(done)
        except GroveError as error:
            done.held_up = str(error)
            self.log("promotion_failed", error=str(error))
        await self.leases.give_back(LEASE, self.owner)
        return done

    async def _hold(self) -> bool:
        return await self.leases.take(LEASE, self.owner, for_ms=LEASE_MS)

    async def _batches(self, done: Promoted) -> None:
        after: Wanted | None = None
        for _ in range(self.most_batches):
            wanted = await self.access.wanted(
                at_least=ACCESSES_TO_PROMOTE, limit=self.batch, after=after
            )
            if wanted:
                await self._one(wanted, done)
                after = wanted[-1]
            if len(wanted) < self.batch:
                done.finished = True
                return
            if not await self._hold():
                done.held_up = "another run has taken over"
                return

    async def _one(self, wanted: Sequence[Wanted], done: Promoted) -> None:
        sorted_out = await self._sorted_out([each.track_id for each in wanted])
        done.unsure += len(sorted_out.unsure)
        if sorted_out.refused:
            await self._refuse(sorted_out.refused, done)
        there = {each.id for each in await self.index.get(list(sorted_out.vectors))}
        if there:
            done.there += await self.access.promoted(sorted(there))
        new = [each for name, each in sorted_out.vectors.items() if name not in there]
        # Rows first: a vector that leads to no track is of no use to anybody.
        await self.access.keep_tracks(sorted_out.tracks[each.id] for each in new)
        uploaded = await upload(new, self.index)
        if uploaded.stored:
            done.stored += await self.access.promoted(uploaded.stored)
        if uploaded.refused:
            await self._refuse(uploaded.refused, done)

    async def _refuse(self, reasons: Mapping[str, str], done: Promoted) -> None:
        await self.access.refused(reasons)
        done.refused += len(reasons)

    async def _sorted_out(self, track_ids: Sequence[str]) -> "_SortedOut":
        """Which of them can have a vector, and which never will."""
        found = _SortedOut()
        sound_ids = []
        for track_id in track_ids:
            if is_base62(track_id):
                sound_ids.append(track_id)
            else:
                found.refused[track_id] = "its id is not 22 base62 digits of 128 bits"
        sounds = await self.lookups.sounds(sound_ids)
        tracks = await self.lookups.tracks.look(sound_ids)
        found.unsure = sounds.unsure | tracks.unsure
        for track_id in sound_ids:
            if track_id in found.unsure:
                continue
            fault = _fault(sounds.found.get(track_id), tracks.found.get(track_id))
            if fault is not None:
                found.refused[track_id] = fault
                continue
            track = tracks.found[track_id]
            found.tracks[track_id] = track
            found.vectors[track_id] = vector_of(track, sounds.found[track_id], self.spread)
        return found


@dataclass(slots=True)
class _SortedOut:
    vectors: dict[str, Vector] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()


def _fault(sound: Sound | None, track: Track | None) -> str | None:
    if sound is None:
        return "nobody knows its audio features"
    if track is None:
        return "nobody knows its title"
    return fault_in(sound.features, sound.popularity)


def vector_of(track: Track, sound: Sound, spread: Mapping[str, Spread]) -> Vector:
    """A track's vector, with the metadata the import gives: what a search shows and filters by.

    `sound` must be without fault (`fault_in`).
    """
    fame = track.popularity if sound.popularity is None else sound.popularity
    metadata = {
        "title": track.title[:_LONGEST_TEXT],
        "artist": track.artist[:_LONGEST_TEXT],
        "year": track.year,
        "decade": decade_of(track.year),
        "popularity": fame,
        "tags": [tag.name for tag in track.tags[:_TAGS]],
        "hints": [hint.genre for hint in genre_hints(sound.features)],
        "isrc": track.isrc,
        "mbid": track.mbid,
        "promoted": True,
    }
    return Vector(
        id=track.id,
        values=audio_vector(sound.features, fame, spread),
        metadata={name: value for name, value in metadata.items() if value not in (None, [])},
    )
