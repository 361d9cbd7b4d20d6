"""Which process is alive, known for certain and at once."""

from grovemusic.runtime.embedded.presence import Presence


def test_a_process_is_seen_while_it_lives_and_not_after_a_kill(tmp_path, other_process):
    presence = Presence(tmp_path)
    other = other_process("be_present", tmp_path)
    owner = other._process.stdout.readline().strip()
    assert presence.is_another(owner)
    assert presence.is_another(owner)  # looking does not change it
    other.kill()
    assert not presence.is_another(owner)
    presence.close()


def test_a_process_that_ends_well_is_gone_too(tmp_path, other_process):
    presence = Presence(tmp_path)
    other = other_process("be_present", tmp_path)
    owner = other._process.stdout.readline().strip()
    other.tell("end")
    other.ends_well()
    assert not presence.is_another(owner)
    presence.close()


def test_nobody_is_another_to_themselves_and_strangers_are_dead(tmp_path):
    presence = Presence(tmp_path)
    assert not presence.is_another(presence.owner)
    assert not presence.is_another("who")
    presence.close()
    presence.close()


def test_what_killed_processes_leave_is_swept_away(tmp_path, other_process):
    other = other_process("be_present", tmp_path)
    other._process.stdout.readline()
    other.kill()
    assert len(list(tmp_path.iterdir())) == 1
    one, two = Presence(tmp_path), Presence(tmp_path)
    assert {file.stem for file in tmp_path.iterdir()} == {one.owner, two.owner}
    assert two.is_another(one.owner)
    one.close()
    two.close()
    assert list(tmp_path.iterdir()) == []
