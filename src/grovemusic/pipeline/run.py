"""One run of the pipeline, as an actor: durable, resumable, followed by its events.

Every alarm does one stage: it loads what the stages before left behind, does its work, stores the
outcome with its events and the next stage in one write, and sets the next alarm. A process that
dies in between loses at most the stage it was in, and the upstream answers of that stage are in
the cache. Settling is an idempotent transaction, so it may be repeated too.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from grovemusic.domain import codec
from grovemusic.domain.ask import Ask, wanted_tracks
from grovemusic.domain.errors import Conflict, GroveError, NothingFound, UnknownThing
from grovemusic.domain.music import ScoredTrack, Track
from grovemusic.domain.playlist import Playlist
from grovemusic.domain.run import ENDED, PROGRESS, Option, Stage, status_of
from grovemusic.pipeline import wording
from grovemusic.pipeline.archive import archive_key, archive_run
from grovemusic.pipeline.bell import Bell
from grovemusic.pipeline.curate import Curated, curate
from grovemusic.pipeline.enrich import Enriched, enrich
from grovemusic.pipeline.explain import Explained, explain
from grovemusic.pipeline.gather import without_repeats
from grovemusic.pipeline.generate import Generated, generate
from grovemusic.pipeline.journal import Journal, News, State
from grovemusic.pipeline.resolve import Resolved, resolve
from grovemusic.pipeline.score import asked_of_corpus, score
from grovemusic.pipeline.services import RunSources, Services
from grovemusic.ports import ActorStorage, Json

BUSY_TRIES = 20  # of one stage, when nothing was found because services were busy
TRIES = 3  # of one stage, when it fails in a way nobody foresaw
POLL_S = 0.1
LONGEST_WAIT_S = 25.0
Scored = tuple[ScoredTrack, ...]
T = TypeVar("T")


class RunActor:
    """Implements `ports.Actor` for one run.

    Methods: start {ask, run_id, playlist_id, user_id}; choose {seed, option}; state; events
    {after, wait_s}; nudge.
    """

    reads = frozenset({"state", "events"})

    def __init__(self, storage: ActorStorage, services: Services) -> None:
        self._storage, self._services = storage, services
        self._journal = Journal(storage, services.clock)
        self._sources: RunSources | None = None
        self._calls_counted = 0
        self._outputs: dict[Stage, Any] = {}
        self._bell = Bell(services.clock)
        self._stages: Mapping[Stage, Callable[[State, Ask], Awaitable[None]]] = {
            Stage.PENDING: self._begin,
            Stage.RESOLVING: self._resolve,
            Stage.ENRICHING: self._enrich,
            Stage.GENERATING: self._generate,
            Stage.SCORING: self._score,
            Stage.CURATING: self._curate,
            Stage.EXPLAINING: self._explain,
            Stage.STORING: self._store,
        }

    # --- messages ----------------------------------------------------------------------------

    async def call(self, method: str, argument: Json) -> Json:
        """Answer one message."""
        match method:
            case "start":
                return await self._start(argument)
            case "choose":
                return await self._choose(argument["seed"], argument["option"])
            case "state":
                return await self._state()
            case "nudge":
                return await self._nudge()
            case "events":
                return await self._events(argument["after"], argument["wait_s"])
            case _:
                raise UnknownThing("method of a run", method)

    async def _start(self, argument: Json) -> Json:
        """Begin, or go on if already begun."""
        if await self._journal.state() is None:
            state = State(
                run_id=argument["run_id"],
                playlist_id=argument["playlist_id"],
                user_id=argument["user_id"],
                ask=argument["ask"],
                started_at_ms=self._services.clock.now_ms(),
            )
            await self._wake()
            await self._write(state)
        return await self._state()

    async def _choose(self, seed: int, option: int) -> Json:
        """The listener says which song they meant; goes on when every song is clear."""
        state = await self._known_state()
        if state.stage is not Stage.NEEDS_CHOICE:
            raise Conflict(f"the run is not waiting for a choice; it is {state.stage.value}")
        options = state.choices.get(seed, ())
        if not 0 <= option < len(options):
            raise UnknownThing("option", f"{option} of song {seed}")
        chosen = {**state.chosen, seed: options[option].track}
        if any(number not in chosen for number in state.choices):
            await self._write(replace(state, chosen=chosen))
            return await self._state()
        await self._services.runs.resume(state.run_id)
        state = replace(state, chosen=chosen, choices={})
        await self._advance(state, Stage.RESOLVING, "Thank you; going on with your choice")
        return await self._state()

    async def _nudge(self) -> Json:
        """Wake a run that should be working; a sweeper asks this of runs that look stuck."""
        state = await self._known_state()
        if state.stage in self._stages:
            await self._wake()
        return await self._state()

    async def _state(self) -> Json:
        """What a client is told about a run that has no playlist yet."""
        state = await self._known_state()
        return {
            "runId": state.run_id,
            "playlistId": state.playlist_id,
            "status": status_of(state.stage),
            "stage": state.stage.value,
            "progress": PROGRESS[state.stage],
            "events": state.events,
            "choices": [
                {"seed": number, "options": [codec.plain(Option, each) for each in options]}
                for number, options in sorted(state.choices.items())
                if number not in state.chosen
            ],
            "missing": [
                {"source": each.source, "reason": each.reason, "effect": each.effect}
                for each in state.missing
            ],
            "errorKind": state.error_kind,
            "error": state.error,
            "suggestions": list(state.suggestions),
        }

    async def _events(self, after: int, wait_s: float) -> Json:
        """Events above `after`; waits for the first one up to `wait_s` while the run goes on."""
        waited_s = 0.0
        while True:
            state = await self._known_state()
            found = await self._journal.events(after)
            over = state.stage in ENDED or state.stage is Stage.NEEDS_CHOICE
            if found or over or waited_s >= min(wait_s, LONGEST_WAIT_S):
                ended = state.stage in ENDED and (found or [{"number": after}])[-1]["number"] >= (
                    state.events
                )
                return {"events": found, "ended": ended, "stage": state.stage.value}
            await self._bell.wait(POLL_S)
            waited_s += POLL_S

    # --- stages ------------------------------------------------------------------------------

    async def alarm(self) -> None:
        """Do the stage the run is in; whatever goes wrong, the run ends and is settled."""
        state = await self._journal.state()
        if state is None or state.stage not in self._stages:
            return
        state = await self._write(replace(state, tries=state.tries + 1))
        began_ms = self._services.clock.now_ms()
        try:
            await self._stages[state.stage](state, codec.load(Ask, state.ask))
            self._services.log(
                "stage",
                run=state.run_id,
                stage=state.stage.value,
                took_ms=self._services.clock.now_ms() - began_ms,
                tries=state.tries,
            )
        except NothingFound as error:
            if error.retry_after_s <= 0 or state.tries > BUSY_TRIES:
                await self._fail(state, error)
            else:
                await self._put_off(state, error.retry_after_s)
        except GroveError as error:
            await self._fail(state, error)
        except Exception as error:  # the edge: a bug must not leave credits held forever
            self._services.log(
                "stage_crashed", run=state.run_id, stage=state.stage.value, error=repr(error)
            )
            if state.tries < TRIES:
                raise
            await self._fail(state, error)

    async def _begin(self, state: State, ask: Ask) -> None:
        songs = " and ".join(f"“{seed.query}”" for seed in ask.seeds)
        await self._advance(state, Stage.RESOLVING, f"Looking for {songs}")

    async def _resolve(self, state: State, ask: Ask) -> None:
        sources = self._run_sources()
        state = replace(state, missing=without_repeats([*state.missing, *sources.absent]))
        resolved = await resolve(
            ask,
            sources.sources,
            sure=self._services.settings.sure_match,
            chosen=state.chosen,
        )
        state = self._noted(state, resolved.missing)
        if resolved.choices:
            await self._ask_listener(state, resolved)
            return
        if any(seed.track.invented for seed in resolved.seeds):
            state = replace(state, missing=())  # nobody else could know an invented song
        await self._services.accessed([seed.track.id for seed in resolved.seeds])
        found = " and ".join(f"{s.track.title} by {s.track.artist}" for s in resolved.seeds)
        await self._advance(
            state, Stage.ENRICHING, f"Found {found}", output=codec.dump(Resolved, resolved)
        )

    async def _ask_listener(self, state: State, resolved: Resolved) -> None:
        await self._services.runs.wait_for_choice(state.run_id)
        state = replace(state, stage=Stage.NEEDS_CHOICE, choices=resolved.choices)
        news = News(
            stage=Stage.NEEDS_CHOICE,
            message="Several songs fit; which one did you mean?",
            data={"seeds": sorted(resolved.choices)},
        )
        await self._write(state, news)

    async def _enrich(self, state: State, ask: Ask) -> None:
        del ask
        resolved = await self._given(Stage.RESOLVING, Resolved)
        enriched = await enrich(resolved.seeds, self._sources_for(resolved.seeds[0].track))
        state = self._noted(state, enriched.missing)
        data = {
            "tags": sum(len(seed.track.tags) for seed in enriched.seeds),
            "similarArtists": sum(len(seed.similar_artists) for seed in enriched.seeds),
            "similarTracks": sum(len(seed.similar) for seed in enriched.seeds),
            "sources": sorted({name for seed in enriched.seeds for name in seed.track.sources}),
        }
        message = (
            f"Know {data['tags']} tags, {data['similarArtists']} close artists and "
            f"{data['similarTracks']} similar tracks"
        )
        await self._advance(
            state, Stage.GENERATING, message, data, output=codec.dump(Enriched, enriched)
        )

    async def _generate(self, state: State, ask: Ask) -> None:
        enriched = await self._enriched()
        wanted = self._services.settings.candidates_per_track * wanted_tracks(ask)
        generated = await generate(
            enriched.seeds,
            self._sources_for(enriched.seeds[0].track),
            wanted=wanted,
            era=ask.era,
        )
        if not generated.candidates:
            later_s = max((each.retry_after_s for each in generated.missing), default=0.0)
            text = "the song is known, but no source has anything that fits it"
            raise NothingFound(text, retry_after_s=later_s)
        state = self._noted(state, generated.missing)
        data = {"found": dict(generated.found), "kept": len(generated.candidates)}
        await self._advance(
            state,
            Stage.SCORING,
            f"Gathered {len(generated.candidates)} candidates",
            data,
            output=codec.dump(Generated, generated),
        )

    async def _score(self, state: State, ask: Ask) -> None:
        enriched = await self._enriched()
        generated = await self._given(Stage.GENERATING, Generated)
        corpus = await self._services.corpus(*asked_of_corpus(generated.candidates, enriched.seeds))
        scored = tuple(score(generated.candidates, enriched.seeds, ask, corpus))
        await self._advance(
            state,
            Stage.CURATING,
            f"Scored {len(scored)} candidates; the best has {scored[0].overall:.1f} of 10",
            {"scored": len(scored), "best": round(scored[0].overall, 2)},
            output=codec.dump(Scored, scored),
        )

    async def _curate(self, state: State, ask: Ask) -> None:
        enriched = await self._enriched()
        scored = await self._given(Stage.SCORING, Scored)
        curated = curate(scored, enriched.seeds, ask)
        if not curated.tracks:
            raise NothingFound("nothing is left once the artists, years and songs are ruled out")
        artists = len({each.track.artist for each in curated.tracks})
        await self._advance(
            state,
            Stage.EXPLAINING,
            f"Chose {len(curated.tracks)} tracks by {artists} artists",
            {"tracks": len(curated.tracks), "artists": artists, "notes": list(curated.notes)},
            output=codec.dump(Curated, curated),
        )

    async def _explain(self, state: State, ask: Ask) -> None:
        enriched = await self._enriched()
        curated = await self._given(Stage.CURATING, Curated)
        explained = await explain(curated.tracks, enriched.seeds, ask, self._services.writer)
        state = self._noted(state, explained.missing)
        await self._advance(
            state,
            Stage.STORING,
            "Put the tracks in order and wrote a reason for each",
            {"replacedSentences": explained.replaced, "writtenBy": explained.narrative_by},
            output=codec.dump(Explained, explained),
        )

    async def _store(self, state: State, ask: Ask) -> None:
        """The playlist into the database, everything into the archive, the credits settled."""
        playlist = await self._playlist(state, ask)
        scored = await self._given(Stage.SCORING, Scored)
        key = archive_key(state.run_id, state.started_at_ms)
        await archive_run(self._services.archive, key, playlist, scored, await self._enriched())
        await self._services.tracks.remember(
            [*playlist.seeds, *(each.scored.track for each in playlist.tracks)]
        )
        await self._services.playlists.add(playlist, user_id=state.user_id)
        await self._services.runs.complete(
            state.run_id,
            tracks=len(playlist.tracks),
            seeds=playlist.seeds,
            archive_key=key,
            upstream_calls=state.upstream_calls,
        )
        news = News(
            stage=Stage.COMPLETE,
            message=f"Done: {playlist.title}",
            data={"playlistId": playlist.id, "tracks": len(playlist.tracks)},
        )
        await self._write(replace(state, stage=Stage.COMPLETE, tries=0), news)
        self._outputs.clear()
        await self._journal.forget_outputs()

    # --- small steps -------------------------------------------------------------------------

    async def _playlist(self, state: State, ask: Ask) -> Playlist:
        enriched = await self._enriched()
        curated = await self._given(Stage.CURATING, Curated)
        explained = await self._given(Stage.EXPLAINING, Explained)
        originals = tuple(seed.track for seed in enriched.seeds)
        return Playlist(
            id=state.playlist_id,
            run_id=state.run_id,
            version=1,
            title=ask.title or wording.title(originals),
            seeds=originals,
            ask=ask,
            tracks=explained.tracks,
            narrative=explained.narrative,
            narrative_by=explained.narrative_by,
            notes=curated.notes,
            missing=state.missing,
            created_at_ms=state.started_at_ms,
        )

    async def _enriched(self) -> Enriched:
        return await self._given(Stage.ENRICHING, Enriched)

    async def _given(self, stage: Stage, kind: type[T]) -> T:
        """What a stage stored; decoded once as long as this process works on the run."""
        if stage not in self._outputs:
            self._outputs[stage] = codec.load(kind, await self._journal.output(stage))
        given: T = self._outputs[stage]
        return given

    def _run_sources(self) -> RunSources:
        if self._sources is None:
            self._sources = self._services.sources()
        return self._sources

    def _sources_for(self, seed: Track) -> list[Any]:
        """All sources; for an invented seed only our own, which invented it."""
        sources = self._run_sources().sources
        return [each for each in sources if not seed.invented or each.is_ours]

    def _noted(self, state: State, missing: Any) -> State:
        return replace(state, missing=without_repeats([*state.missing, *missing]))

    async def _advance(
        self,
        state: State,
        to: Stage,
        message: str,
        data: Mapping[str, Any] | None = None,
        *,
        output: str | None = None,
    ) -> None:
        """Store what this stage gave, tell it, move on to the next stage and wake up for it."""
        state = self._counted(state)
        news = News(stage=to, message=message, data={**(data or {}), "calls": state.upstream_calls})
        stored = (state.stage.value, output) if output is not None else None
        await self._wake()
        await self._write(replace(state, stage=to, tries=0), news, stored)

    def _counted(self, state: State) -> State:
        """`state` with the upstream calls made since they were last counted."""
        made = sum(self._sources.calls().values()) if self._sources else 0
        before, self._calls_counted = self._calls_counted, made
        return replace(state, upstream_calls=state.upstream_calls + made - before)

    async def _write(
        self, state: State, news: News | None = None, output: tuple[str, str] | None = None
    ) -> State:
        written = await self._journal.write(state, news, output)
        self._bell.ring()
        return written

    async def _wake(self) -> None:
        """Set the alarm: always before the write it is for. If we die in between, an alarm too
        many rings and finds nothing new; the other way round a run would sleep forever.
        """
        await self._storage.set_alarm(self._services.clock.now_ms())

    async def _known_state(self) -> State:
        state = await self._journal.state()
        if state is None:
            raise UnknownThing("run", "that was never started")
        return state

    async def _put_off(self, state: State, wait_s: float) -> None:
        """Nothing was found because services were busy: the same stage again, a little later."""
        later_ms = self._services.clock.now_ms() + round(1000 * wait_s)
        text = f"Many are asking just now; going on in {wait_s:.0f} s"
        news = News(stage=state.stage, message=text, data={"waitS": round(wait_s)})
        await self._storage.set_alarm(later_ms)
        await self._write(state, news if state.tries == 1 else None)

    async def _fail(self, state: State, error: Exception) -> None:
        """Settle, then say it: the credits are back before anyone reads that the run failed."""
        known = isinstance(error, GroveError)
        kind = type(error).__name__ if known else "InternalError"
        message = str(error) if known else "something went wrong on our side; nothing was charged"
        await self._services.runs.fail(state.run_id, kind=kind, message=message)
        suggestions = error.suggestions if isinstance(error, NothingFound) else ()
        state = replace(
            state,
            stage=Stage.FAILED,
            error_kind=kind,
            error=message,
            suggestions=suggestions,
        )
        news = News(
            stage=Stage.FAILED,
            message=message,
            data={"kind": kind, "suggestions": list(suggestions)},
        )
        await self._write(state, news)
        self._outputs.clear()
        await self._journal.forget_outputs()
