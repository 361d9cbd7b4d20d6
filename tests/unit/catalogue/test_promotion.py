"""Tracks asked for often get a vector: each once, none lost, whatever happens in between."""

import pytest
from catalogue_desk import PLAIN, track_id

from grovemusic.catalogue.promotion import LEASE, LEASE_MS, Promotion
from grovemusic.domain.corpus import USUAL_SPREAD
from grovemusic.domain.errors import StorageBusy, StorageFailure
from grovemusic.store.access import AccessLog, State
from grovemusic.store.leases import Leases


class Killed(BaseException):
    """The process is gone: nothing catches this, and nothing can be done after it."""


class Mortal:
    """A port of a process that dies at its n-th write, just before it or just after."""

    def __init__(self, port, life):
        self._port, self._life = port, life

    def __getattr__(self, name):
        method = getattr(self._port, name)

        async def called(*arguments, **named):
            writes = name in {"batch", "upsert"} or "SELECT" not in str(arguments[:1])[:20]
            if not writes or name in {"get", "query", "count"}:
                self._life.check()
                return await method(*arguments, **named)
            self._life.before_write()
            answer = await method(*arguments, **named)
            self._life.after_write()
            return answer

        return called


class Life:
    def __init__(self, *, dies_at=None, afterwards=False):
        self._dies_at, self._afterwards = dies_at, afterwards
        self.writes, self._dead = 0, False

    def check(self):
        if self._dead:
            raise Killed

    def before_write(self):
        self.check()
        self.writes += 1
        if self.writes == self._dies_at and not self._afterwards:
            self._dead = True
        self.check()

    def after_write(self):
        if self.writes == self._dies_at:
            self._dead = True
        self.check()


def promotion(desk, *, life=None, owner="run 1", index=None, **limits):
    db, vectors = desk.d1, index or desk.index
    if life is not None:
        db, vectors = Mortal(db, life), Mortal(vectors, life)
    return Promotion(
        access=AccessLog(db, desk.clock),
        leases=Leases(db, desk.clock),
        lookups=desk.lookups(edge=False),
        index=vectors,
        spread=USUAL_SPREAD,
        owner=owner,
        log=lambda event, /, **fields: desk.logged.append((event, fields)),
        **limits,
    )


def promote(desk, **how):
    return desk.do(promotion(desk, **how).run())


def ask_for(desk, tracks, times=3):
    log, listed = AccessLog(desk.db, desk.clock), list(tracks)
    for _ in range(times):
        desk.do(log.record(listed))


def in_index(desk):
    return desk.do(desk._vectors.count())


def states(desk):
    counts = desk.do(AccessLog(desk.db, desk.clock).counts(at_least=3))
    return counts[State.WAITING], counts[State.PROMOTED], counts[State.REFUSED]


def reasons(desk):
    found = desk.do(AccessLog(desk.db, desk.clock).rejects())
    return {each.track_id: each.reason for each in found}


def test_tracks_asked_for_three_times_get_a_vector_and_others_wait(desk):
    desk.publish_tracks(range(4))
    ask_for(desk, [track_id(0), track_id(1)], times=3)
    ask_for(desk, [track_id(2)], times=2)
    done = promote(desk)
    assert (done.stored, done.there, done.refused, done.finished) == (2, 0, 0, True)
    (vector,) = desk.do(desk._vectors.get([track_id(0)]))
    assert vector.metadata["title"] == "Song 0"
    assert vector.metadata["promoted"] is True
    assert (
        desk.rows("SELECT 1 FROM track_access_log WHERE promoted_at IS NOT NULL") == [{"1": 1}] * 2
    )
    ask_for(desk, [track_id(2)], times=1)
    assert promote(desk).stored == 1


def test_a_promoted_track_of_the_cold_store_can_be_shown(desk):
    """A vector that leads to no row of the hot tables is dropped by whoever finds it."""
    desk.publish_tracks([1])
    ask_for(desk, [track_id(1)])
    promote(desk)
    (row,) = desk.rows("SELECT id, title, artist, origin FROM catalogue_tracks")
    assert row == {"id": track_id(1), "title": "Song 1", "artist": "Someone", "origin": "import"}


def test_twice_is_once(desk):
    desk.publish_tracks(range(10))
    ask_for(desk, map(track_id, range(10)))
    promote(desk)
    before = desk.rows("SELECT * FROM track_access_log ORDER BY 1")
    desk.clock.advance(24 * 3600)
    desk.index.asked.clear()
    again = promote(desk, owner="run 2")
    assert (again.stored, again.there, again.refused) == (0, 0, 0)
    assert desk.rows("SELECT * FROM track_access_log ORDER BY 1") == before
    assert "upsert" not in desk.index.asked
    assert in_index(desk) == 10


def test_what_the_import_has_uploaded_is_noted_and_not_replaced(desk):
    from grovemusic.ports import Vector

    desk.publish_tracks([1])
    mine = Vector(id=track_id(1), values=(0.5,) * 13, metadata={"title": "From the import"})
    desk.do(desk._vectors.upsert([mine]))
    ask_for(desk, [track_id(1)])
    done = promote(desk)
    assert (done.stored, done.there) == (0, 1)
    assert desk.do(desk._vectors.get([track_id(1)])) == [mine]


POISON = {
    "energy": ("infinite energy", {"energy": "1e999"}, "not a finite number"),
    "tempo": ("a text for a tempo", {"tempo": "fast"}, "not a number"),
    "unknown": (
        "hardly anything known",
        dict.fromkeys(PLAIN) | {"tempo": 120, "energy": 0.5, "key": 1},
        "only 3 of its features",
    ),
}


@pytest.mark.parametrize(("numbers", "reason"), [each[1:] for each in POISON.values()], ids=POISON)
def test_of_a_thousand_with_one_poisonous_row_all_others_are_promoted(desk, numbers, reason):
    desk.publish_tracks(range(999))
    poison = track_id(5000)
    desk.hot_track(poison)
    desk.hot_sound(poison, **numbers)
    ask_for(desk, [*map(track_id, range(999)), poison])
    done = promote(desk)
    assert (done.stored, done.refused) == (999, 1)
    assert states(desk) == (0, 999, 1)
    assert in_index(desk) == 999
    assert set(reasons(desk)) == {poison}
    assert reason in reasons(desk)[poison]


def test_what_has_no_features_no_title_or_no_id_is_refused_with_its_reason(desk):
    no_features, no_title, no_id = track_id(1), track_id(2), "spotify:track:nonsense"
    desk.hot_track(no_features)
    desk.hot_sound(no_title)
    huge = "7" * 22 + "x" * 100_000
    ask_for(desk, [no_features, no_title, no_id, huge, ""])
    done = promote(desk)
    assert (done.stored, done.refused) == (0, 5)
    assert "audio features" in reasons(desk)[no_features]
    assert "title" in reasons(desk)[no_title]
    assert "base62" in reasons(desk)[no_id]
    assert promote(desk).refused == 0


def test_a_refused_track_is_tried_again_after_a_month(desk):
    """The next import may bring what was missing."""
    ask_for(desk, [track_id(1)])
    assert promote(desk).refused == 1
    desk.publish_tracks([1])
    desk.clock.advance(29 * 24 * 3600)
    assert promote(desk).stored == 0
    desk.clock.advance(2 * 24 * 3600)
    assert promote(desk).stored == 1
    assert states(desk) == (0, 1, 0)
    assert reasons(desk) == {}


class Picky:
    """An index that refuses batches with certain vectors, as the service would: all or nothing."""

    def __init__(self, index, bad=(), *, error=StorageFailure):
        self._index, self._bad, self._error = index, set(bad), error
        self.upserts = 0

    async def upsert(self, vectors):
        self.upserts += 1
        if self._bad & {each.id for each in vectors} or "everything" in self._bad:
            raise self._error("vectors", "VECTOR_UPSERT_ERROR (code = 40012)")
        await self._index.upsert(vectors)

    def __getattr__(self, name):
        return getattr(self._index, name)


def test_a_vector_the_index_refuses_stands_alone_in_the_end(desk):
    desk.publish_tracks(range(300))
    bad = {track_id(7), track_id(8), track_id(250)}
    index = Picky(desk._vectors, bad)
    ask_for(desk, map(track_id, range(300)))
    done = promote(desk, index=index)
    assert (done.stored, done.refused) == (297, 3)
    assert set(reasons(desk)) == bad
    assert index.upserts < 80


@pytest.mark.parametrize("error", [StorageFailure, StorageBusy])
def test_an_index_that_is_down_refuses_nobody(desk, error):
    desk.publish_tracks(range(100))
    ask_for(desk, map(track_id, range(100)))
    index = Picky(desk._vectors, ["everything"], error=error)
    done = promote(desk, index=index)
    assert done.stored == done.refused == 0
    assert "40012" in done.held_up
    assert states(desk) == (100, 0, 0)
    assert index.upserts < 40
    assert promote(desk).stored == 100


def test_a_cold_store_that_is_down_refuses_nobody(desk):
    desk.publish_tracks(range(5))
    desk.hot_track(track_id(9))
    desk.hot_sound(track_id(9))
    ask_for(desk, [*map(track_id, range(5)), track_id(9)])
    desk.r2.broken = True
    done = promote(desk)
    assert (done.stored, done.refused, done.unsure) == (1, 0, 5)
    desk.r2.broken = False
    assert promote(desk).stored == 5


def test_a_run_ends_after_some_batches_and_the_next_goes_on(desk):
    desk.publish_tracks(range(25))
    for n in range(25):
        ask_for(desk, [track_id(n)], times=3 + n % 5)
    limits = {"batch": 4, "most_batches": 3}
    runs = [promote(desk, **limits) for _ in range(3)]
    assert [(each.stored, each.finished) for each in runs] == [(12, False), (12, False), (1, True)]
    assert in_index(desk) == 25


def test_the_most_wanted_come_first(desk):
    desk.publish_tracks(range(6))
    for n in range(6):
        ask_for(desk, [track_id(n)], times=3 + n)
    promote(desk, batch=2, most_batches=1)
    assert {each.id for each in desk.do(desk._vectors.get([track_id(n) for n in range(6)]))} == {
        track_id(5), track_id(4),
    }  # fmt: skip


def test_tracks_that_are_unsure_do_not_keep_others_from_their_turn(desk):
    desk.publish_tracks(range(8))
    ask_for(desk, map(track_id, range(8)), times=9)
    hot = [track_id(n) for n in range(100, 104)]
    for each in hot:
        desk.hot_track(each)
        desk.hot_sound(each)
    ask_for(desk, hot, times=3)
    desk.r2.broken = True
    done = promote(desk, batch=4, most_batches=5)
    assert (done.stored, done.unsure) == (4, 8)


def test_of_two_at_once_one_works(desk):
    desk.publish_tracks(range(20))
    ask_for(desk, map(track_id, range(20)))
    runs = [promotion(desk, owner=f"run {n}").run() for n in range(4)]
    done = desk.at_once(*runs)
    assert sorted(each.stored for each in done) == [0, 0, 0, 20]
    assert sum(each.held_up == "another run is at it" for each in done) == 3
    assert desk.rows("SELECT * FROM leases") == []


def test_who_lost_the_lease_stops(desk):
    """A run that was slow must not work beside the one that took over."""
    desk.publish_tracks(range(8))
    ask_for(desk, map(track_id, range(8)))

    class Slow(Picky):
        async def upsert(self, vectors):
            await super().upsert(vectors)
            desk.clock.advance(LEASE_MS / 1000 + 1)
            assert await Leases(desk.db, desk.clock).take(LEASE, "another", for_ms=LEASE_MS)

    done = promote(desk, index=Slow(desk._vectors), batch=4)
    assert (done.stored, done.held_up) == (4, "another run has taken over")
    assert [row["owner"] for row in desk.rows("SELECT owner FROM leases")] == ["another"]


@pytest.mark.parametrize("afterwards", [False, True], ids=["before a write", "after a write"])
def test_killed_at_every_write_each_track_is_promoted_once_and_none_is_lost(tmp_path, afterwards):
    from catalogue_desk import CatalogueDesk

    n, died = 1, True
    while died:
        folder = tmp_path / str(n)
        folder.mkdir()
        desk = CatalogueDesk(folder)
        desk.publish_tracks(range(10))
        ask_for(desk, [*map(track_id, range(10)), "poison"])
        desk.clock.advance(60)
        try:
            promote(desk, life=Life(dies_at=n, afterwards=afterwards), batch=4)
            died = False
        except Killed:
            pass
        noted = desk.rows("SELECT spotify_id, promoted_at FROM track_access_log WHERE vectorized=1")
        desk.clock.advance(24 * 3600)
        second = promote(desk, owner="run 2", batch=4, most_batches=9)
        assert second.held_up is None
        assert states(desk) == (0, 10, 1), f"killed at write {n}"
        assert in_index(desk) == 10
        assert set(reasons(desk)) == {"poison"}
        assert desk.rows("SELECT count(*) AS n FROM catalogue_tracks") == [{"n": 10}]
        for row in noted:  # who was promoted in the first run was not promoted again
            (now,) = desk.rows(
                "SELECT spotify_id, promoted_at FROM track_access_log WHERE spotify_id = ?",
                row["spotify_id"],
            )
            assert now == row
        desk.close()
        n += 1
    assert n > 10


def test_accesses_that_come_in_meanwhile_are_counted(desk):
    desk.publish_tracks(range(3))
    ask_for(desk, map(track_id, range(3)))

    class Busy(Picky):
        async def upsert(self, vectors):
            await AccessLog(desk.db, desk.clock).record([track_id(0)])
            await super().upsert(vectors)

    promote(desk, index=Busy(desk._vectors))
    (row,) = desk.rows(
        "SELECT access_count, vectorized FROM track_access_log WHERE spotify_id = ?", track_id(0)
    )
    assert row == {"access_count": 4, "vectorized": 1}


def test_every_limit_of_an_upsert_is_kept(desk):
    """2,500 tracks: batches of a thousand at most (the embedded index refuses more)."""
    desk.publish_tracks(range(2500))
    ask_for(desk, map(track_id, range(2500)))
    done = promote(desk, most_batches=3)
    assert (done.stored, done.finished) == (2500, True)


def test_a_table_without_rows_is_no_error(desk):
    done = promote(desk)
    assert done.finished
