"""Ports into services: the composition root that both runtimes share."""

from collections.abc import Mapping, Sequence

from grovemusic.api.services import ApiServices
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
from grovemusic.ports import Actor, ActorStorage, Clock, Source, Writer
from grovemusic.runtime.platform import Platform
from grovemusic.settings import Settings
from grovemusic.sources.catalogue import CatalogueSource
from grovemusic.sources.lastfm import LastFmSource
from grovemusic.sources.listenbrainz import ListenBrainzSource
from grovemusic.sources.musicbrainz import MusicBrainzSource
from grovemusic.sources.sound import SoundSource
from grovemusic.store.catalogue import Catalogue
from grovemusic.store.metrics import CacheMetrics
from grovemusic.store.playlists import Playlists
from grovemusic.store.runs import Runs
from grovemusic.store.tracks import Tracks
from grovemusic.store.users import Users

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


async def _accessed(platform: Platform, tracks: Sequence[str]) -> None:
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
    send = transport(
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
        log=platform.log,
    )
    upstream: Mapping[str, Source] = {
        "lastfm": LastFmSource(LastFm(send, settings)),
        "musicbrainz": MusicBrainzSource(MusicBrainz(send, settings)),
        "listenbrainz": ListenBrainzSource(ListenBrainz(send, settings)),
    }
    reasons = absent_because(settings)
    return RunSources(
        sources=[
            CatalogueSource(catalogue),
            SoundSource(catalogue, platform.audio_vectors),
            *(source for name, source in upstream.items() if name not in reasons),
        ],
        absent=[
            Missing(source=name, reason=reason, effect=upstream[name].effect_when_missing)
            for name, reason in reasons.items()
        ],
        calls=lambda: meter.calls,
    )


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
