"""R2 as few requests as it takes: each is billed, and each is a listener's wait."""

import grove_bindings
import js
import pytest
from pyodide.ffi import create_proxy

from grovemusic.domain.errors import StorageFailure
from grovemusic.runtime.cloudflare.javascript import given
from grovemusic.runtime.cloudflare.objects import R2


def counting():
    """R2 behind an object that notes which of its methods are called."""
    asked = []

    def note(name):
        def call(*arguments):
            asked.append(name)
            return getattr(grove_bindings.R2, name)(*arguments)

        return create_proxy(call)

    names = ("get", "head", "put", "delete")
    return R2(js.Object.fromEntries(given([[name, note(name)] for name in names]))), asked


async def test_a_range_from_the_beginning_is_one_request():
    objects, asked = counting()
    await objects.put("key", b"0123456789")
    asked.clear()
    assert (await objects.get("key", offset=2, length=3)).body == b"234"
    assert (await objects.get("key", offset=7)).body == b"789"
    assert (await objects.get("key", offset=7, length=100)).size == 10
    assert asked == ["get"] * 3
    asked.clear()
    with pytest.raises(StorageFailure):
        await objects.get("key", offset=10, length=5)
    assert await objects.get("nothing", offset=0, length=5) is None
    assert asked == ["get"] * 2


async def test_an_empty_object_has_no_range():
    objects, _asked = counting()
    await objects.put("empty", b"")
    with pytest.raises(StorageFailure):
        await objects.get("empty", offset=0, length=5)
