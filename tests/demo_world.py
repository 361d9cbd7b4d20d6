"""The small invented world that tests share: made once a session, copied where it is changed."""

import pytest

from catalogue_import.demo import generate
from grovemusic.cli.importing import import_demo
from grovemusic.settings import Settings

TRACKS, SEED = 2_000, 1


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    """A data folder with the demo catalogue loaded. Copy it before anything writes to it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    assert import_demo(Settings(data=str(folder), offline=True), TRACKS, SEED, as_json=True) == 0
    return folder


def demo_query(number=0):
    """A way to ask for one of the demo's songs that is not a version of another."""
    world = generate(tracks=TRACKS, seed=SEED)
    plain = (
        track
        for index in range(number * 50, len(world))
        if "(" not in (track := world.track(index)).title and " - " not in track.title
    )
    track = next(plain)
    return f"{track.title} by {track.artist}"
