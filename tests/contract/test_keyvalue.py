"""A cache: entries by key, some of which expire."""

import random

import pytest

from grovemusic.domain.errors import PlatformLimit, StorageFailure

LONGEST_KEY = "é" * 256  # 512 bytes


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


async def test_an_unknown_key_is_none(keyvalue):
    assert await keyvalue.get("nothing") is None


@pytest.mark.parametrize("value", [b"", b"text", bytes(range(256))], ids=["empty", "text", "bytes"])
async def test_a_value_comes_back_as_it_went_in(keyvalue, value):
    await keyvalue.put("key", value)
    assert await keyvalue.get("key") == value


async def test_a_put_replaces_and_a_delete_forgets(keyvalue):
    await keyvalue.put("key", b"old")
    await keyvalue.put("key", b"new")
    assert await keyvalue.get("key") == b"new"
    await keyvalue.delete("key")
    await keyvalue.delete("key")
    assert await keyvalue.get("key") is None


@pytest.mark.parametrize("key", ["a", "a/b", " ", "...", "../../x", "🎵", LONGEST_KEY])
async def test_any_text_of_up_to_512_bytes_is_a_key(keyvalue, key):
    await keyvalue.put(key, b"kept")
    assert await keyvalue.get(key) == b"kept"
    assert await listed(keyvalue) == [key]


@pytest.mark.parametrize("key", ["", ".", "..", LONGEST_KEY + "e"])
async def test_other_keys_are_refused(keyvalue, key):
    with pytest.raises(PlatformLimit):
        await keyvalue.get(key)
    with pytest.raises(PlatformLimit):
        await keyvalue.put(key, b"")
    with pytest.raises(PlatformLimit):
        await keyvalue.delete(key)


async def test_values_of_more_than_25_mib_are_refused(keyvalue):
    with pytest.raises(PlatformLimit):
        await keyvalue.put("key", bytes(25 * 1024 * 1024 + 1))


async def test_a_ttl_below_a_minute_is_refused(keyvalue):
    with pytest.raises(PlatformLimit):
        await keyvalue.put("key", b"", ttl_s=59)
    assert await keyvalue.get("key") is None


async def test_an_entry_with_a_ttl_is_there_before_it_expires(keyvalue):
    await keyvalue.put("key", b"fresh", ttl_s=60)
    assert await keyvalue.get("key") == b"fresh"


async def test_an_expired_entry_is_never_seen_again(keyvalue, pass_time):
    """Not by get, not by get_many, not in a list."""
    await keyvalue.put("stays", b"1")
    await keyvalue.put("goes", b"2", ttl_s=60)
    await pass_time(59)
    assert await listed(keyvalue) == ["goes", "stays"]
    await pass_time(1)
    assert await keyvalue.get("goes") is None
    assert await keyvalue.get_many(["goes", "stays"]) == {"stays": b"1"}
    assert await listed(keyvalue) == ["stays"]


async def test_a_later_put_decides_the_ttl(keyvalue, pass_time):
    await keyvalue.put("kept", b"", ttl_s=60)
    await keyvalue.put("kept", b"for ever")
    await keyvalue.put("longer", b"", ttl_s=60)
    await keyvalue.put("longer", b"two minutes", ttl_s=120)
    await pass_time(61)
    assert await listed(keyvalue) == ["kept", "longer"]
    await pass_time(60)
    assert await listed(keyvalue) == ["kept"]


async def test_many_are_got_at_once(keyvalue):
    await keyvalue.put("a", b"1")
    await keyvalue.put("b", "zwölf".encode())
    assert await keyvalue.get_many(["a", "b", "c", "a"]) == {"a": b"1", "b": "zwölf".encode()}
    assert await keyvalue.get_many([]) == {}


async def test_more_than_100_at_once_are_refused(keyvalue):
    with pytest.raises(PlatformLimit):
        await keyvalue.get_many([f"key{n}" for n in range(101)])


async def test_only_text_can_be_got_in_bulk(keyvalue):
    """KV would give something else than was put."""
    await keyvalue.put("noise", b"\xff\xfe")
    with pytest.raises(StorageFailure):
        await keyvalue.get_many(["noise"])


async def test_keys_are_listed_in_order_page_by_page(keyvalue):
    keys = ["a", "ab", "b/1", "b/2", "b/3", "c", "é", "🎵"]
    for key in reversed(keys):
        await keyvalue.put(key, b"")
    assert await listed(keyvalue, limit=3) == keys
    assert await listed(keyvalue, "b/", limit=2) == ["b/1", "b/2", "b/3"]
    assert await listed(keyvalue, "x") == []


@pytest.mark.parametrize("limit", [0, 1001])
async def test_a_page_has_1_to_1000_keys(keyvalue, limit):
    with pytest.raises(PlatformLimit):
        await keyvalue.keys(limit=limit)


@pytest.mark.parametrize("seed", range(3))
async def test_it_behaves_as_a_dict(keyvalue, seed):
    """A random history, step by step beside a dict."""
    chance, model = random.Random(seed), {}
    keys = ["a", "a/b", "a/", "b", "..a", "ä"]
    for step in range(80):
        key = chance.choice(keys)
        if chance.random() < 0.6:
            model[key] = b"%d" % step
            await keyvalue.put(key, model[key])
        else:
            model.pop(key, None)
            await keyvalue.delete(key)
        assert await keyvalue.get_many(keys) == model
    assert await listed(keyvalue, limit=2) == sorted(model)
