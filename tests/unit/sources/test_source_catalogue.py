"""The catalogue as a source, on the small demo: finding, evidence, details, ties."""

import random

import pytest
from builders import track
from grove_client import GroveClient, shared_copy

from grovemusic.domain.music import Part, Profile
from grovemusic.domain.queries import read_query
from grovemusic.domain.works import same_recording, work_key

SONG = ("Electric Tide", "Azure Valley")


class Shelf:
    """The source with its awaiting done."""

    def __init__(self, client):
        self.client = client
        self.source = client.services.sources().sources[0]

    def find(self, text, *, limit=10):
        return self.client.do(self.source.find(read_query(text), limit=limit))

    def named(self, text):
        """Title and artist of the best option; None when nothing was found."""
        options = self.find(text)
        return (options[0].track.title, options[0].track.artist) if options else None

    def described(self, title, artist):
        option = self.find(f"{title} by {artist}")[0]
        return self.client.do(self.source.describe(Profile(track=option.track)))

    def candidates(self, seed, *, wanted=75, seed_number=0, era=None):
        asked = self.source.candidates(seed, wanted=wanted, seed_number=seed_number, era=era)
        return self.client.do(asked)

    def rows(self, sql, *values):
        return self.client.do(self.client.installation.platform.catalogue.rows(sql, *values))


@pytest.fixture(scope="module")
def shelf(demo_folder, tmp_path_factory):
    folder = shared_copy(demo_folder, tmp_path_factory.mktemp("shelf") / "data")
    with GroveClient(folder) as client:
        yield Shelf(client)


@pytest.fixture(scope="module")
def seed(shelf):
    return shelf.described(*SONG)


@pytest.mark.parametrize(
    ("text", "song"),
    [
        ("Electric Tide by Azure Valley", SONG),
        ("electric tide BY azure valley", SONG),
        ("ELECTRIC TIDE", SONG),
        ("Azure Valley - Electric Tide", SONG),
        ("Electric Tide – Azure Valley", SONG),
        ("azure valley electric tide", SONG),
        ("tide electric valley azure", SONG),
        ("  Electric   Tide  ", SONG),
        ("“Electric Tide” by Azure Valley", SONG),
        ("Electric Tide!!! by Azure Valley?", SONG),
        ("ElectricTide by AzureValley", SONG),
        ("Électric Tïde by Åzure Valley", SONG),
        ("Electric Tide (feat. Somebody Else) by Azure Valley", SONG),
        ("Electrik Tide by Azure Valley", SONG),
        ("Electric Tied by Azzure Valley", SONG),
        ("Elcetric Tide by Azure Vally", SONG),
        ("corazon de medianoche otra vez by zoraida albarran",
         ("Corazón de medianoche, otra vez", "Zoraida Albarrán")),
        ("mane utan ord", ("Måne, utan ord", "Höst mot ljuset")),
        ("O i glomska by Torun Aerendal", ("Ö i glömska", "Törun Ærendal")),
        ("Valleys by Caravan 33", ("Valleys (feat. Pearl Hurricane)", "Caravan 33")),
        ("Valleys ft. Pearl Hurricane by Caravan 33",
         ("Valleys (feat. Pearl Hurricane)", "Caravan 33")),
        ("all the linen lighthouses by kwaku yeling",
         ("All the Linen Lighthouses", "Kwaku Yeling feat. Widow 96")),
        ("dont raise my snowfield", ("Don't Raise My Snowfield", "The Crooked Roofs")),
        ("leave ember by avenue 40", ("Leave / Ember", "Avenue 40")),
        ("月影と季節 by 時任野凪", ("月影と季節", "時任野凪")),
        ("月影と季節", ("月影と季節", "時任野凪")),
        ("時任野凪 月影と季節", ("月影と季節", "時任野凪")),
        ("時任野凪 - 月影と季節", ("月影と季節", "時任野凪")),
        ("ОСЕНЬ БЕЗ ТИШИНЫ", ("Осень без тишины", "Аглая Снегирь")),
        ("Аглая Снегирь осень без тишины", ("Осень без тишины", "Аглая Снегирь")),
        ("آواز زمستان", ("آواز زمستان", "سپهر کوهپایه")),
        ("آواز زمستان سپهر كوهپايه", ("آواز زمستان", "سپهر کوهپایه")),  # an Arabic keyboard
        ("سپهر\u200cکوهپایه آواز زمستان", ("آواز زمستان", "سپهر کوهپایه")),
    ],
)  # fmt: skip
def test_a_song_is_found_however_it_is_typed(shelf, text, song):
    assert shelf.named(text) == song


def test_every_song_of_a_sample_finds_itself(shelf):
    """Title and artist, whatever is in them: slashes, brackets, commas, every script."""
    rows = shelf.rows("SELECT title, artist FROM catalogue_tracks ORDER BY id")
    for row in random.Random(1).sample(rows, 60):
        title, artist = shelf.named(f"{row['title']} by {row['artist']}")
        assert work_key(title, artist) == work_key(row["title"], row["artist"])


def test_a_letter_swapped_or_lost_still_finds_the_song(shelf):
    """One slip in the title of a song whose artist is given."""
    rng = random.Random(2)
    rows = shelf.rows(
        "SELECT title, artist FROM catalogue_tracks WHERE length(title) > 12 ORDER BY id"
    )
    plain = [row for row in rows if row["title"].isascii() and row["artist"].isascii()]
    missed = [
        (row["title"], slip)
        for row in rng.sample(plain, 10)
        if (slip := _slip(row["title"], rng))
        and work_key(*(shelf.named(f"{slip} by {row['artist']}") or ("", "")))
        != work_key(row["title"], row["artist"])
    ]
    assert len(missed) <= 1, missed


def _slip(title, rng):
    """Two neighbouring letters of one word swapped, or one letter left out."""
    words = title.split()
    long = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return ""
    at = rng.choice(long)
    word, place = words[at], rng.randrange(1, len(words[at]) - 2)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    lost = word[:place] + word[place + 1 :]
    words[at] = rng.choice([swapped, lost])
    return " ".join(words)


def test_ids_find_exactly_their_track(shelf):
    (row,) = shelf.rows(
        "SELECT id, isrc, mbid FROM catalogue_tracks "
        "WHERE isrc IS NOT NULL AND mbid IS NOT NULL ORDER BY id LIMIT 1"
    )
    for text in (row["isrc"], row["mbid"], f"https://musicbrainz.org/recording/{row['mbid']}"):
        options = shelf.find(text)
        assert [option.track.id for option in options][:1] == [row["id"]]
        assert options[0].confidence == 1.0


def test_an_unknown_id_finds_nothing(shelf):
    for text in ("GBZZZ9999999", "00000000-0000-4000-8000-000000000000", "https://example.org/x"):
        assert shelf.find(text) == []


def test_options_come_surest_first_and_no_more_than_asked_for(shelf):
    options = shelf.find("between the", limit=5)
    assert len(options) == 5
    confidences = [option.confidence for option in options]
    assert confidences == sorted(confidences, reverse=True)


@pytest.mark.parametrize(
    "text", ["by", "the", "and the", "!!!", '"', "a*", "NEAR(x)", "🎵", "x" * 500]
)
def test_words_that_say_nothing_find_something_or_nothing_but_never_fail(shelf, text):
    assert len(shelf.find(text, limit=3)) <= 3


def test_a_described_seed_has_its_sound_tags_and_close_artists(seed):
    assert (seed.track.title, seed.track.invented) == ("Electric Tide", True)
    assert seed.track.features.known > 5
    assert seed.track.tags
    closeness = [artist.closeness for artist in seed.similar_artists]
    assert closeness == sorted(closeness, reverse=True)
    assert closeness[0] == 1.0
    assert all(artist.source == "catalogue" for artist in seed.similar_artists)


def test_a_seed_the_catalogue_does_not_know_stays_as_it_is(shelf):
    stranger = Profile(track=track("Nowhere Song", "Nobody Known"))
    described = shelf.client.do(shelf.source.describe(stranger))
    assert described.track == stranger.track
    assert described.similar_artists == ()


def test_every_candidate_says_where_it_comes_from(shelf, seed):
    candidates = shelf.candidates(seed)
    assert len(candidates) > 75
    assert seed.track.id not in {each.track.id for each in candidates}
    assert len({each.track.id for each in candidates}) == len(candidates)
    facts = {fact.fact for each in candidates for fact in each.evidence}
    assert facts >= {
        "playlist_closeness",
        "companion_of_companions",
        "by_the_same_artist",
        "by_a_close_artist",
        "found_by_tag",
    }
    for each in candidates:
        assert each.evidence
        assert all(fact.source == "catalogue" and fact.rank >= 1 for fact in each.evidence)


def test_candidates_of_another_seed_carry_its_number(shelf, seed):
    for each in shelf.candidates(seed, seed_number=2):
        assert {fact.seed for fact in each.evidence} == {2}


def test_the_closest_companion_leads_by_the_figures(shelf, seed):
    candidates = {each.track.id: each for each in shelf.candidates(seed)}
    (best,) = shelf.rows(
        "SELECT track_b, cosine_score FROM playlist_cooccurrence WHERE track_a = ? AND rank = 1",
        seed.track.id,
    )
    closeness = next(
        fact for fact in candidates[best["track_b"]].evidence if fact.fact == "playlist_closeness"
    )
    assert (closeness.rank, closeness.part) == (1, Part.COOCCURRENCE)
    assert closeness.value == pytest.approx(best["cosine_score"], abs=1e-4)


def test_a_seed_of_which_only_the_year_is_known_still_gets_its_decade(shelf):
    """Better plausible strangers than no list."""
    stranger = Profile(track=track("Nowhere Song", "Nobody Known", year=1994))
    candidates = shelf.candidates(stranger, wanted=20)
    assert len(candidates) == 20
    assert all(1990 <= each.track.year <= 1999 for each in candidates)
    assert {fact.fact for each in candidates for fact in each.evidence} == {"same_decade"}


def test_a_seed_of_which_nothing_is_known_gets_what_most_playlists_hold(shelf):
    candidates = shelf.candidates(Profile(track=track("Nowhere Song", "Nobody Known")), wanted=20)
    facts = {fact.fact for each in candidates for fact in each.evidence}
    assert (len(candidates), facts) == (20, {"in_many_playlists"})


def test_details_meet_a_foreign_track_by_isrc_mbid_or_name(shelf):
    (row,) = shelf.rows(
        "SELECT * FROM catalogue_tracks WHERE isrc IS NOT NULL AND mbid IS NOT NULL "
        "AND title NOT LIKE '%(%' AND title NOT LIKE '% - %' ORDER BY popularity DESC LIMIT 1"
    )
    foreign = {
        "isrc": track("Other Name", "Other", id="a" * 22, isrc=row["isrc"]),
        "mbid": track("Other Name", "Other", id="b" * 22, mbid=row["mbid"]),
        "names": track(row["title"].upper(), row["artist"].upper(), id="c" * 22),
        "length": track(
            row["title"], row["artist"], id="d" * 22, duration_ms=row["duration_ms"] + 3_000
        ),
    }
    found = shelf.client.do(shelf.source.details(list(foreign.values())))
    assert {found[each.id].id for each in foreign.values()} == {row["id"]}


def test_details_do_not_take_another_take_or_a_stranger_for_the_song(shelf):
    (row,) = shelf.rows(
        "SELECT * FROM catalogue_tracks WHERE title NOT LIKE '%(%' AND title NOT LIKE '% - %' "
        "AND mbid IS NOT NULL ORDER BY popularity DESC LIMIT 1"
    )
    others = [
        track(row["title"], row["artist"], id="a" * 22, duration_ms=row["duration_ms"] + 60_000),
        track(f"{row['title']} (Live)", row["artist"], id="b" * 22),
        track(row["title"], "Nobody Known", id="c" * 22),
        track(
            row["title"], row["artist"], id="d" * 22, mbid="0" * 8 + "-0000-4000-8000-" + "0" * 12
        ),
    ]
    assert shelf.client.do(shelf.source.details(others)) == {}


def test_what_details_gives_is_the_same_recording(shelf, seed):
    """Also for tracks met by our own id."""
    tracks = [each.track for each in shelf.candidates(seed)][:40]
    found = shelf.client.do(shelf.source.details(tracks))
    assert set(found) == {each.id for each in tracks}
    assert all(same_recording(each, found[each.id]) for each in tracks)


def test_relate_ties_tracks_found_elsewhere_to_the_seed(shelf, seed):
    """By how many playlists hold both, and which."""
    (pair,) = shelf.rows(
        "SELECT c.track_b, c.cooccurrence_count, t.title, t.artist FROM playlist_cooccurrence c "
        "JOIN catalogue_tracks t ON t.id = c.track_b WHERE track_a = ? AND rank = 1",
        seed.track.id,
    )
    elsewhere = track(pair["title"], pair["artist"], id="e" * 22)
    stranger = track("Nowhere Song", "Nobody Known")
    related = shelf.client.do(shelf.source.relate(seed, [elsewhere, stranger], seed_number=1))
    assert set(related) == {elsewhere.id}
    together, closeness = related[elsewhere.id]
    assert (together.fact, together.value) == ("together_in_playlists", pair["cooccurrence_count"])
    assert 1 <= len(together.names) <= 2
    assert (closeness.fact, closeness.rank) == ("playlist_closeness", 1)
    assert {together.seed, closeness.seed} == {1}


def test_relate_counts_playlists_that_mining_did_not_keep(shelf, seed):
    """The hundred closest are mined; what else shares a playlist is told by the playlists."""
    mined = {row["track_b"] for row in shelf.rows(
        "SELECT track_b FROM playlist_cooccurrence WHERE track_a = ?", seed.track.id
    )}  # fmt: skip
    rows = shelf.rows(
        "SELECT b.track_id, t.title, t.artist, count(*) AS together "
        "FROM catalogue_playlist_tracks a JOIN catalogue_playlist_tracks b USING (playlist_id) "
        "JOIN catalogue_playlists p ON p.id = a.playlist_id AND p.tracks BETWEEN 5 AND 500 "
        "JOIN catalogue_tracks t ON t.id = b.track_id "
        "WHERE a.track_id = ?1 AND b.track_id <> ?1 GROUP BY b.track_id ORDER BY b.track_id",
        seed.track.id,
    )
    left = next(row for row in rows if row["track_id"] not in mined)
    other = track(left["title"], left["artist"], id=left["track_id"])
    related = shelf.client.do(shelf.source.relate(seed, [other, seed.track], seed_number=0))
    (together,) = related[other.id]
    assert (together.value, together.rank) == (left["together"], None)
    assert set(related) == {other.id}


def test_relate_knows_nothing_about_a_foreign_seed(shelf, seed):
    stranger = Profile(track=track("Nowhere Song", "Nobody Known"))
    assert shelf.client.do(shelf.source.relate(stranger, [seed.track], seed_number=0)) == {}


def test_wished_years_bring_enough_tracks_of_those_years(shelf, seed):
    era = (1962, 1967)
    candidates = shelf.candidates(seed, era=era)
    inside = [each for each in candidates if era[0] <= each.track.year <= era[1]]
    (held,) = shelf.rows(
        "SELECT count(*) AS n FROM catalogue_tracks WHERE year BETWEEN ? AND ?", *era
    )
    assert len(inside) >= min(75, held["n"] // 2) > 20
