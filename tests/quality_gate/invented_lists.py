"""A dataset that may be shipped: the playlists of the demo world, whose songs do not exist."""

from dataclasses import replace
from functools import cache

from catalogue_import.demo import generate
from quality.lists import RawPlaylist, merged


@cache
def invented_lists(tracks=2_000, playlists=300, seed=1):
    world = generate(tracks=tracks, seed=seed, playlists=playlists)
    # In how many playlists a song stands is for the catalogue to count, from those it may know.
    songs = [replace(world.track(number), playlists=None) for number in range(len(world))]
    lists = [
        RawPlaylist(id=id_, tracks=tuple(songs[number].id for number in members))
        for id_, _name, members in world.playlists()
    ]
    return merged("invented", songs, lists)
