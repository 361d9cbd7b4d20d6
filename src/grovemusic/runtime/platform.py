"""The ports of one installation, put together: what a runtime has to provide, and no more."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from grovemusic.catalogue.cold import ColdMemory
from grovemusic.clients.pacing import Traffic
from grovemusic.pipeline.services import Log
from grovemusic.ports import (
    Actors,
    Background,
    Clock,
    Database,
    KeyValue,
    Metrics,
    NewId,
    ObjectStore,
    Queue,
    VectorIndex,
)
from grovemusic.settings import Settings

# Metadata fields of the audio vectors that may be filtered by. On Vectorize their indexes must
# exist before the vectors are inserted (tools/deploy.py makes them).
VECTOR_FIELDS = ("decade", "year", "popularity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Attributes:
    name: "embedded" or "cloudflare", for people.
    grove, catalogue: The two databases.
    cache: Answers of other services.
    lookup_cache: Answers of the catalogue's look-ups, which measure it themselves.
    cold_store: The catalogue's column blocks.
    cold_memory: What may be remembered of them beyond a request.
    traffic: Calls of other services that this process has under way.
    audio_vectors: 13 numbers a track (catalogue/features.py).
    queue: Messages for `runtime/messages.py`.
    http: Makes the client all outgoing calls go through.
    faults: What is missing or broken, a sentence each.
    """

    name: str
    settings: Settings
    clock: Clock
    new_id: NewId
    grove: Database
    catalogue: Database
    cache: KeyValue
    lookup_cache: KeyValue
    cold_store: ObjectStore
    cold_memory: ColdMemory = field(default_factory=ColdMemory)
    traffic: Traffic = field(default_factory=Traffic)
    archive: ObjectStore
    audio_vectors: VectorIndex
    actors: Actors
    queue: Queue
    metrics: Metrics
    background: Background
    http: Callable[[], httpx.AsyncClient]
    log: Log
    faults: Callable[[], Awaitable[list[str]]]
