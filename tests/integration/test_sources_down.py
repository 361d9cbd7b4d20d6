"""Whatever fails, the listener gets a playlist from what is left, and is told what was missing."""

import shutil

import pytest
from demo_world import demo_folder, demo_query  # noqa: F401
from simulators import Kind
from upstreams import installation_for, known_songs, made, simulators, upstream  # noqa: F401

from grovemusic.domain.ask import Ask, SeedQuery
from grovemusic.pipeline.start import start_run

SERVICES = ["lastfm", "musicbrainz", "listenbrainz"]


async def test_with_everything_up_nothing_is_missing_and_few_calls_are_made(upstream, tmp_path):
    async with installation_for(upstream, tmp_path) as installation:
        run, playlist, _events = await made(installation, known_songs(upstream), size=30)
    assert len(playlist.tracks) == 30
    assert playlist.missing == ()
    assert 0 < run.upstream_calls <= 25


@pytest.mark.parametrize("down", [*SERVICES, "claude"])
async def test_one_source_down_is_named_and_the_list_is_whole(upstream, tmp_path, down):
    upstream.inject(down, Kind.DOWN)
    async with installation_for(upstream, tmp_path) as installation:
        _run, playlist, _events = await made(installation, known_songs(upstream))
    assert len(playlist.tracks) == 15
    named = {each.source for each in playlist.missing}
    assert named == {"claude-sonnet-4-5" if down == "claude" else down}
    assert all(each.reason and each.effect for each in playlist.missing)
    assert all(track.reason for track in playlist.tracks)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 429},
        {"kind": Kind.MALFORMED},
        {"kind": Kind.CUT},
        {"kind": Kind.ERROR_200},
    ],
    ids=["500", "429", "malformed", "cut", "error under 200"],
)
@pytest.mark.parametrize("service", SERVICES)
async def test_a_source_that_misbehaves_costs_only_its_own_share(
    upstream, tmp_path, service, fault
):
    upstream.inject(service, **fault)
    async with installation_for(upstream, tmp_path) as installation:
        run, playlist, _events = await made(installation, known_songs(upstream))
    assert run.status == "complete"
    assert len(playlist.tracks) == 15


async def test_with_all_of_them_down_the_catalogue_still_makes_a_list(
    upstream,
    demo_folder,
    tmp_path,
):
    shutil.copytree(demo_folder, tmp_path / "data")
    for service in [*SERVICES, "claude"]:
        upstream.inject(service, Kind.DOWN)
    async with installation_for(upstream, tmp_path / "data") as installation:
        await installation.platform.catalogue.rows("UPDATE catalogue_tracks SET origin = 'import'")
        run, playlist, _events = await made(installation, demo_query())
    assert run.status == "complete"
    assert len(playlist.tracks) == 15
    assert {each.source for each in playlist.missing} >= set(SERVICES)


async def test_only_a_song_nobody_knows_fails_and_nothing_is_charged(upstream, tmp_path):
    async with installation_for(upstream, tmp_path) as installation:
        run, playlist, events = await made(installation, "Zzqx Vvkw by Qqpf Jjzx")
        listener = await installation.api_services.users.ensure_local()
    assert run.status == "failed"
    assert playlist is None
    assert events[-1]["stage"] == "failed"
    assert listener.credits_pending == 0
    assert listener.credits_used_total == 0


async def test_a_second_run_for_the_same_song_asks_nobody(upstream, tmp_path):
    async with installation_for(upstream, tmp_path) as installation:
        first, one, _events = await made(installation, known_songs(upstream))
        second, other, _events = await made(installation, known_songs(upstream))
    assert first.upstream_calls > 0
    assert second.upstream_calls == 0
    assert [t.scored.track.id for t in one.tracks] == [t.scored.track.id for t in other.tracks]


async def test_no_key_reaches_the_archive_the_cache_or_the_answer(upstream, tmp_path):
    async with installation_for(upstream, tmp_path) as installation:
        await made(installation, known_songs(upstream))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"simulated-lastfm-key" not in content, path
            assert b"simulated-anthropic-key" not in content, path


async def test_when_everyone_is_too_busy_the_run_waits_and_says_so(upstream, tmp_path):
    """Nothing is known here, and nobody can be asked: that is no reason to fail, yet."""
    song = known_songs(upstream)
    for service in SERVICES:
        upstream.inject(service, status=429, retry_after="60")
    async with installation_for(upstream, tmp_path, patience_s=0.5) as installation:
        services = installation.api_services
        listener = await services.users.ensure_local()
        run = await start_run(
            Ask(seeds=(SeedQuery(query=song),)),
            user_id=listener.id,
            request_key=None,
            runs=services.runs,
            actors=services.actors,
            new_id=services.new_id,
        )
        told = []
        while not any("Many are asking" in each["message"] for each in told):
            told = (await services.run(run.id, "events", {"after": 0, "wait_s": 0.2}))["events"]
        assert (await services.runs.get(run.id)).status == "processing"
        state = await services.run(run.id, "state")
    assert state["stage"] == "resolving"
