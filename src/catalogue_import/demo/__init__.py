"""An invented catalogue of any size, for trying the service and testing it without real data.

chance     randomness that is the same everywhere
genres     kinds of music and how they sound      words     what names are built from
naming     what artists, songs and playlists are called
world      artists and tracks, in columns         playlists  who puts them together
catalogue  the world as the rest of the project sees it
"""

from catalogue_import.demo.catalogue import DemoCatalogue as DemoCatalogue
from catalogue_import.demo.chance import Chance
from catalogue_import.demo.playlists import make_playlists
from catalogue_import.demo.world import make_artists, make_tracks

FEWEST_TRACKS = 100
TRACKS_PER_PLAYLIST = 10


def generate(tracks: int = 2000, seed: int = 1, playlists: int | None = None) -> DemoCatalogue:
    """An invented catalogue; the same arguments give the same one on every platform.

    Args:
        tracks: How many, at least 100. A million take well under a minute and about 1 GB.
        seed: Another number gives another world.
        playlists: How many; None for one per ten tracks.

    Raises:
        ValueError: too few tracks, or a negative number of playlists.
    """
    if tracks < FEWEST_TRACKS:
        raise ValueError(f"want at least {FEWEST_TRACKS} tracks, got {tracks}")
    if playlists is None:
        playlists = tracks // TRACKS_PER_PLAYLIST
    if playlists < 0:
        raise ValueError(f"want 0 playlists or more, got {playlists}")
    chance = Chance(f"{seed} {tracks}")  # two worlds must not give one id to different songs
    artists = make_artists(chance, tracks)
    songs = make_tracks(chance, artists)
    return DemoCatalogue(chance, artists, songs, make_playlists(chance, artists, songs, playlists))
