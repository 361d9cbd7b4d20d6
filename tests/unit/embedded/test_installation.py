"""The embedded platform as a whole: opened, used and closed."""

import asyncio

from grovemusic.runtime import metrics
from grovemusic.runtime.embedded.installation import Installation
from grovemusic.settings import Settings


async def test_closing_writes_what_was_counted_and_waits_for_no_timer(tmp_path, monkeypatch):
    """A command is done when its answer is printed; that its look-ups are counted is our affair."""
    monkeypatch.setattr(metrics, "WRITE_AFTER_S", 3600)
    settings = Settings(data=str(tmp_path), offline=True)
    async with asyncio.timeout(60):
        async with Installation(settings) as installation:
            await installation.platform.cache.get("mb:recording:x")
        async with Installation(settings) as again:
            counted = await again.platform.grove.rows("SELECT layer, lookups FROM cache_metrics")
    assert counted == [{"layer": "kv", "lookups": 1}]
