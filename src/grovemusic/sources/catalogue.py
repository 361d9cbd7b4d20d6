"""Our own catalogue as a source: finding, details, playlist companions, artists, tags."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grovemusic.catalogue.lookup import Lookups
from grovemusic.domain import names
from grovemusic.domain.ask import Era, era_holds
from grovemusic.domain.matching import GLUE, confidence
from grovemusic.domain.music import (
    Candidate,
    Evidence,
    Part,
    Profile,
    SimilarArtist,
    Track,
)
from grovemusic.domain.queries import SongQuery
from grovemusic.domain.run import Option
from grovemusic.domain.works import same_recording, work_key
from grovemusic.sources.silent import Silent
from grovemusic.store.catalogue import SOURCE, Catalogue, Companion, Shared

RANK_SOFTNESS = 20  # as in pipeline/generate.py
SOUNDS_FETCHED = 100  # from the cold store for one question, two range reads each
CLOSE_ARTISTS = 50
# A cosine beyond chance of two artists at which they count as fully alike: one pair in a thousand
# has it in lists by listeners.
ALIKE_ENOUGH = 0.128
ARTISTS_SEARCHED = 15
TRACKS_AN_ARTIST = 5
OWN_TRACKS = 8
TAGS_SEARCHED = 4
TRACKS_A_TAG = 40
SECOND_HOP_FROM, SECOND_HOP_EACH = 10, 25
PLAYLISTS_NAMED = 2
DECADES_SEARCHED = 6


class CatalogueSource(Silent):
    """Implements `ports.Source` over the catalogue's tables."""

    name = SOURCE
    is_ours = True
    effect_when_missing = "no playlists or catalogue details"

    def __init__(self, catalogue: Catalogue, *, lookups: Lookups | None = None) -> None:
        """`lookups` reach what the hot tables have not: the cold store."""
        self._catalogue, self._lookups = catalogue, lookups
        self._asked_last: tuple[tuple[str, ...], Mapping[str, str]] = ((), {})

    async def find(self, query: SongQuery, *, limit: int) -> list[Option]:
        """By id, else by words: all of them, and when that finds nothing likely, any of them."""
        ids: list[str] = []
        if query.mbid or query.isrc or query.spotify_id:
            found = await self._catalogue.known(
                mbids=filter(None, [query.mbid]),
                isrcs=filter(None, [query.isrc]),
                spotify_ids=filter(None, [query.spotify_id]),
            )
            ids = [track_id for each in found.values() for track_id in each]
        if ids or not query.readings:
            return await self._options(query, ids, limit)
        words = _search_words(query.text)
        options = await self._options(query, await self._catalogue.search(words), limit)
        if options and options[0].confidence >= 0.6:
            return options
        loose = await self._catalogue.search(words, every=False)
        return await self._options(query, [*(o.track.id for o in options), *loose], limit)

    async def _options(self, query: SongQuery, ids: Sequence[str], limit: int) -> list[Option]:
        tracks = (await self._catalogue.tracks(list(dict.fromkeys(ids)))).values()
        options = [Option(track=track, confidence=confidence(query, track)) for track in tracks]
        options.sort(key=lambda o: (-o.confidence, -(o.track.fame or 0.0), o.track.id))
        return options[:limit]

    async def describe(self, seed: Profile) -> Profile:
        """The seed's row with features and tags, and the artists that share its playlists."""
        tracks = await self.details([seed.track])
        artists = await self._catalogue.close_artists(
            names.artist_key(seed.track.artist), limit=CLOSE_ARTISTS
        )
        return replace(
            seed,
            track=tracks.get(seed.track.id, seed.track),
            similar_artists=tuple(
                SimilarArtist(
                    name=each.name, closeness=min(1.0, each.cosine / ALIKE_ENOUGH), source=SOURCE
                )
                for each in sorted(artists, key=lambda each: -each.cosine)
                if each.cosine > 0
            ),
            similar=(),
        )

    async def details(self, tracks: Sequence[Track]) -> dict[str, Track]:
        """Our rows for `tracks`, met by our id, ISRC, MBID or names with agreeing length.

        Features that the hot tables lack come from farther layers, as far as anyone has them.
        """
        rows = await self._rows_for(tracks)
        silent = {name: row for name, row in rows.items() if row.features is None}
        if self._lookups is None or not silent:
            return rows
        wanted = list(dict.fromkeys(row.id for row in silent.values()))
        sounds = (await self._lookups.sounds(wanted[:SOUNDS_FETCHED])).found
        return rows | {
            name: replace(row, features=sounds[row.id].features)
            for name, row in silent.items()
            if row.id in sounds
        }

    async def _rows_for(self, tracks: Sequence[Track]) -> dict[str, Track]:
        direct = await self._catalogue.tracks([track.id for track in tracks])
        rest = [track for track in tracks if track.id not in direct]
        if not rest:
            return direct
        by_key = await self._catalogue.known(
            mbids=(track.mbid for track in rest if track.mbid),
            isrcs=(track.isrc for track in rest if track.isrc),
            work_keys=(work_key(track.title, track.artist) for track in rest),
        )
        rows = await self._catalogue.tracks({each for found in by_key.values() for each in found})
        for track in rest:
            row = _row_for(track, by_key, rows)
            if row is not None:
                direct[track.id] = row
        return direct

    async def candidates(
        self, seed: Profile, *, wanted: int, seed_number: int, era: Era | None
    ) -> list[Candidate]:
        """Playlist companions, their companions, close artists, shared tags.

        When all that is too little, the well-known tracks of the decade: better a plausible
        stranger at the end of the list than a short one.
        """
        own = await self._own_id(seed.track)
        evidence: dict[str, list[Evidence]] = {}
        if own is not None:
            await self._companions(own, seed_number, evidence)
        await self._artists(seed, seed_number, evidence, era)
        await self._tags(seed, seed_number, evidence, era)
        evidence.pop(own or "", None)
        tracks = await self._catalogue.tracks(
            most_told(evidence, 2 * wanted if era is None else len(evidence))
        )
        fitting = sum(era is None or era_holds(era, track.year) for track in tracks.values())
        if fitting < wanted:
            if era is None:
                await self._peers(seed, wanted, seed_number, evidence)
            else:
                await self._decades(seed, wanted, seed_number, evidence, era)
            evidence.pop(own or "", None)
            more = most_told(evidence, 2 * wanted if era is None else len(evidence))
            tracks |= await self._catalogue.tracks([each for each in more if each not in tracks])
        return [
            Candidate(track=tracks[track_id], evidence=tuple(facts))
            for track_id, facts in evidence.items()
            if track_id in tracks
        ]

    async def relate(
        self, seed: Profile, tracks: Sequence[Track], *, seed_number: int
    ) -> dict[str, tuple[Evidence, ...]]:
        """Playlists that hold both, for tracks any source found."""
        own = await self._own_id(seed.track)
        if own is None:
            return {}
        ours = await self._ours(tracks)
        pairs = {pair.track_id: pair for pair in await self._catalogue.pairs(own, list(ours))}
        shared = await self._catalogue.shared_playlists(own, list(ours), each=PLAYLISTS_NAMED)
        return {
            ours[track_id]: _together(pairs.get(track_id), shared.get(track_id), seed_number)
            for track_id in ours
            if track_id in pairs or (track_id in shared and track_id != own)
        }

    async def _ours(self, tracks: Sequence[Track]) -> Mapping[str, str]:
        """Our id -> the id the run has for it. Every seed asks about the same tracks."""
        asked = tuple(track.id for track in tracks)
        if self._asked_last[0] != asked:
            known = await self.details(tracks)
            ours = {str(row.id): str(track_id) for track_id, row in known.items()}
            self._asked_last = (asked, ours)
        return self._asked_last[1]

    async def _own_id(self, track: Track) -> str | None:
        return row.id if (row := (await self.details([track])).get(track.id)) else None

    async def _companions(
        self, own: str, seed_number: int, evidence: dict[str, list[Evidence]]
    ) -> None:
        first = await self._catalogue.companions([own])
        for pair in first:
            fact = _closeness(pair, seed_number)
            evidence.setdefault(pair.track_id, []).append(fact)
        nearest = [pair.track_id for pair in first[:SECOND_HOP_FROM]]
        second = await self._catalogue.companions(nearest, each=SECOND_HOP_EACH)
        strength: dict[str, float] = {}
        for pair in second:
            strength[pair.track_id] = strength.get(pair.track_id, 0.0) + pair.cosine
        found = sorted(strength, key=lambda each: (-strength[each], each))
        _note(evidence, found, Part.COOCCURRENCE, "companion_of_companions", seed_number)

    async def _peers(
        self, seed: Profile, wanted: int, seed_number: int, evidence: dict[str, list[Evidence]]
    ) -> None:
        """Tracks of its time that are about as well known; else what most playlists hold."""
        year, popularity = seed.track.year, seed.track.popularity
        if year is None:
            found = await self._catalogue.well_known(limit=wanted)
            _note(evidence, found, Part.POPULARITY, "in_many_playlists", seed_number)
            return
        decade = year // 10 * 10
        if popularity is None:
            found = await self._catalogue.decade_tracks(decade, limit=wanted)
        else:
            found = await self._catalogue.peers(
                seed.track, year=year, popularity=popularity, limit=wanted
            )
        _note(evidence, found, Part.TIME, "same_decade", seed_number, names_=(f"{decade}s",))

    async def _decades(
        self,
        seed: Profile,
        wanted: int,
        seed_number: int,
        evidence: dict[str, list[Evidence]],
        era: Era,
    ) -> None:
        """The well-known tracks of the wished years, nearest the seed first."""
        year = seed.track.year
        first, last = era
        middle = year or (first + last) // 2
        decades = sorted(
            range(first // 10 * 10, last + 1, 10), key=lambda each: (abs(each + 5 - middle), each)
        )
        for decade in decades[:DECADES_SEARCHED]:
            found = await self._catalogue.decade_tracks(decade, limit=wanted, era=era)
            _note(evidence, found, Part.TIME, "same_decade", seed_number, names_=(f"{decade}s",))
            if len(evidence) >= 2 * wanted:
                return

    async def _artists(
        self,
        seed: Profile,
        seed_number: int,
        evidence: dict[str, list[Evidence]],
        era: Era | None,
    ) -> None:
        lead = names.artist_key(seed.track.artist)
        others = [names.artist_key(each.name) for each in seed.similar_artists[:ARTISTS_SEARCHED]]
        own = await self._catalogue.artist_tracks([lead], each=OWN_TRACKS, era=era)
        found = await self._catalogue.artist_tracks(others, each=TRACKS_AN_ARTIST, era=era)
        _note(evidence, own.get(lead, ()), Part.ARTIST, "by_the_same_artist", seed_number)
        # One track of each artist, then the second of each: the closest artists first.
        listed = [found.get(key, []) for key in others]
        turns = [
            each[turn] for turn in range(TRACKS_AN_ARTIST) for each in listed if turn < len(each)
        ]
        _note(evidence, turns, Part.ARTIST, "by_a_close_artist", seed_number)

    async def _tags(
        self,
        seed: Profile,
        seed_number: int,
        evidence: dict[str, list[Evidence]],
        era: Era | None,
    ) -> None:
        if not seed.track.tags:
            return
        corpus = await self._catalogue.corpus(tag.name for tag in seed.track.tags)
        telling = sorted(
            seed.track.tags, key=lambda tag: (-tag.weight * corpus.rarity(tag.name), tag.name)
        )
        wanted = [tag.name for tag in telling[:TAGS_SEARCHED]]
        found = await self._catalogue.tag_tracks(wanted, each=TRACKS_A_TAG, era=era)
        for tag in wanted:
            _note(
                evidence, found.get(tag, ()), Part.TAGS, "found_by_tag", seed_number, names_=(tag,)
            )


def most_told(evidence: Mapping[str, Sequence[Evidence]], most: int) -> list[str]:
    """Ids of the `most` tracks that stand highest in most lists, in the order they came.

    Reciprocal rank fusion, as `pipeline/generate.py` does over all sources: what would be dropped
    there need not be read here.
    """
    if len(evidence) <= most:
        return list(evidence)
    told = {
        track_id: sum(1 / (RANK_SOFTNESS + (fact.rank or 50)) for fact in facts)
        for track_id, facts in evidence.items()
    }
    kept = set(sorted(told, key=lambda each: (-told[each], each))[:most])
    return [track_id for track_id in evidence if track_id in kept]


def _search_words(text: str) -> list[str]:
    """The words of a query that a track can be found by."""
    title, guests = names.split_featured(text)
    words = names.words(" ".join([title, *guests]))
    return [word for word in words if word not in GLUE] or list(words)


def _row_for(
    track: Track, by_key: Mapping[str, Sequence[str]], rows: Mapping[str, Track]
) -> Track | None:
    keys = filter(None, [track.isrc, track.mbid, work_key(track.title, track.artist)])
    candidates = (rows[track_id] for key in keys for track_id in by_key.get(key, ()))
    return next((row for row in candidates if same_recording(track, row)), None)


def _together(
    pair: Companion | None, shared: Shared | None, seed_number: int
) -> tuple[Evidence, ...]:
    """In how many playlists two tracks are together, and how telling that is where it was mined.

    Mining keeps the hundred closest of a track; playlists that are at hand tell of the others.
    """
    count = Evidence(
        part=Part.COOCCURRENCE,
        source=SOURCE,
        fact="together_in_playlists",
        value=float(pair.together if pair else shared.together if shared else 0),
        rank=pair.rank if pair else None,
        names=shared.names if shared else (),
        seed=seed_number,
    )
    return (count, _closeness(pair, seed_number)) if pair else (count,)


def _closeness(pair: Companion, seed_number: int) -> Evidence:
    return Evidence(
        part=Part.COOCCURRENCE,
        source=SOURCE,
        fact="playlist_closeness",
        value=round(pair.cosine, 5),
        rank=pair.rank,
        seed=seed_number,
    )


def _note(
    evidence: dict[str, list[Evidence]],
    track_ids: Iterable[str],
    part: Part,
    fact: str,
    seed_number: int,
    *,
    names_: tuple[str, ...] = (),
) -> None:
    """Add to `evidence` that these tracks, best first, were found in this way."""
    for rank, track_id in enumerate(track_ids, 1):
        found = Evidence(
            part=part, source=SOURCE, fact=fact, rank=rank, names=names_, seed=seed_number
        )
        evidence.setdefault(track_id, []).append(found)
