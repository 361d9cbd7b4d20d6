"""One song typed in a hundred ways is still one song."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grovemusic.domain import names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sigur Rós", "sigur ros"),
        ("AC/DC", "acdc"),
        ("P!nk", "pink"),
        ("Ke$ha", "Kesha"),
        ("R.E.M.", "REM"),
        ("Guns N' Roses", "guns and roses"),
        ("Pink + White", "pink & white"),
        ("The Beatles", "beatles"),
        ("Don’t Stop", "dont stop"),
        ("Straße", "strasse"),
        ("Mötley Crüe", "Motley Crue"),
        ("ＦＵＬＬ width", "full width"),
        ("علي", "على"),
        ("كتاب", "کتاب"),
        ("Ёлка", "елка"),
    ],
)
def test_spellings_people_mix_up_are_equal(one, other):
    assert names.squash(one) == names.squash(other)


@pytest.mark.parametrize(
    ("one", "other"), [("が", "か"), ("!!!", "+/-"), ("Low", "Lowe"), ("The The", "A")]
)
def test_different_names_stay_different(one, other):
    assert names.squash(one) != names.squash(other)


def test_scripts_without_spaces_are_found_by_any_character():
    assert set(names.words("君を待つ")) == {"君", "を", "待", "つ"}


def test_latin_words_inside_japanese_titles_stay_whole():
    assert "run" in names.words("9と4分の3番線で君を待つ (Run Away)")


@pytest.mark.parametrize(
    ("title", "base", "guests"),
    [
        ("Song (feat. A & B)", "Song", ("A", "B")),
        ("Song feat. A", "Song", ("A",)),
        ("Song (with A) - B Remix", "Song - B Remix", ("A",)),
        ("Song (w/ A)", "Song", ("A",)),
        ("Dance With Me", "Dance With Me", ()),
        ("Stay with Me - Live", "Stay with Me - Live", ()),
        ("Feat of Strength", "Feat of Strength", ()),
    ],
)
def test_guests_are_cut_from_titles_but_words_are_not(title, base, guests):
    assert names.split_featured(title) == (base, guests)


@pytest.mark.parametrize(
    ("credit", "lead"),
    [
        ("Drake feat. Rihanna", "Drake"),
        ("A;B;C", "A"),
        ("Earth, Wind & Fire", "Earth, Wind & Fire"),
        ("Tyler, The Creator", "Tyler, The Creator"),
    ],
)
def test_a_credit_begins_with_its_lead_artist(credit, lead):
    assert names.primary_artist(credit) == lead


@given(st.text(max_size=200))
def test_any_text_folds_without_error_and_folding_twice_changes_nothing(text):
    words = names.words(text)
    assert all(word and not word.isspace() for word in words)
    assert names.words(" ".join(words)) == words


@given(st.text(min_size=1, max_size=100))
def test_visible_text_always_has_words(text):
    shows = any(not c.isspace() and c.isprintable() for c in text)
    assert bool(names.words(text)) or not shows


@given(st.lists(st.text(max_size=8), max_size=6), st.lists(st.text(max_size=8), max_size=6))
def test_likeness_is_symmetric_and_between_zero_and_one(one, other):
    value = names.likeness(one, other)
    assert 0.0 <= value <= 1.0
    assert value == pytest.approx(names.likeness(other, one), abs=0.35)


def test_likeness_forgives_a_slip_of_the_finger():
    assert names.likeness(["bohemian", "rapsody"], ["bohemian", "rhapsody"]) > 0.9
    assert names.likeness(["pink", "matter"], ["pink", "white"]) == 0.5
