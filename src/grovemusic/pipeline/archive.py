"""A run's whole result in the object store: the playlist, and the pool it was chosen from.

The pool is what later edits choose from: replacing one track needs no new search.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from grovemusic.domain import codec
from grovemusic.domain.errors import UnknownThing
from grovemusic.domain.music import Profile, ScoredTrack
from grovemusic.domain.playlist import Playlist
from grovemusic.pipeline.enrich import Enriched
from grovemusic.ports import ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """Attributes:
    playlist: The first version.
    pool: Every scored candidate, best first.
    seeds: The seeds with all that was known about them.
    """

    playlist: Playlist
    pool: tuple[ScoredTrack, ...]
    seeds: tuple[Profile, ...]


def archive_key(run_id: str, started_at_ms: int) -> str:
    """runs/{year}/{month}/{runId}.json, by the UTC month the run began in."""
    began = datetime.fromtimestamp(started_at_ms / 1000, UTC)
    return f"runs/{began:%Y}/{began:%m}/{run_id}.json"


async def archive_run(
    store: ObjectStore,
    key: str,
    playlist: Playlist,
    pool: tuple[ScoredTrack, ...],
    enriched: Enriched,
) -> None:
    """Write the whole result; writing it again changes nothing."""
    archived = Archived(playlist=playlist, pool=pool, seeds=enriched.seeds)
    await store.put(key, codec.dump(Archived, archived).encode())


async def read_archive(store: ObjectStore, key: str) -> Archived:
    """What `archive_run` wrote.

    Raises:
        UnknownThing: the archive is gone.
    """
    found = await store.get(key)
    if found is None:
        raise UnknownThing("archived run", key)
    return codec.load(Archived, found.body)
