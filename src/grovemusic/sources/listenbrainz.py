"""ListenBrainz as a source: what people play in one sitting, and MusicBrainz's facts in bulk.

Calls a seed: 3 to describe it, up to 3 for candidates; then 2 for the details of all candidates
of the run together, however many.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from grovemusic.clients.listenbrainz import ListenBrainz
from grovemusic.clients.listenbrainz_answers import Popularity, RecordingFacts, TagVotes
from grovemusic.domain.ask import Era
from grovemusic.domain.ids import track_id
from grovemusic.domain.merging import merge_tags
from grovemusic.domain.music import Candidate, Evidence, Part, Profile, Tag, Track
from grovemusic.sources.silent import Silent

NAME = "listenbrainz"
RECORDING_PAGE = "https://listenbrainz.org/track/"
TAGS_ASKED = 2
RADIO_TRACKS = 60


class ListenBrainzSource(Silent):
    """Implements `ports.Source` over the client. Without MusicBrainz ids it has nothing to say."""

    name = NAME
    effect_when_missing = "no listening sessions, and fewer tags and years for candidates"

    def __init__(self, client: ListenBrainz) -> None:
        self._client = client

    async def describe(self, seed: Profile) -> Profile:
        """Tags, year and listens of the seed; what is played in one sitting with it."""
        mbid = seed.track.mbid
        if mbid is None:
            return seed
        facts, popularity, similar = await asyncio.gather(
            self._client.facts([mbid]),
            self._client.popularity([mbid]),
            self._client.similar_recordings(mbid),
        )
        track = _with_listens(_known(seed.track, facts.get(mbid)), popularity.get(mbid))
        candidates = tuple(
            Candidate(
                track=_track(each.mbid, each.title, each.artist, each.artist_mbids[:1]),
                evidence=(
                    Evidence(
                        part=Part.COOCCURRENCE,
                        source=NAME,
                        fact="listened_together",
                        value=float(each.score),
                        rank=rank,
                        url=RECORDING_PAGE + each.mbid,
                    ),
                ),
            )
            for rank, each in enumerate(similar, 1)
        )
        return replace(seed, track=track, similar=candidates)

    async def candidates(
        self, seed: Profile, *, wanted: int, seed_number: int, era: Era | None
    ) -> list[Candidate]:
        """Radio around the seed's artist and its strongest tags. One more call names the tracks."""
        del era  # nothing here can be searched by year
        tags = [tag.name for tag in seed.track.tags][:TAGS_ASKED]
        by_artist, by_tag = await asyncio.gather(
            self._client.artist_radio(seed.track.artist_mbid or ""),
            self._client.tag_radio(tags, limit=RADIO_TRACKS),
        )
        found: dict[str, list[Evidence]] = {}
        for rank, near in enumerate(by_artist, 1):
            fact = _fact(Part.ARTIST, "artist_radio", rank, (near.artist,), seed_number, near.mbid)
            found.setdefault(near.mbid, []).append(fact)
        for rank, tagged in enumerate(by_tag, 1):
            fact = _fact(Part.TAGS, "tag_radio", rank, tuple(tags), seed_number, tagged.mbid)
            found.setdefault(tagged.mbid, []).append(fact)
        facts = await self._client.facts(found)
        return [
            Candidate(track=_from_facts(facts[mbid]), evidence=tuple(evidence))
            for mbid, evidence in found.items()
            if mbid in facts and facts[mbid].title and facts[mbid].artist
        ][: 2 * wanted]

    async def details(self, tracks: Sequence[Track]) -> dict[str, Track]:
        """Tags, lengths, years and listens of all tracks that have a MusicBrainz id: two calls."""
        mbids = [track.mbid for track in tracks if track.mbid and not track.invented]
        if not mbids:
            return {}
        facts, popularity = await asyncio.gather(
            self._client.facts(mbids), self._client.popularity(mbids)
        )
        found: dict[str, Track] = {}
        for track in tracks:
            if track.mbid in facts or track.mbid in popularity:
                known = _known(track, facts.get(track.mbid or ""))
                found[track.id] = _with_listens(known, popularity.get(track.mbid or ""))
        return found


def _fact(
    part: Part, fact: str, rank: int, shown: tuple[str, ...], seed_number: int, mbid: str
) -> Evidence:
    return Evidence(
        part=part,
        source=NAME,
        fact=fact,
        rank=rank,
        names=shown,
        seed=seed_number,
        url=RECORDING_PAGE + mbid,
    )


def _known(track: Track, facts: RecordingFacts | None) -> Track:
    """`track` with what the facts add, as ListenBrainz's own view of it."""
    if facts is None:
        return track
    year = _year(facts)
    return replace(
        track,
        artist_mbid=track.artist_mbid or next(iter(facts.artist_mbids), None),
        isrc=track.isrc or min(facts.isrcs, default=None),
        album=track.album or facts.album,
        album_mbid=track.album_mbid or facts.album_mbid,
        year=year if year is not None else track.year,
        year_source=NAME if year is not None else track.year_source,
        duration_ms=track.duration_ms or facts.duration_ms,
        tags=_tags(facts) or track.tags,
        sources=tuple(sorted({*track.sources, NAME})),
    )


def _with_listens(track: Track, popularity: Popularity | None) -> Track:
    return replace(track, listens=popularity.listens) if popularity else track


def _from_facts(facts: RecordingFacts) -> Track:
    track = _track(facts.mbid, facts.title or "", facts.artist or "", facts.artist_mbids[:1])
    return _known(track, facts)


def _year(facts: RecordingFacts) -> int | None:
    """Of first release; the album's year where day or month of it are unknown to the server."""
    years = [int(facts.first_release[:4])] if facts.first_release else []
    if facts.album_year is not None:
        years.append(facts.album_year)
    return min(years, default=None)


def _tags(facts: RecordingFacts) -> tuple[Tag, ...]:
    """Tags of the recording, its album and its artist, each kind relative to its own strongest.

    Few recordings are tagged themselves; what was said of the album or the artist counts less.
    """
    kinds = ((facts.tags, 1.0), (facts.release_group_tags, 0.7), (facts.artist_tags, 0.5))
    return merge_tags(*(_weighted(voted, share) for voted, share in kinds))


def _weighted(voted: Iterable[TagVotes], share: float) -> tuple[Tag, ...]:
    kept = [(each.name, each.votes if each.votes is not None else 1) for each in voted]
    most = max((votes for _name, votes in kept), default=0)
    return tuple(
        Tag(name=name, weight=round(share * votes / most, 4), source=NAME)
        for name, votes in kept
        if votes > 0
    )


def _track(mbid: str, title: str, artist: str, artist_mbids: tuple[str, ...]) -> Track:
    return Track(
        id=track_id(title=title, artist=artist, mbid=mbid),
        title=title,
        artist=artist,
        mbid=mbid,
        artist_mbid=artist_mbids[0] if artist_mbids else None,
        sources=(NAME,),
    )
