"""JSPF as ListenBrainz validates it, and XSPF as the same thing in XML."""

import json
import uuid
from xml.etree import ElementTree as ET

import pytest
from builders import placed, playlist, track
from export_cases import ARTIST_MBID, ISRC, KNOWN_IDS, MBID, SPOTIFY_ID, XSPF, full_playlist

from grovemusic.exports import jspf, xspf

PLAYLIST = "https://musicbrainz.org/doc/jspf#playlist"
TRACK = "https://musicbrainz.org/doc/jspf#track"
RECORDING = "https://musicbrainz.org/recording/"
# Source: https://wiki.xiph.org/XSPF_v1_Notes_and_Errata, "Element order".
ORDER = {
    "playlist": "title creator annotation info location identifier image date license attribution "
    "link meta extension trackList",
    "track": "location identifier title creator annotation info image album trackNum duration "
    "link meta extension",
}


def listenbrainz_complaints(document):
    """What `validate_playlist` of listenbrainz/webserver/views/playlist_api.py would refuse."""
    inner = document["playlist"]
    if not inner.get("title"):
        yield "title"
    if not isinstance(inner["extension"][PLAYLIST].get("public"), bool):
        yield "public"
    for number, each in enumerate(inner["track"]):
        first = (each.get("identifier") or [""])[0]
        try:
            uuid.UUID(first.removeprefix(RECORDING) if first.startswith(RECORDING) else "")
        except ValueError:
            yield f"track {number}"


def xml(text):
    return ET.fromstring(text.encode())  # noqa: S314 - our own file


def local(element):
    return element.tag.rpartition("}")[2]


def test_a_track_says_all_that_jspf_has_room_for():
    listed = full_playlist(narrative="Rain.", created_at_ms=1_750_000_000_000)
    inner = json.loads(jspf.render(listed))["playlist"]
    assert inner["title"] == "A playlist"
    assert inner["creator"] == "GroveMusic"
    assert inner["annotation"] == "Rain."
    assert inner["date"] == "2025-06-15T15:06:40+00:00"
    assert inner["track"][0] == {
        "identifier": [
            RECORDING + MBID,
            f"urn:isrc:{ISRC}",
            f"https://open.spotify.com/track/{SPOTIFY_ID}",
        ],
        "title": "Pink + White",
        "creator": "Frank Ocean",
        "album": "Blonde",
        "duration": 184_516,
        "extension": {
            TRACK: {
                "artist_identifiers": [f"https://musicbrainz.org/artist/{ARTIST_MBID}"],
                "additional_metadata": {
                    "score": 8.24,
                    "tag_overlap": 0.812,
                    "audio_feature": 0.7,
                    "playlist_cooccurrence": 0.4,
                    "artist_similarity": 0.55,
                    "temporal_proximity": 0.9,
                    "popularity_fit": 0.1,
                    "confidence": 0.85,
                    "year": 2016,
                    "flow_role": "builder",
                    "category": "popular",
                },
            }
        },
    }


def test_the_reason_is_the_annotation():
    listed = playlist(placed(track(), reason="Shares 4 tags."))
    assert jspf.jspf_document(listed)["playlist"]["track"][0]["annotation"] == "Shares 4 tags."


def test_the_listeners_own_song_has_no_score():
    inner = jspf.jspf_document(playlist(placed(is_seed=True)))["playlist"]
    assert inner["track"][0]["extension"][TRACK]["additional_metadata"] == {"flow_role": "builder"}


@pytest.mark.parametrize("public", [True, False])
def test_listenbrainz_takes_the_document_made_for_it(public):
    """It refuses a whole playlist for one track without an MBID, so such tracks stay out."""
    spotify_only = track("Other", spotify_id=SPOTIFY_ID, isrc=ISRC)
    listed = playlist(track("Known", **KNOWN_IDS), spotify_only, track("Bare"), title="\0")
    assert list(listenbrainz_complaints(jspf.jspf_document(listed))) == ["track 1", "track 2"]
    document = jspf.listenbrainz_document(listed, public=public)
    assert not list(listenbrainz_complaints(document))
    assert [each["title"] for each in document["playlist"]["track"]] == ["Known"]
    assert document["playlist"]["extension"][PLAYLIST]["public"] is public


def test_a_playlist_is_private_unless_the_listener_says_otherwise():
    assert jspf.jspf_document(playlist())["playlist"]["extension"][PLAYLIST] == {"public": False}


def test_xspf_has_every_element_at_its_place():
    """Readers may rely on the order of the specification."""
    listed = full_playlist(narrative="Rain.", created_at_ms=1_750_000_000_000)
    root = xml(xspf.render(listed))
    assert root.tag == "{http://xspf.org/ns/0/}playlist"
    assert root.attrib == {"version": "1"}
    tracks = root.findall("x:trackList/x:track", XSPF)
    for element in [root, *tracks]:
        places = [ORDER[local(element)].split().index(local(child)) for child in element]
        assert places == sorted(places)


def test_xspf_says_what_jspf_says():
    root = xml(xspf.render(full_playlist()))
    first = root.find("x:trackList/x:track", XSPF)
    assert first.findtext("x:identifier", None, XSPF) == RECORDING + MBID
    assert first.findtext("x:duration", None, XSPF) == "184516"
    extension = first.find("x:extension", XSPF)
    assert extension.get("application") == TRACK
    assert extension.findtext("x:additional_metadata/x:tag_overlap", None, XSPF) == "0.812"
    assert extension.findtext("x:artist_identifiers/x:identifier", None, XSPF).endswith(ARTIST_MBID)
    assert root.findtext("x:extension/x:public", None, XSPF) == "false"


def test_xspf_leaves_out_what_is_unknown():
    root = xml(xspf.render(playlist(track())))
    first = root.find("x:trackList/x:track", XSPF)
    assert [local(each) for each in first] == ["title", "creator", "extension"]


def test_xspf_marks_invented_songs():
    root = xml(xspf.render(playlist(track(invented=True))))
    assert root.findtext("x:annotation", "", XSPF).startswith("Invented demo data")
    metadata = root.find("x:trackList/x:track/x:extension/x:additional_metadata", XSPF)
    assert metadata.findtext("x:invented", None, XSPF) == "true"
