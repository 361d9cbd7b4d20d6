"""Files by key, strongly consistent."""

import asyncio
import random

import pytest

from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import StoredObject

LONGEST_KEY = "é" * 512  # 1,024 bytes
ODD_KEYS = [
    "a/b/c",
    "a",
    "a/",
    "a/b",
    "/",
    "//",
    ".",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\con",
    "a\nb",
    "%2e%2e%2f",
    "~",
    "ÀÉ",
    "A\u0300E\u0301",  # looks the same, and is not
    "🎵" * 60,
    LONGEST_KEY,
]


async def listed(port, prefix="", limit=1000):
    """All keys, page by page."""
    keys, cursor = [], None
    while True:
        page = await port.keys(prefix, cursor=cursor, limit=limit)
        assert len(page.keys) <= limit
        keys += page.keys
        cursor = page.cursor
        if cursor is None:
            return keys


async def test_an_unknown_key_is_none(objects):
    assert await objects.get("nothing") is None
    assert await objects.get("nothing", offset=5, length=1) is None
    assert await objects.head("nothing") is None


@pytest.mark.parametrize("body", [b"", b"text", bytes(range(256)) * 5000], ids=["0", "4", "1.3 M"])
async def test_a_body_comes_back_as_it_went_in(objects, body):
    etag = await objects.put("key", body)
    assert await objects.get("key") == StoredObject(body, etag, len(body))
    assert await objects.head("key") == StoredObject(b"", etag, len(body))


async def test_each_body_has_its_own_etag(objects):
    """The etag is what a condition compares."""
    first = await objects.put("key", b"one")
    second = await objects.put("key", b"two")
    assert first != second
    assert (await objects.get("key")).etag == second


async def test_a_delete_forgets(objects):
    await objects.put("a", b"1")
    await objects.put("b", b"2")
    await objects.delete(["a", "unknown", "a"])
    assert await objects.get("a") is None
    assert await listed(objects) == ["b"]
    await objects.delete([])


async def test_odd_keys_are_all_different_objects(objects):
    """No key is a path: none leaves the store, none hides another."""
    for key in ODD_KEYS:
        await objects.put(key, key.encode())
    assert [(await objects.get(key)).body.decode() for key in ODD_KEYS] == ODD_KEYS
    assert await listed(objects, limit=4) == sorted(ODD_KEYS)


@pytest.mark.parametrize("key", ["", LONGEST_KEY + "e"], ids=["empty", "1,025 bytes"])
async def test_keys_have_1_to_1024_bytes(objects, key):
    with pytest.raises(PlatformLimit):
        await objects.put(key, b"")
    with pytest.raises(PlatformLimit):
        await objects.get(key)


@pytest.mark.parametrize(
    ("offset", "length", "part"),
    [
        pytest.param(0, 3, b"012", id="beginning"),
        pytest.param(4, 3, b"456", id="middle"),
        pytest.param(7, None, b"789", id="rest"),
        pytest.param(None, 2, b"01", id="length only"),
        pytest.param(7, 99, b"789", id="ends past the end"),
        pytest.param(-3, None, b"789", id="last three"),
        pytest.param(-3, 2, b"78", id="first two of the last three"),
        pytest.param(-99, None, b"0123456789", id="more than there is, from the end"),
    ],
)
async def test_a_part_is_read_without_the_rest(objects, offset, length, part):
    """The size is that of the whole: a reader of an index needs it."""
    etag = await objects.put("key", b"0123456789")
    assert await objects.get("key", offset=offset, length=length) == StoredObject(part, etag, 10)


@pytest.mark.parametrize(("offset", "length"), [(11, 1), (11, None), (10, None), (0, 0)], ids=str)
async def test_a_range_without_a_single_byte_fails(objects, offset, length):
    await objects.put("key", b"0123456789")
    with pytest.raises(StorageFailure):
        await objects.get("key", offset=offset, length=length)


async def test_if_absent_stores_only_the_first(objects):
    assert await objects.put("key", b"first", if_absent=True)
    assert await objects.put("key", b"second", if_absent=True) is None
    assert (await objects.get("key")).body == b"first"
    await objects.delete(["key"])
    assert await objects.put("key", b"third", if_absent=True)


async def test_if_etag_stores_only_over_what_was_read(objects):
    """So two writers of one manifest cannot undo each other's work."""
    assert await objects.put("key", b"never", if_etag="no such etag") is None
    assert await objects.get("key") is None
    read = await objects.put("key", b"one")
    written = await objects.put("key", b"two", if_etag=read)
    assert written not in {None, read}
    assert await objects.put("key", b"three", if_etag=read) is None
    assert (await objects.get("key")).body == b"two"


async def test_of_writers_at_the_same_time_one_wins(objects):
    etag = await objects.put("key", b"start")
    won = await asyncio.gather(*(objects.put("key", b"%d" % n, if_etag=etag) for n in range(10)))
    (winner,) = [n for n, each in enumerate(won) if each]
    assert (await objects.get("key")).body == b"%d" % winner


async def test_keys_are_listed_in_order_page_by_page(objects):
    keys = ["a", "ab", "b/1", "b/2", "b/3", "c", "é", "🎵"]
    for key in reversed(keys):
        await objects.put(key, b"")
    assert await listed(objects, limit=3) == keys
    assert await listed(objects, "b/", limit=2) == ["b/1", "b/2", "b/3"]
    assert await listed(objects, "x") == []


async def test_a_full_page_that_is_the_last_has_no_cursor(objects):
    for key in "abc":
        await objects.put(key, b"")
    assert (await objects.keys(limit=3)).cursor is None


@pytest.mark.parametrize("limit", [0, 1001])
async def test_a_page_has_1_to_1000_keys(objects, limit):
    with pytest.raises(PlatformLimit):
        await objects.keys(limit=limit)


async def test_a_delete_has_up_to_1000_keys(objects):
    with pytest.raises(PlatformLimit):
        await objects.delete([f"key{n}" for n in range(1001)])


@pytest.mark.parametrize("seed", range(3))
async def test_it_behaves_as_a_dict(objects, seed):
    """A random history, step by step beside a dict."""
    chance, model = random.Random(seed), {}
    keys = ["a", "a/b", "a/", "b", "..", "ä"]
    for step in range(60):
        key = chance.choice(keys)
        whole = step % 10 == 9  # all keys are looked at now and then, the one in hand always
        if chance.random() < 0.6:
            model[key] = b"%d" % step
            await objects.put(key, model[key])
        else:
            model.pop(key, None)
            await objects.delete([key])
        seen = keys if whole else [key]
        found = {each: kept.body for each in seen if (kept := await objects.get(each))}
        assert found == {each: model[each] for each in seen if each in model}
    assert await listed(objects, limit=2) == sorted(model)
