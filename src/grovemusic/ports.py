"""What the core asks of the world, as Protocols. Who answers is decided in `runtime/`.

Every port behaves as its Cloudflare counterpart does, limits included: an embedded port refuses
what D1, KV, R2, Vectorize, Durable Objects or Queues would refuse, with the same errors
(`PlatformLimit`, `StorageFailure`, `StorageBusy`). `tests/contract/` defines each port.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from grovemusic.domain.ask import Era
from grovemusic.domain.music import Candidate, Evidence, Profile, Track
from grovemusic.domain.queries import SongQuery
from grovemusic.domain.run import Option
from grovemusic.settings import Secret

Json = Any  # None, bool, int, float, str, list[Json], dict[str, Json]
Value = str | int | float | bytes | None
Row = Mapping[str, Any]  # its real type is the table in schema.sql


# --- time and chance -------------------------------------------------------------------------


class Clock(Protocol):
    """The only clock there is; tests bring one that jumps."""

    def now_ms(self) -> int:
        """Unix time in milliseconds, UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


NewId = Callable[[str], str]  # prefix -> prefix + unguessable rest, for example "run_4Zx…"


# --- storage ---------------------------------------------------------------------------------


class Statement(NamedTuple):
    """One SQL statement with `?` parameters and its values."""

    sql: str
    values: tuple[Value, ...] = ()


class Database(Protocol):
    """SQL that means the same on D1 and SQLite: `?` parameters, rows by column name.

    Limits: 100 bound values and 100,000 bytes of SQL a statement, 2,000,000 bytes a value, 100
    columns. For longer lists bind one JSON text and read it with `json_each(?)`. No BEGIN or
    COMMIT: `batch` is the transaction. Foreign keys are enforced.
    """

    async def rows(self, sql: str, *values: Value) -> list[Row]:
        """Run one statement in its own transaction; its rows (also of RETURNING), in order."""
        ...

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run all in order in one transaction; the rows of each. One failure undoes all."""
        ...


class Page(NamedTuple):
    """Some keys in ascending order, and the cursor that gives the next; None at the end."""

    keys: list[str]
    cursor: str | None


class KeyValue(Protocol):
    """A cache. Eventually consistent on Cloudflare, and never a counter.

    Limits: keys of 1-512 bytes (not "." or ".."), values of 25 MiB, TTL of 60 s or more, 100
    keys a `get_many`.
    """

    async def get(self, key: str) -> bytes | None: ...

    async def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Those of `keys` that exist. Values must be UTF-8 text."""
        ...

    async def put(self, key: str, value: bytes, *, ttl_s: int | None = None) -> None: ...

    async def delete(self, key: str) -> None: ...

    async def keys(
        self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000
    ) -> Page: ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object, or the part of it that was asked for. `size` is that of the whole object."""

    body: bytes
    etag: str
    size: int


class ObjectStore(Protocol):
    """Files by key, strongly consistent.

    Limits: keys of 1,024 bytes, 1,000 keys a list or delete.
    """

    async def get(
        self, key: str, *, offset: int | None = None, length: int | None = None
    ) -> StoredObject | None:
        """The object or `length` bytes from `offset`; a negative `offset` counts from the end.

        A range that begins past the end raises `StorageFailure`; one that ends past it is cut.
        """
        ...

    async def head(self, key: str) -> StoredObject | None:
        """As `get` with an empty body."""
        ...

    async def put(
        self, key: str, body: bytes, *, if_etag: str | None = None, if_absent: bool = False
    ) -> str | None:
        """Store and give the new etag; None if the condition did not hold and nothing was done.

        `if_etag`: only over the object with that etag. `if_absent`: only where there is none.
        """
        ...

    async def delete(self, keys: Sequence[str]) -> None: ...

    async def keys(
        self, prefix: str = "", *, cursor: str | None = None, limit: int = 1000
    ) -> Page: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """A point with flat metadata (text, numbers, booleans, lists of text)."""

    id: str
    values: tuple[float, ...]
    namespace: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A neighbour. `score` is the cosine, 1 for the same direction."""

    id: str
    score: float
    metadata: Mapping[str, Any] = field(default_factory=dict)
    values: tuple[float, ...] | None = None


class VectorIndex(Protocol):
    """Nearest neighbours by cosine. A write may take minutes to be seen.

    Limits: fixed dimensions, ids and namespaces of 64 bytes, 10 KiB of metadata a vector, 1,000
    vectors an upsert, `top_k` 50 (100 when neither metadata nor values are asked for), filters of
    2,048 bytes of JSON over at most 10 declared fields.
    """

    async def upsert(self, vectors: Sequence[Vector]) -> None: ...

    async def query(
        self,
        values: Sequence[float],
        *,
        top_k: int = 50,
        namespace: str | None = None,
        where: Mapping[str, Any] | None = None,
        with_metadata: bool = True,
        with_values: bool = False,
    ) -> list[Match]:
        """The nearest, best first, ties by id.

        `where` maps a declared field to a value, or to {"$eq" "$ne" "$in" "$nin" "$lt" "$lte"
        "$gt" "$gte": …}; all must hold.
        """
        ...

    async def get(self, ids: Sequence[str]) -> list[Vector]:
        """Those of `ids` that exist, in any order."""
        ...

    async def delete(self, ids: Sequence[str]) -> None: ...

    async def count(self) -> int:
        """Vectors stored, over all namespaces."""
        ...


# --- actors, queue, background ---------------------------------------------------------------


class ActorStorage(Protocol):
    """What one actor remembers: a small ordered key-value store, durable and its own.

    Limits: key and value together 2 MB as JSON text, 128 keys a `get` or `delete`.
    """

    async def get(self, keys: Sequence[str]) -> dict[str, Json]:
        """Those of `keys` that exist."""
        ...

    async def put(self, entries: Mapping[str, Json]) -> None:
        """Store all or none."""
        ...

    async def delete(self, keys: Sequence[str]) -> None: ...

    async def list(
        self, prefix: str = "", *, start: str | None = None, limit: int = 1000
    ) -> dict[str, Json]:
        """Entries in ascending key order; `start` is the first key wanted."""
        ...

    async def delete_all(self) -> None:
        """Forget everything, the alarm too."""
        ...

    async def set_alarm(self, at_ms: int) -> None:
        """Wake the actor at `at_ms` (at once when past); replaces an earlier alarm."""
        ...

    async def get_alarm(self) -> int | None: ...

    async def delete_alarm(self) -> None: ...


class Actor(Protocol):
    """A thing with a name that handles one message at a time and survives restarts.

    `call` with a method in `reads` may overlap with anything else, so a listener can follow a
    run while it works; all other calls and alarms are delivered one at a time. An alarm is
    delivered at least once; if it raises it is tried again, up to six times.
    """

    reads: frozenset[str]

    async def call(self, method: str, argument: Json) -> Json: ...

    async def alarm(self) -> None: ...


class Actors(Protocol):
    """Finds an actor by kind and name, making it on first use. Arguments and answers are JSON."""

    async def call(self, kind: str, name: str, method: str, argument: Json = None) -> Json: ...


class Queue(Protocol):
    """Messages for later, delivered at least once. Limits: 128 KB a message, 100 a batch."""

    async def send(self, message: Json, *, delay_s: int = 0) -> None: ...

    async def send_many(self, messages: Sequence[Json]) -> None: ...


class Background(Protocol):
    """Work that may go on after the answer has been sent, and may be lost with the process."""

    def __call__(self, work: Awaitable[None]) -> None: ...


class Metrics(Protocol):
    """How the layers of the catalogue and the caches do. Recording never delays an answer."""

    def __call__(self, layer: str, *, hit: bool, latency_ms: float, data_type: str) -> None:
        """One look-up.

        Args:
            layer: request, kv, d1, vectorize or r2.
            data_type: What was looked for: audioFeatures, crossRef, similarity, lastfm:track …
        """
        ...


# --- the outside -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CacheRule:
    """Under which key an answer is kept, and how long."""

    key: str
    ttl_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A question to a music service. It only reads, so it may be repeated and kept.

    Attributes:
        service: As in `settings.upstreams`: "lastfm", "musicbrainz", "listenbrainz".
        query: Sent in the URL.
        secret: Sent too, but never logged and never part of a key; a name beginning with "header:"
            goes into that header instead of the URL.
        body: Sent as JSON with POST; None means GET.
        cache: None means "do not keep the answer".
    """

    service: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, Secret] = field(default_factory=dict)
    body: Json = None
    cache: CacheRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer. `retry_after_s` is what the service asked for, 0 if it did not."""

    status: int
    body: bytes
    retry_after_s: float = 0.0


Send = Callable[[Request], Awaitable[Response]]


class Source(Protocol):
    """A service or catalogue that offers the pipeline something.

    Every method is optional help: it may answer with nothing, and it may raise `UpstreamError`;
    then the run goes on without it and says so.
    """

    name: str
    effect_when_missing: str  # "no listeners' tags and similar tracks"
    is_ours: bool  # our own data: asked about invented songs too, which nobody else knows

    async def find(self, query: SongQuery, *, limit: int) -> list[Option]:
        """Recordings that `query` may mean, best first, with a confidence 0-1 each."""
        ...

    async def describe(self, seed: Profile) -> Profile:
        """`seed` with what this source adds: tags, features, year, similar tracks and artists."""
        ...

    async def candidates(
        self, seed: Profile, *, wanted: int, seed_number: int, era: Era | None
    ) -> list[Candidate]:
        """Up to `wanted` tracks that may fit, each with its evidence, best first.

        `era` is a wish: a source that can search by year should; what it cannot tell may stay.
        """
        ...

    async def details(self, tracks: Sequence[Track]) -> dict[str, Track]:
        """Track id -> the track with what this source adds, for those it knows. Few bulk calls."""
        ...

    async def relate(
        self, seed: Profile, tracks: Sequence[Track], *, seed_number: int
    ) -> dict[str, tuple[Evidence, ...]]:
        """Track id -> more evidence that ties tracks found elsewhere to this seed."""
        ...


# --- words -----------------------------------------------------------------------------------


class Writer(Protocol):
    """A language model, asked one question at a time and answering with JSON text.

    Raises `UpstreamError` for every failure: no key, time-out, refusal, malformed answer.
    """

    name: str  # as shown to the listener: "claude-…"

    async def write(self, *, system: str, prompt: str, schema: Json) -> Json:
        """An answer that fits `schema` (JSON Schema)."""
        ...
