"""The shape the API and the JSON export share."""

import json
import math

import pytest
from builders import evidence, placed, playlist, scored, tags, track
from export_cases import ARTIST_MBID, ISRC, MBID, SPOTIFY_ID, full_playlist

from grovemusic.domain.music import Missing, Part
from grovemusic.domain.playlist import FlowRole
from grovemusic.exports.document import PART_NAMES, playlist_document


def test_a_complete_run_answers_as_the_spec_says():
    """The example of grovemusic-spec, "Request/Response Examples", with what we add to it."""
    document = playlist_document(full_playlist(), credits_used=1, processing_time_ms=45_000)
    assert document["runId"] == "run_1"
    assert document["status"] == "complete"
    assert (document["creditsUsed"], document["processingTimeMs"]) == (1, 45_000)
    assert document["seedTrack"] == document["seedTracks"][0]
    assert document["seedTrack"]["title"] == "Seed"
    first = document["playlist"][0]
    assert first.pop("id")
    assert first.pop("evidence") == {name.json: [] for name in PART_NAMES.values()}
    assert first == {
        "position": 1,
        "title": "Pink + White",
        "artist": "Frank Ocean",
        "album": "Blonde",
        "year": 2016,
        "yearSource": None,
        "genre": "jazz",
        "durationMs": 184_516,
        "mbid": MBID,
        "artistMbid": ARTIST_MBID,
        "isrc": ISRC,
        "spotifyId": SPOTIFY_ID,
        "invented": False,
        "reason": "",
        "reasonBy": "template",
        "similarityScore": 8,
        "flowRole": "builder",
        "category": "popular",
        "scores": {
            "tagOverlap": 0.812,
            "audioFeature": 0.7,
            "playlistCooccurrence": 0.4,
            "artistSimilarity": 0.55,
            "temporalProximity": 0.9,
            "popularityFit": 0.1,
            "overall": 8.24,
        },
        "confidence": 0.85,
        "locked": False,
        "isSeed": False,
    }


def test_what_is_unknown_is_null():
    """Null, not zero and not left out: a client can tell "unknown" from "old server"."""
    document = playlist_document(playlist(track()))
    first = document["playlist"][0]
    unknown = ("album", "year", "genre", "durationMs", "mbid", "isrc", "spotifyId", "category")
    assert [first[each] for each in unknown] == [None] * len(unknown)
    assert set(first["scores"].values()) == {None, 5.0}
    assert document["creditsUsed"] is document["processingTimeMs"] is document["createdAt"] is None
    assert document["durationMs"] is None


def test_a_playlist_tells_its_story():
    document = playlist_document(
        playlist(
            placed(locked=True, is_seed=True, flow_role=FlowRole.PEAK, reason="So.", reason_by="m"),
            version=3,
            parent=2,
            change="replaced 4",
            notes=("shorter than asked",),
            missing=(Missing(source="lastfm", reason="busy", effect="no tags"),),
            narrative="Rain.",
            created_at_ms=1_750_000_000_123,
        )
    )
    first = document["playlist"][0]
    assert [first[each] for each in ("locked", "isSeed", "flowRole", "reason", "reasonBy")] == [
        True, True, "peak", "So.", "m"
    ]  # fmt: skip
    assert [document[each] for each in ("version", "parent", "change")] == [3, 2, "replaced 4"]
    assert document["notes"] == ["shorter than asked"]
    assert document["missing"] == [{"source": "lastfm", "reason": "busy", "effect": "no tags"}]
    assert document["narrative"] == "Rain."
    assert document["createdAt"] == "2025-06-15T15:06:40+00:00"


def test_the_first_of_the_strongest_tags_is_the_genre():
    document = playlist_document(playlist(track(tags=tags(soul=0.5, jazz=1, blues=1))))
    assert document["playlist"][0]["genre"] == "jazz"


def test_evidence_stands_under_the_part_it_supports_once():
    """A fact that is both behind the part and among the candidate's evidence is one fact."""
    fact = evidence(Part.TAGS, value=0.1234567, rank=3, names=("soul",), url="https://last.fm/x")
    other = evidence(Part.ARTIST, "similar_artist")
    whole = scored(because=[fact], evidence=(fact, other), tags=0.5)
    found = playlist_document(playlist(whole))["playlist"][0]["evidence"]
    assert found["tagOverlap"] == [
        {
            "source": "lastfm",
            "fact": "tags_in_common",
            "value": 0.123457,
            "rank": 3,
            "names": ["soul"],
            "seed": 0,
            "url": "https://last.fm/x",
        }
    ]
    assert [each["fact"] for each in found["artistSimilarity"]] == ["similar_artist"]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_json_cannot_say_is_unknown(value):
    """NaN in a file is a file nobody can read."""
    document = playlist_document(playlist(scored(tags=value)))
    assert document["playlist"][0]["scores"]["tagOverlap"] is None
    json.dumps(document, allow_nan=False)


def test_addresses_of_evidence_are_followed_only_to_the_web():
    bad = evidence(url="javascript:alert(1)")
    found = playlist_document(playlist(scored(because=[bad])))["playlist"][0]["evidence"]
    assert found["tagOverlap"][0]["url"] is None
