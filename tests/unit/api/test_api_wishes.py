"""Every wish a request may hold shows in the list."""

import pytest

SONG = "Electric Tide by Azure Valley"
OTHER = "Ride the Iron Widow by Vasco Lincroft"


def titles(document):
    return [track["title"] for track in document["playlist"]]


def artists(document):
    return [track["artist"] for track in document["playlist"]]


def mean(document, part):
    known = [t["scores"][part] for t in document["playlist"] if t["scores"][part] is not None]
    return sum(known) / len(known)


@pytest.mark.parametrize("size", [26, 100])
def test_a_list_has_exactly_the_wanted_size(maker, size):
    document = maker.make(SONG, playlistSize=size)
    assert len(document["playlist"]) == size
    assert len(set(titles(document))) == size
    assert document["creditsUsed"] == -(-size // 25)


@pytest.mark.parametrize("minutes", [30, 100])
def test_a_list_lasts_as_long_as_wanted(maker, minutes):
    document = maker.make(SONG, minutes=minutes)
    assert abs(document["durationMs"] - minutes * 60_000) <= 30_000


def test_the_same_request_gives_the_same_list(maker):
    one, other = (maker.make(SONG, randomSeed=7) for _ in range(2))
    assert one["playlist"] == other["playlist"]
    assert one["narrative"] == other["narrative"]


def test_other_random_seeds_give_other_good_lists(maker):
    lists = [maker.make(SONG, randomSeed=seed) for seed in range(2)]
    assert titles(lists[0]) != titles(lists[1])
    assert all(abs(mean(each, "overall") - mean(lists[0], "overall")) < 0.6 for each in lists)


def test_an_era_holds_for_every_track_of_known_year(maker):
    document = maker.make(SONG, preferences={"eraRange": [1995, 1999]})
    years = [track["year"] for track in document["playlist"]]
    assert len(years) >= 5
    assert len(years) == 15 or any("the list is shorter" in note for note in document["notes"])
    assert all(year is None or 1995 <= year <= 1999 for year in years)


def test_an_era_nobody_recorded_in_fails_and_costs_nothing(maker):
    before = maker.get("/api/user/credits").json()
    run = maker.start(SONG, preferences={"eraRange": [1860, 1870]})
    assert maker.get(f"/api/generate/{run}").json()["status"] == "failed"
    assert maker.get("/api/user/credits").json() == before


def test_moods_pull_apart(maker):
    """The calm list is calmer than the energetic one, on the catalogue's own figures."""
    lists = {
        mood: maker.make(SONG, playlistSize=30, preferences={"moodBias": mood})
        for mood in ("energetic", "chill")
    }
    energy = {}
    for mood, document in lists.items():
        ids = [track["id"] for track in document["playlist"]]
        known = maker.do(maker.services.catalogue.tracks(ids)).values()
        values = [t.features.energy for t in known if t.features and t.features.energy is not None]
        energy[mood] = sum(values) / len(values)
    assert energy["energetic"] > energy["chill"] + 0.05


def test_popularity_biases_pull_apart(maker):
    popularity = {}
    for bias in ("popular", "hidden-gems"):
        document = maker.make(SONG, playlistSize=30, preferences={"popularityBias": bias})
        ids = [track["id"] for track in document["playlist"]]
        known = maker.do(maker.services.catalogue.tracks(ids)).values()
        popularity[bias] = sum(t.popularity for t in known) / len(known)
    assert popularity["popular"] > popularity["hidden-gems"] + 3


def test_blocked_artists_stay_out_however_their_names_are_typed(maker):
    plain = maker.make(SONG)
    blocked = artists(plain)[:4]
    typed = [name.upper() + " " for name in blocked]
    document = maker.make(SONG, preferences={"blockedArtists": typed})
    assert set(blocked).isdisjoint(artists(document))
    assert len(document["playlist"]) == 15


def test_an_artist_cap_and_gap_of_ones_own_hold(maker):
    document = maker.make(SONG, playlistSize=30, preferences={"maxPerArtist": 1, "artistGap": 0})
    assert len(set(artists(document))) == 30


def test_the_seed_opens_the_list_when_wanted_and_is_absent_otherwise(maker):
    without = maker.make(SONG)
    assert "Electric Tide" not in titles(without)
    document = maker.make(SONG, includeSeed=True)
    first = document["playlist"][0]
    assert (first["title"], first["isSeed"]) == ("Electric Tide", True)
    assert len(document["playlist"]) == 15
    assert titles(document).count("Electric Tide") == 1


def test_a_title_of_ones_own_names_the_list_and_its_file(maker):
    document = maker.make(SONG, title="Für Anna/Otto: 1 & 2")
    assert document["title"] == "Für Anna/Otto: 1 & 2"
    path = f"/api/playlist/{document['playlistId']}/export/m3u8"
    name = maker.get(path).headers["content-disposition"]
    assert name.startswith("attachment; filename*=UTF-8''F%C3%BCr%20Anna")
    assert "/" not in name


def test_several_songs_mix_by_their_weights(maker):
    """The heavier song has more to say: more of its own companions are in the list."""

    def mixed(*weights):
        seeds = [
            {"query": song, "weight": weight}
            for song, weight in zip((SONG, "月影と季節 by 時任野凪"), weights, strict=True)
        ]
        document = maker.make(seeds=seeds, playlistSize=20)
        assert [seed["title"] for seed in document["seedTracks"]] == ["Electric Tide", "月影と季節"]
        return set(titles(document))

    first_only = set(titles(maker.make(SONG, playlistSize=20)))
    heavy, light = mixed(9, 1), mixed(1, 9)
    assert len(heavy & first_only) > len(light & first_only)


def test_weights_are_relative(maker):
    one, other = (
        maker.make(seeds=[{"query": SONG, "weight": w}, {"query": "Talk / Hurricane", "weight": w}])
        for w in (1, 50.0)
    )
    assert titles(one) == titles(other)


def test_a_query_may_be_an_id_or_an_address(maker):
    (row,) = maker.do(
        maker.installation.platform.catalogue.rows(
            "SELECT isrc, mbid, title FROM catalogue_tracks WHERE isrc IS NOT NULL "
            "AND mbid IS NOT NULL ORDER BY popularity DESC LIMIT 1"
        )
    )
    for query in (
        row["isrc"],
        row["mbid"],
        f"https://musicbrainz.org/recording/{row['mbid']}",
        row["isrc"].lower()[:2].upper() + row["isrc"][2:],
    ):
        assert maker.make(query)["seedTrack"]["title"] == row["title"]
