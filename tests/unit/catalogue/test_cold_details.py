"""The catalogue as a source reaches features that only the cold store has."""

from catalogue_desk import track_id

from grovemusic.domain.music import Track
from grovemusic.sources.catalogue import CatalogueSource
from grovemusic.store.catalogue import Catalogue

ONE, TWO = track_id(1), track_id(2)


def asked(number):
    return Track(id=track_id(number), title=f"Song {number}", artist="Someone")


def details(desk, numbers, **how):
    source = CatalogueSource(Catalogue(desk.db), **how)
    return desk.do(source.details([asked(n) for n in numbers]))


def test_features_the_hot_tables_lack_come_from_the_cold_store(desk):
    desk.publish_tracks([1])
    desk.hot_track(ONE)
    desk.hot_track(TWO)
    desk.hot_sound(TWO, tempo=77.0)
    found = details(desk, [1, 2, 3], lookups=desk.lookups())
    assert {name: each.features.tempo_bpm for name, each in found.items()} == {ONE: 91.0, TWO: 77.0}
    assert desk.accessed == []


def test_without_the_cold_store_a_track_keeps_what_is_known(desk):
    desk.hot_track(ONE)
    desk.r2.broken = True
    assert details(desk, [1], lookups=desk.lookups())[ONE].features is None
    assert details(desk, [1])[ONE].features is None


def test_where_all_is_known_no_farther_layer_is_asked(desk):
    desk.hot_track(ONE)
    desk.hot_sound(ONE)
    assert details(desk, [1], lookups=desk.lookups())[ONE].features is not None
    assert desk.kv.asked == desk.r2.asked == []
