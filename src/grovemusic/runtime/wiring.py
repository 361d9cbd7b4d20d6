"""Ports into services: the composition root that both runtimes share."""

from collections.abc import Mapping, Sequence

from grovemusic.api.services import ApiServices
from grovemusic.catalogue.cold import ColdStore
from grovemusic.catalogue.crossref import find_each
from grovemusic.catalogue.layers import Surroundings
from grovemusic.catalogue.lookup import Layers, Lookups
from grovemusic.catalogue.promotion import Promotion
from grovemusic.clients.claude import Claude
from grovemusic.clients.http import http_send
from grovemusic.clients.kept_words import KeptWords
from grovemusic.clients.lastfm import LastFm
from grovemusic.clients.limiter import ActorSlots, LimiterActor
from grovemusic.clients.listenbrainz import ListenBrainz
from grovemusic.clients.metering import Meter
from grovemusic.clients.musicbrainz import MusicBrainz
from grovemusic.clients.transport import transport
from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.domain.music import Missing
from grovemusic.pipeline.run import RunActor
from grovemusic.pipeline.services import RunSources, Services
from grovemusic.ports import Actor, ActorStorage, Clock, Send, Source, Writer
from grovemusic.runtime.platform import Platform
from grovemusic.settings import Settings
from grovemusic.sources.catalogue import CatalogueSource
from grovemusic.sources.lastfm import LastFmSource
from grovemusic.sources.listenbrainz import ListenBrainzSource
from grovemusic.sources.musicbrainz import MusicBrainzSource
from grovemusic.sources.sound import SoundSource
from grovemusic.store.access import AccessLog
from grovemusic.store.catalogue import Catalogue
from grovemusic.store.leases import Leases
from grovemusic.store.metrics import CacheMetrics
from grovemusic.store.playlists import Playlists
from grovemusic.store.runs import Runs
from grovemusic.store.tracks import Tracks
from grovemusic.store.users import Users
from grovemusic.store.xref import CrossReferences

RUN = "run"
UPSTREAMS = ("lastfm", "musicbrainz", "listenbrainz")


def run_services(platform: Platform) -> Services:
    """What a run's actor works with."""
    catalogue = Catalogue(platform.catalogue)
    return Services(
        settings=platform.settings,
        clock=platform.clock,
        runs=Runs(platform.grove, platform.clock),
        playlists=Playlists(platform.grove),
        tracks=Tracks(platform.grove, platform.clock),
        archive=platform.archive,
        sources=lambda: sources_of(platform, catalogue),
        corpus=catalogue.corpus,
        accessed=lambda tracks: _accessed(platform, tracks),
        writer=writer_of(platform),
        log=platform.log,
    )


def api_services(platform: Platform) -> ApiServices:
    """What the routes work with."""
    catalogue = Catalogue(platform.catalogue)
    return ApiServices(
        settings=platform.settings,
        clock=platform.clock,
        new_id=platform.new_id,
        users=Users(platform.grove, platform.clock),
        runs=Runs(platform.grove, platform.clock),
        playlists=Playlists(platform.grove),
        catalogue=catalogue,
        archive=platform.archive,
        actors=platform.actors,
        sources=lambda: sources_of(platform, catalogue),
        metrics=CacheMetrics(platform.grove, platform.clock),
        log=platform.log,
        faults=platform.faults,
        runtime=platform.name,
    )


def lookups_of(platform: Platform, *, at_the_edge: bool = True) -> Lookups:
    """Fresh look-ups in the catalogue for one request or run: their memory is its own."""
    return Lookups(
        Layers(
            cache=platform.lookup_cache if at_the_edge else None,
            database=platform.catalogue,
            index=platform.audio_vectors,
            cold=ColdStore(platform.cold_store, platform.cold_memory, platform.clock),
            clock=platform.clock,
        ),
        Surroundings(platform.clock, platform.metrics, platform.background, platform.log),
        accessed=lambda tracks: _record_access(platform, tracks),
    )


async def promotion_of(platform: Platform) -> Promotion:
    """One night's promotion."""
    return Promotion(
        access=AccessLog(platform.catalogue, platform.clock),
        leases=Leases(platform.catalogue, platform.clock),
        lookups=lookups_of(platform, at_the_edge=False),
        index=platform.audio_vectors,
        spread=(await Catalogue(platform.catalogue).corpus(())).spread,
        owner=platform.new_id("promotion_"),
        log=platform.log,
    )


async def _accessed(platform: Platform, tracks: Sequence[str]) -> None:
    _record_access(platform, tracks)


def _record_access(platform: Platform, tracks: Sequence[str]) -> None:
    """Send it to the queue in the background; if that fails, a track is promoted a little later."""

    async def send() -> None:
        try:
            await platform.queue.send({"kind": "accessed", "tracks": list(tracks)})
        except (StorageFailure, PlatformLimit) as error:
            platform.log("access_record_failed", error=str(error))

    platform.background(send())


def run_actor(_name: str, storage: ActorStorage, platform: Platform) -> Actor:
    """The actor of one run."""
    return RunActor(storage, run_services(platform))


def limiter_actor(_name: str, storage: ActorStorage, clock: Clock) -> Actor:
    """The actor that paces one upstream service."""
    return LimiterActor(storage, clock)


def sources_of(platform: Platform, catalogue: Catalogue) -> RunSources:
    """Fresh sources for one run: they share a transport, and with it one budget of calls."""
    settings = platform.settings
    meter = Meter(settings.calls_per_run)
    send = _send_of(platform, meter)
    upstream: Mapping[str, Source] = {
        "lastfm": LastFmSource(LastFm(send, settings)),
        "musicbrainz": MusicBrainzSource(MusicBrainz(send, settings)),
        "listenbrainz": ListenBrainzSource(ListenBrainz(send, settings)),
    }
    reasons = absent_because(settings)
    return RunSources(
        sources=[
            CatalogueSource(catalogue, lookups=lookups_of(platform)),
            SoundSource(catalogue, platform.audio_vectors),
            *(source for name, source in upstream.items() if name not in reasons),
        ],
        absent=[
            Missing(source=name, reason=reason, effect=upstream[name].effect_when_missing)
            for name, reason in reasons.items()
        ],
        calls=lambda: meter.calls,
    )


def _send_of(platform: Platform, meter: Meter) -> Send:
    """Calls of other services, paced for the whole deployment and counted by `meter`."""
    settings = platform.settings
    return transport(
        http_send(platform.http(), settings, platform.clock),
        platform.cache,
        settings=settings,
        clock=platform.clock,
        slots=ActorSlots(
            platform.actors,
            rates_per_s={name: settings.upstream(name).rate_per_s for name in UPSTREAMS},
            patience_s=settings.patience_s,
        ),
        meter=meter,
        traffic=platform.traffic,
        log=platform.log,
    )


async def cross_reference_promoted(platform: Platform, *, tracks: int, calls: int) -> None:
    """Look for promoted tracks in MusicBrainz, the most wanted first; nothing when offline.

    Raises:
        UpstreamError: it does not answer, or the calls are used up; what was found is kept.
    """
    if "musicbrainz" in absent_because(platform.settings):
        return
    table = CrossReferences(platform.catalogue, platform.clock)
    musicbrainz = MusicBrainz(_send_of(platform, Meter(calls)), platform.settings)
    await find_each(await table.promoted_unmatched(limit=tracks), musicbrainz, table)


def absent_because(settings: Settings) -> dict[str, str]:
    """Upstream service -> why it is not asked at all."""
    if settings.offline:
        return dict.fromkeys(UPSTREAMS, "GROVE_OFFLINE is set")
    if settings.lastfm_api_key is None:
        return {"lastfm": "LASTFM_API_KEY is not set"}
    return {}


def writer_of(platform: Platform) -> Writer | None:
    """The language model that writes reasons; None for templates."""
    settings = platform.settings
    if settings.offline or settings.writer == "none" or settings.anthropic_api_key is None:
        return None
    return KeptWords(Claude(settings, platform.http()), platform.cache, log=platform.log)
