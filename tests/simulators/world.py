"""The invented catalogue, found by everything the services are asked by."""

import uuid
import zlib
from functools import cache, cached_property

from catalogue_import.demo import generate
from grovemusic.domain import ids, names

_GROUPS = uuid.UUID("6f1b4a52-90b5-4c0d-8a2b-3f1e5d7c9a10")


class World:
    """The demo catalogue with indexes. Tracks are named by their number there."""

    def __init__(self, tracks=2000, seed=1):
        self.demo = generate(tracks=tracks, seed=seed)
        self.track = cache(self.demo.track)
        self._tracks = [(number, self.track(number)) for number in range(tracks)]

    def __len__(self):
        return len(self.demo)

    def find(self, title, artist):
        """The track of these names, however written; None if there is none."""
        return self._by_names.get((names.key(title), names.artist_key(artist)))

    def search(self, text, artist="", limit=30):
        """Tracks that share words with `text` (and `artist`), best first, each with 0-100."""
        wanted, by = set(names.words(text)), set(names.words(artist))
        found = set().union(*(self._by_word.get(word, ()) for word in wanted | by))
        scored = ((self._score(wanted, by, number), number) for number in found)
        ranked = sorted((-score, number) for score, number in scored if score)
        return [(number, -score) for score, number in ranked[:limit]]

    def by_mbid(self, mbid):
        return self._by_mbid.get(mbid)

    def by_isrc(self, isrc):
        return self._by_isrc.get(isrc, [])

    def by_album(self, mbid):
        """Tracks of a release or a release group."""
        return self._by_album.get(mbid, [])

    def artist_of(self, mbid):
        """Name of the artist with this id; None if there is none."""
        return self._artist_names.get(mbid)

    def artist_named(self, name):
        """The artist of that name as it is spelt here; None if there is none."""
        return self._artists.get(names.artist_key(name))

    def artist_mbid(self, name):
        tracks = self.demo.artist_tracks(name)
        return self.track(tracks[0]).artist_mbid if tracks else None

    def artist_tags(self, name, limit=5):
        """The tags of an artist's tracks, the commonest first."""
        votes = {}
        for number in self.demo.artist_tracks(name):
            for tag in self.track(number).tags:
                votes[tag.name] = votes.get(tag.name, 0) + tag.weight
        return sorted(votes, key=lambda tag: (-votes[tag], tag))[:limit]

    @staticmethod
    def group_mbid(album_mbid):
        """The release group of a release."""
        return str(uuid.uuid5(_GROUPS, album_mbid))

    def _score(self, wanted, by, number):
        """0-100: shared words of the title, and of the artist where one was named."""
        track = self.track(number)
        title, artist = set(names.words(track.title)), set(names.words(track.artist))
        likeness = 2 * len(wanted & title) / (len(wanted) + len(title) or 1)
        if by:
            likeness = (likeness + 2 * len(by & artist) / (len(by) + len(artist) or 1)) / 2
        return round(100 * likeness)

    @cached_property
    def _by_names(self):
        """Where two share their names, the better known one."""
        known = sorted(self._tracks, key=lambda each: each[1].listeners)
        return {(names.key(t.title), names.artist_key(t.artist)): number for number, t in known}

    @cached_property
    def _by_word(self):
        found = {}
        for number, track in self._tracks:
            for word in {*names.words(track.title), *names.words(track.artist)}:
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def _by_mbid(self):
        return {track.mbid: number for number, track in self._tracks if track.mbid}

    @cached_property
    def _by_isrc(self):
        found = {}
        for number, track in self._tracks:
            if track.isrc:
                found.setdefault(ids.clean_isrc(track.isrc), []).append(number)
        return found

    @cached_property
    def _by_album(self):
        found = {}
        for number, track in self._tracks:
            for mbid in (track.album_mbid, self.group_mbid(track.album_mbid)):
                found.setdefault(mbid, []).append(number)
        return found

    @cached_property
    def _artist_names(self):
        return {self.artist_mbid(name): name for name in self.demo.artists}

    @cached_property
    def _artists(self):
        return {names.artist_key(name): name for name in self.demo.artists}


def among(share, text):
    """True for that share of all texts, always the same ones: which tracks lack an mbid."""
    return zlib.crc32(text.encode()) % 1000 < share * 1000
