"""Keeping answers. The cache is a convenience: whatever is wrong with it, the call goes on."""

import re
import zlib
from typing import Any, Protocol

from grovemusic.clients.keys import DAY_S
from grovemusic.clients.verdict import Verdict, judge, sound
from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import CacheRule, KeyValue, Request, Response, Send

SHORTEST_TTL_S = 60  # Cloudflare KV accepts nothing below
LONGEST_UNKNOWN_S = DAY_S  # a song nobody knows today may be known tomorrow
_CACHE_TROUBLE = (StorageFailure, PlatformLimit, OSError)
_HEAD = re.compile(rb"(\d{3}) ([0-9a-f]{8})\n")


class Log(Protocol):
    """Hears of trouble that is nobody's error."""

    def __call__(self, event: str, /, **fields: Any) -> None: ...


def silent(event: str, /, **fields: Any) -> None:
    """A Log that keeps nothing."""


def cached(send: Send, keep: KeyValue, *, log: Log = silent) -> Send:
    """Answer a repeated question from `keep`, as long as the request's CacheRule says.

    Kept are sound answers, and that a service knows no such thing. Wrap it around `retried`, which
    turns temporary trouble into errors; what is not sound JSON or calls itself an error is passed
    on but not kept, lest one bad moment of a service last a month here.
    """

    async def inner(request: Request) -> Response:
        if request.cache is None:
            return await send(request)
        kept = await _recall(keep, request.cache, log)
        if kept is not None:
            return kept
        response = await send(request)
        ttl_s = lifetime_s(request, response)
        if ttl_s is not None:
            await _remember(keep, request.cache, response, ttl_s, log)
        return response

    return inner


def lifetime_s(request: Request, response: Response) -> int | None:
    """How long an answer may be kept; None for not at all."""
    if request.cache is None:
        return None
    wanted_s = max(SHORTEST_TTL_S, request.cache.ttl_s)
    match judge(request, response):
        case Verdict.ANSWER if sound(response):
            return wanted_s
        case Verdict.UNKNOWN:
            return min(wanted_s, LONGEST_UNKNOWN_S)
        case _:
            return None


def pack(response: Response) -> bytes:
    """An answer as it is stored: status, checksum, a line break, the body. Stays UTF-8 text."""
    return b"%d %08x\n%b" % (response.status, zlib.crc32(response.body), response.body)


def unpack(stored: bytes) -> Response | None:
    """What `pack` was given; None if it was damaged or written by something else."""
    head = _HEAD.match(stored)
    if head is None:
        return None
    body = stored[head.end() :]
    if zlib.crc32(body) != int(head[2], 16):
        return None
    return Response(status=int(head[1]), body=body)


async def _recall(keep: KeyValue, rule: CacheRule, log: Log) -> Response | None:
    try:
        stored = await keep.get(rule.key)
    except _CACHE_TROUBLE as error:
        log("cache_read_failed", key=rule.key, error=str(error))
        return None
    return None if stored is None else unpack(stored)


async def _remember(
    keep: KeyValue, rule: CacheRule, response: Response, ttl_s: int, log: Log
) -> None:
    try:
        await keep.put(rule.key, pack(response), ttl_s=ttl_s)
    except _CACHE_TROUBLE as error:
        log("cache_write_failed", key=rule.key, error=str(error))
