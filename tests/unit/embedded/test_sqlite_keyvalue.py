"""What the embedded cache promises beyond the contract."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from fakes import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.runtime.embedded.keyvalue import SqliteKeyValue


def entries_in(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM entries").fetchone()[0]


async def test_everything_is_still_there_after_a_restart_and_expires_in_time(tmp_path, clock):
    with closing(SqliteKeyValue(tmp_path / "kv.sqlite", clock)) as keyvalue:
        await keyvalue.put("stays", b"1")
        await keyvalue.put("goes", b"2", ttl_s=60)
    with closing(SqliteKeyValue(tmp_path / "kv.sqlite", clock)) as keyvalue:
        assert (await keyvalue.keys()).keys == ["goes", "stays"]
        clock.advance(60)
        assert (await keyvalue.keys()).keys == ["stays"]


async def test_expired_entries_leave_the_file(tmp_path, clock):
    """A cache that is only written to must not grow for ever."""
    path = tmp_path / "kv.sqlite"
    with closing(SqliteKeyValue(path, clock)) as keyvalue:
        for n in range(250):
            await keyvalue.put(f"old{n}", b"x", ttl_s=60)
        clock.advance(61)
        for n in range(3):
            await keyvalue.put(f"new{n}", b"x", ttl_s=60)
    assert entries_in(path) == 3


async def test_what_one_process_puts_another_gets(tmp_path, clock):
    path = tmp_path / "kv.sqlite"
    with (
        closing(SqliteKeyValue(path, clock)) as one,
        closing(SqliteKeyValue(path, clock)) as other,
    ):
        await one.put("key", b"value")
        assert await other.get("key") == b"value"


keys = st.text(min_size=1, max_size=5).filter(lambda key: key not in {".", ".."})
keys = keys.filter(lambda key: key.encode(errors="replace").decode() == key)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), keys, st.none() | st.integers(60, 200)),
        st.tuples(st.just("delete"), keys, st.none()),
        st.tuples(st.just("advance"), st.just(""), st.integers(1, 100)),
    ),
    max_size=12,
)


@given(steps)
@settings(max_examples=25)
def test_it_behaves_as_a_dict_that_forgets(steps):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare_with_a_dict(Path(folder) / "kv.sqlite", steps))


async def compare_with_a_dict(path, steps):
    clock, model = FakeClock(), {}
    with closing(SqliteKeyValue(path, clock)) as keyvalue:
        for number, (what, key, amount) in enumerate(steps):
            if what == "put":
                await keyvalue.put(key, b"%d" % number, ttl_s=amount)
                model[key] = (number, clock.now_ms() + amount * 1000 if amount else None)
            elif what == "delete":
                await keyvalue.delete(key)
                model.pop(key, None)
            else:
                clock.advance(amount)
        alive = {
            key: b"%d" % number
            for key, (number, end_ms) in model.items()
            if end_ms is None or end_ms > clock.now_ms()
        }
        assert (await keyvalue.keys()).keys == sorted(alive)
        assert {key: await keyvalue.get(key) for key in model} == {
            key: alive.get(key) for key in model
        }
