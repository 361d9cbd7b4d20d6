"""What is done is not done again, and what has to be done is said beforehand."""

import json

import pytest
from stages_desk import Desk, demo

from catalogue_import.stages import estimate, manifest, running
from catalogue_import.stages.errors import DamagedManifest, InUse, NoSource
from catalogue_import.stages.running import STAGES
from catalogue_import.stages.work import held


def test_a_finished_import_has_nothing_to_do(finished):
    assert finished.plan() == dict.fromkeys(STAGES)


def test_a_finished_import_run_again_does_nothing(finished):
    stages = finished.run().stages
    assert {name: each.attempts for name, each in stages.items()} == dict.fromkeys(STAGES, 1)


def test_an_option_repeats_only_what_depends_on_it(finished):
    """More hot tracks do not read the tables again."""
    due = {name for name, why in finished.plan(demo(hot=400)).items() if why}
    assert due == {"index", "mine", "verify"}


def test_another_source_repeats_everything(finished):
    other = demo(demo=demo().demo.__class__(tracks=2_500, playlists=10))
    due = [name for name, why in finished.plan(other).items() if why]
    assert due == list(STAGES)


def test_a_new_version_of_a_stage_is_a_reason(own):
    said = manifest.Manifest.load(own.work)
    said.stages["vectorize"].version = 0
    said.save(own.work)
    assert "version" in own.plan()["vectorize"]
    assert own.plan()["transform"] is None


def test_options_changed_and_changed_back_give_the_same_hashes(own):
    before = {name: each.outputs_hash() for name, each in own.run().stages.items()}
    own.run(demo(tier_a=50))
    again = own.run()
    assert {name: each.outputs_hash() for name, each in again.stages.items()} == before
    assert again.stages["vectorize"].figures["tiers"]["A"] > 0


def test_a_stopped_import_says_how_far_it_came(own):
    said = manifest.Manifest.load(own.work)
    said.stages["index"].finished_at_ms = None
    said.save(own.work)
    planned = {each.name: each for each in running.plan(own.work, demo(), "desk")}
    assert planned["index"].why == "was stopped"
    assert planned["index"].steps_done > 2
    assert planned["upload"].why is None


def test_planning_changes_nothing(tmp_path):
    desk = Desk(tmp_path)
    assert all(desk.plan().values())
    assert not desk.work.exists()


def test_two_imports_in_one_folder_are_refused(tmp_path):
    desk = Desk(tmp_path)
    with held(desk.work), pytest.raises(InUse, match="works here"):
        desk.run()


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "another", "version": 1}'])
def test_a_damaged_manifest_is_named(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(DamagedManifest, match=r"manifest\.json"):
        manifest.Manifest.load(tmp_path)


def test_the_manifest_says_what_ran_when_with_which_version(finished):
    said = json.loads((finished.work / "manifest.json").read_text())
    assert len(said["inputs"]) == 6
    assert all(len(each["sha256"]) == 64 for each in said["inputs"].values())
    for each in said["stages"].values():
        assert each["version"] >= 1
        assert each["started_at_ms"] <= each["finished_at_ms"]
        assert each["outputs"]


def test_a_file_that_is_not_there_is_named(tmp_path):
    desk = Desk(tmp_path)
    with pytest.raises(NoSource, match=r"nothing\.db"):
        desk.plan(demo(demo=None, sources=(tmp_path / "nothing.db",)))


def test_every_stage_has_an_estimate_that_grows_with_the_catalogue():
    small = estimate.estimates(demo(), list(STAGES))
    large = estimate.estimates(
        demo(demo=demo().demo.__class__(tracks=2_000_000, playlists=200_000)), list(STAGES)
    )
    assert set(small) == set(STAGES)
    assert all(large[name].seconds >= small[name].seconds for name in STAGES)
    assert large["transform"].seconds > 100


def test_options_out_of_range_are_a_bug_in_the_caller():
    with pytest.raises(ValueError, match="tier"):
        demo(tier_a=5, tier_b=10)
    with pytest.raises(ValueError, match="vectors"):
        demo(index_capacity=0)
