"""Whatever is not as the source says is found, layer by layer."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from stages_desk import Desk, demo

from catalogue_import.stages import again, running, vectorize
from catalogue_import.stages.errors import Differs, NoSource
from catalogue_import.stages.upload import vectors_of
from grovemusic.catalogue.blocks.errors import BlockError
from grovemusic.ports import Vector


def differences(desk, samples=200):
    found = desk.with_target(
        lambda target: again.verify(desk.work, target, samples=samples, seed="1")
    )
    return {each["layer"] for each in found[1]}


def change(desk, sql):
    with closing(sqlite3.connect(desk.data / "catalogue.db")) as db:
        assert db.execute(sql).rowcount > 0
        db.commit()


def test_a_sound_import_has_no_differences(finished):
    compared, found = finished.with_target(
        lambda target: again.verify(finished.work, target, samples=100)
    )
    assert found == []
    layers = {"columns", "cold tracks", "cold rows", "crossreference", "vectors", "database",
              "cold neighbours", "database pairs", "similar", "playlists"}  # fmt: skip
    assert set(compared) == layers
    assert compared["cold tracks"] == 100


@pytest.mark.parametrize(
    ("sql", "layer"),
    [
        ("UPDATE catalogue_tracks SET title = title || '!'", "database"),
        ("UPDATE spotify_audio_features_cache SET energy = energy + 0.001", "database"),
        ("DELETE FROM catalogue_tracks", "database"),
        ("UPDATE playlist_cooccurrence SET cooccurrence_count = 1", "database pairs"),
        ("DELETE FROM playlist_cooccurrence WHERE rank > 1", "database pairs"),
    ],
)
def test_a_changed_database_is_found(own, sql, layer):
    change(own, sql)
    assert differences(own) == {layer}


def test_a_changed_vector_is_found(own):
    path = next(iter((own.work / "vectorize" / "batches").glob("*/*")))
    some = [Vector(id=each.id, values=(0.5,) * 13) for each in vectors_of(path)]
    own.with_target(lambda target: asyncio.run(target.vectors.upsert(some)))
    assert differences(own) == {"vectors"}


def test_a_changed_source_is_found(own):
    """The source says something else than all that was made of it."""
    said = json.loads((own.work / "manifest.json").read_text())
    path = next(each["path"] for each in said["inputs"].values() if "tracks" in each["path"])
    copy = own.work / "changed.db"
    copy.write_bytes(Path(path).read_bytes())
    with closing(sqlite3.connect(copy)) as db:
        db.execute("UPDATE tracks SET popularity = popularity + 1")
        db.commit()
    for each in said["inputs"].values():
        each["path"] = str(copy) if each["path"] == path else each["path"]
    (own.work / "manifest.json").write_text(json.dumps(said))
    assert {"cold tracks", "database", "vectors"} <= differences(own)


def test_a_damaged_shard_is_found(own):
    for path in (own.data / "cold" / "bodies").iterdir():
        body = bytearray(path.read_bytes())
        if body[:8] == b"GROVEBLK":
            body[len(body) // 2 :] = bytes(len(body) - len(body) // 2)
            path.write_bytes(body)
    with pytest.raises(BlockError):
        differences(own)


def test_the_stage_does_not_end_while_there_are_differences(own):
    change(own, "UPDATE catalogue_tracks SET title = 'x'")
    with pytest.raises(Differs, match="the source says"):
        own.run(demo(samples=61))
    assert own.plan(demo(samples=61))["verify"] == "was stopped"
    assert (own.work / "verify" / "differences.jsonl").stat().st_size > 0


def test_without_an_import_there_is_nothing_to_verify(tmp_path):
    desk = Desk(tmp_path)
    with pytest.raises(NoSource, match="no import"):
        differences(desk)


def test_batches_are_as_large_as_an_index_takes(own):
    """1,000 lines at most, and another folder when an index is full."""
    stages = own.run(demo(tier_a=5, tier_b=5, index_capacity=300), only=("vectorize",)).stages
    files = sorted((own.work / "vectorize" / "batches").glob("*/*"))
    sizes = [len(vectors_of(path)) for path in files]
    assert set(sizes[:-1]) == {300}
    assert [path.parent.name for path in files] == [f"index-{n:02d}" for n in range(len(files))]
    assert stages["vectorize"].figures["indexes"] == len(files)


def test_hybrid_vectors_are_batches_of_their_own(own):
    stages = own.run(demo(hybrid=True), only=("vectorize",)).stages["vectorize"]
    path = next(iter((own.work / "vectorize" / "hybrid").glob("*/*")))
    assert {len(each.values) for each in vectors_of(path)} == {1536}
    assert stages.outputs["hybrid"].rows == stages.outputs["batches"].rows


def test_tiers_hold_every_track_once(finished):
    tiers = finished.manifest.stages["vectorize"].figures["tiers"]
    assert sum(tiers.values()) == finished.manifest.stages["transform"].figures["tracks"]
    assert list(running.STAGES)[4] == "vectorize"
    assert vectorize.OPTIONS
