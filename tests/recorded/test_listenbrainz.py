"""ListenBrainz's recorded answers: two of similar-recordings; of the bulk and radio endpoints none.

`navidrome/listenbrainz.popularity.json` is top-recordings-for-artist, which we do not ask. It has
the fields of /1/popularity/recording among others, and so stands in for it.
"""

import json

import pytest
from recorded_answers import case, recorded

from grovemusic.clients.listenbrainz_answers import popularity_in, similar_recordings_in
from grovemusic.domain.errors import UpstreamError


@pytest.mark.parametrize(
    ("name", "rows", "recordings"),
    [
        case("navidrome/listenbrainz.labs.similar-recordings.json", 2, 2),
        case("navidrome/listenbrainz.labs.similar-recordings-real-out-of-order.json", 5, 4),
    ],
)
def test_similar_recordings(name, rows, recordings):
    """Sorted here, and each once: the server promises neither."""
    body = recorded(name)
    assert len(json.loads(body)) == rows
    found = similar_recordings_in(body)
    assert len({each.mbid for each in found}) == len(found) == recordings
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all(each.artist_mbids == () for each in found)  # null in every recorded row
    assert len({each.reference for each in found}) == 1


def test_popularity_reads_a_neighbour_endpoint_with_the_same_fields():
    found = popularity_in(recorded("navidrome/listenbrainz.popularity.json"))
    assert len(found) == 2
    assert all(each.listens >= each.listeners > 0 for each in found.values())


def test_another_endpoint_is_a_foreign_shape():
    with pytest.raises(UpstreamError, match="unexpected answer"):
        similar_recordings_in(recorded("listenbrainz/mock_recommendations.json"))
