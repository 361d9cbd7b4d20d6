"""A service that answers by script, a cache in a dict, and short ways to say the rest."""

import asyncio
import json

from grovemusic.domain.errors import StorageBusy
from grovemusic.ports import CacheRule, Request, Response
from grovemusic.settings import Secret, Settings

MBID = "11111111-2222-4333-8444-555555555555"
OTHER_MBID = "99999999-8888-4777-8666-555555555555"
SETTINGS = Settings(lastfm_api_key=Secret("lastfm-key"), anthropic_api_key=Secret("claude-key"))


class Script:
    """A Send that gives its answers in turn, the last one for ever; errors are raised."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.asked = []

    async def __call__(self, request):
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class SlowSend:
    """A Send whose answer comes when `gate` opens."""

    def __init__(self, answer):
        self._answer, self.gate = answer, asyncio.Event()
        self.asked, self.cancelled = 0, 0

    async def __call__(self, request):
        self.asked += 1
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class DictCache:
    """A KeyValue that remembers the TTL too."""

    def __init__(self, entries=()):
        self.entries = dict(entries)
        self.ttl_s = {}

    async def get(self, key):
        return self.entries.get(key)

    async def put(self, key, value, *, ttl_s=None):
        self.entries[key], self.ttl_s[key] = value, ttl_s


class BrokenCache:
    """A KeyValue that fails at everything."""

    async def get(self, key):
        raise StorageBusy("keyvalue", "overloaded")

    async def put(self, key, value, *, ttl_s=None):
        raise StorageBusy("keyvalue", "overloaded")


class FreeSlots:
    """Slots for everyone, at once."""

    async def take(self, service):
        return 0.0


def answer(content, status=200, retry_after_s=0.0):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Response(status=status, body=body, retry_after_s=retry_after_s)


def ask(service="musicbrainz", *, key="k", ttl_s=3600, **more):
    cache = CacheRule(key, ttl_s) if key else None
    return Request(service=service, url="http://upstream.test/", cache=cache, **more)
