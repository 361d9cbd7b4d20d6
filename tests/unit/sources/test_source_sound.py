"""The vector index as a source: neighbours in sound, and what happens when it does not answer."""

import pytest
from builders import track
from grove_client import GroveClient, shared_copy

from grovemusic.domain.errors import StorageFailure, UpstreamError
from grovemusic.domain.music import Part, Profile
from grovemusic.domain.queries import read_query
from grovemusic.sources.sound import NEIGHBOURS, SoundSource
from grovemusic.store.catalogue import Catalogue


class Down:
    async def query(self, *_values, **_options):
        raise StorageFailure("vectors", "no local form")


@pytest.fixture(scope="module")
def client(demo_folder, tmp_path_factory):
    folder = shared_copy(demo_folder, tmp_path_factory.mktemp("sound") / "data")
    with GroveClient(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def seed(client):
    catalogue = client.services.sources().sources[0]
    found = client.do(catalogue.find(read_query("Electric Tide by Azure Valley"), limit=1))
    return client.do(catalogue.describe(Profile(track=found[0].track)))


def candidates(client, source, seed):
    return client.do(source.candidates(seed, wanted=75, seed_number=1, era=None))


def test_neighbours_come_nearest_first_with_their_likeness(client, seed):
    source = SoundSource(
        Catalogue(client.installation.platform.catalogue),
        client.installation.platform.audio_vectors,
    )
    found = candidates(client, source, seed)
    facts = [fact for each in found for fact in each.evidence]
    assert NEIGHBOURS - 1 <= len(found) <= NEIGHBOURS
    assert {(fact.fact, fact.part, fact.seed) for fact in facts} == {
        ("vector_neighbour", Part.AUDIO, 1)
    }
    likeness = [fact.value for fact in facts]
    assert likeness == sorted(likeness, reverse=True)
    assert seed.track.id not in {each.track.id for each in found}


def test_a_seed_of_unknown_sound_has_no_neighbours(client):
    source = SoundSource(Catalogue(client.installation.platform.catalogue), Down())
    assert candidates(client, source, Profile(track=track("Nowhere Song", "Nobody"))) == []


def test_an_index_that_does_not_answer_is_a_source_that_is_missing(client, seed):
    source = SoundSource(Catalogue(client.installation.platform.catalogue), Down())
    with pytest.raises(UpstreamError) as caught:
        candidates(client, source, seed)
    assert caught.value.service == "vectors"
