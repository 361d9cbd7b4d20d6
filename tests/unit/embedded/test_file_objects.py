"""What the embedded object store promises beyond the contract."""

import asyncio
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.runtime.embedded.objects import FileObjects, range_in


@pytest.fixture
def objects(tmp_path):
    with closing(FileObjects(tmp_path / "objects")) as objects:
        yield objects


def bodies_in(folder):
    return [file for file in (folder / "objects" / "bodies").iterdir() if file.is_file()]


async def test_everything_is_still_there_after_a_restart(tmp_path):
    with closing(FileObjects(tmp_path)) as objects:
        etag = await objects.put("a/b", b"kept")
    with closing(FileObjects(tmp_path)) as objects:
        assert (await objects.get("a/b")).body == b"kept"
        assert (await objects.head("a/b")).etag == etag


async def test_keys_never_name_a_path(tmp_path, objects):
    for key in ("../outside", "/outside", "a/../../outside", "\0", "con", "a" * 1024):
        await objects.put(key, b"inside")
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert all(file.is_relative_to(tmp_path / "objects") for file in files)
    assert len(bodies_in(tmp_path)) == 6
    assert all(file.name.isalnum() for file in bodies_in(tmp_path))


async def test_replaced_and_deleted_bodies_leave_the_disk(tmp_path, objects):
    for n in range(5):
        await objects.put("key", b"%d" % n)
    await objects.put("key", b"refused", if_absent=True)
    await objects.put("other", b"x")
    await objects.delete(["other"])
    assert [file.read_bytes() for file in bodies_in(tmp_path)] == [b"4"]


async def test_a_writer_that_is_killed_leaves_the_old_body_or_the_new(tmp_path, other_process):
    """And what it left half done can be tidied up."""
    for _ in range(3):
        other = other_process("put_for_ever", tmp_path / "objects")
        other.says("going on")
        other.kill()
        with closing(FileObjects(tmp_path / "objects")) as objects:
            body = (await objects.get("key")).body  # checked against its etag on the way
            assert len(body) == 300_000
            assert len(set(body)) == 1
            await objects.tidy()
            assert len(bodies_in(tmp_path)) == 1
            assert list((tmp_path / "objects" / "arriving").iterdir()) == []


async def test_two_processes_that_compare_and_swap_lose_nothing(tmp_path, other_process):
    with closing(FileObjects(tmp_path / "objects")) as objects:
        await objects.put("count", b"0")
        others = [other_process("count_in_object", tmp_path / "objects", 25) for _ in range(2)]
        for other in others:
            other.says("ready")
        for other in others:
            other.tell("go")
        for other in others:
            other.ends_well()
        assert (await objects.get("count")).body == b"50"


async def test_a_reader_never_sees_a_mixture(tmp_path):
    """Another process replaces the body between our look at the index and our reading."""
    with (
        closing(FileObjects(tmp_path)) as reader,
        closing(FileObjects(tmp_path)) as writer,
    ):
        await writer.put("key", b"0" * 1000)

        async def write():
            for n in range(1, 30):
                await writer.put("key", b"%d" % (n % 10) * 1000)

        async def read():
            for _ in range(60):
                assert len(set((await reader.get("key")).body)) == 1
                assert len((await reader.get("key", offset=10, length=5)).body) == 5

        await asyncio.gather(write(), read())


async def test_a_changed_body_is_found_out(tmp_path, objects):
    await objects.put("key", b"0123456789")
    (body,) = bodies_in(tmp_path)
    body.write_bytes(b"0123456780")
    with pytest.raises(StorageFailure, match="damaged body"):
        await objects.get("key")
    body.write_bytes(b"01234")
    with pytest.raises(StorageFailure, match="damaged body"):
        await objects.get("key", offset=2, length=2)
    await objects.put("key", b"whole again")
    assert (await objects.get("key")).body == b"whole again"


async def test_a_missing_body_is_found_out(tmp_path, objects):
    await objects.put("key", b"0123456789")
    bodies_in(tmp_path)[0].unlink()
    with pytest.raises(StorageFailure, match=r"body of 'key' is missing"):
        await objects.get("key")


async def test_tidying_keeps_everything_that_counts(tmp_path, objects):
    await objects.put("key", b"kept")
    (tmp_path / "objects" / "bodies" / "stray").write_bytes(b"x")
    (tmp_path / "objects" / "arriving" / "half").write_bytes(b"x")
    assert await objects.tidy() == 2
    assert (await objects.get("key")).body == b"kept"


async def test_half_a_character_is_no_key(objects):
    with pytest.raises(PlatformLimit, match="UTF-8"):
        await objects.put("\ud83c", b"")


@given(
    size=st.integers(0, 50), offset=st.none() | st.integers(-60, 60),
    length=st.none() | st.integers(-1, 60),
)  # fmt: skip
def test_a_range_is_what_a_slice_is(size, offset, length):
    """Except that a range without a byte is an error."""
    body = bytes(range(size))
    start = max(0, size + offset) if (offset or 0) < 0 else (offset or 0)
    want = body[start:] if length is None else body[start : start + max(0, length)]
    try:
        first, count = range_in(size, offset, length)
    except StorageFailure:
        assert not want
    else:
        assert body[first : first + count] == want


odd_keys = st.text(min_size=1, max_size=8).filter(
    lambda key: key.encode(errors="replace").decode() == key
) | st.sampled_from(["..", "a", "a/b", "a/", "a//b", "/", "\0", "\x7f"])


@given(st.lists(st.tuples(odd_keys, st.booleans()), max_size=8))
@settings(max_examples=20)
def test_it_behaves_as_a_dict_for_odd_keys(steps):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare_with_a_dict(Path(folder), steps))


async def compare_with_a_dict(folder, steps):
    model = {}
    with closing(FileObjects(folder)) as objects:
        for number, (key, puts) in enumerate(steps):
            if puts:
                model[key] = b"%d" % number
                await objects.put(key, model[key])
            else:
                model.pop(key, None)
                await objects.delete([key])
        assert (await objects.keys()).keys == sorted(model)
        assert {key: (await objects.get(key)).body for key in model} == model
