"""Messages for later, delivered at least once."""

import pytest

from grovemusic.domain.errors import PlatformLimit


class Inbox:
    """A consumer that keeps what it gets and fails for some."""

    def __init__(self, fails_for=()):
        self.batches = []
        self.fails_for = list(fails_for)

    async def __call__(self, messages):
        self.batches.append(messages)
        for message in messages:
            if message in self.fails_for:
                raise RuntimeError(f"cannot handle {message}")

    @property
    def messages(self):
        return [message for batch in self.batches for message in batch]


async def test_a_message_arrives_as_it_was_sent_and_once_it_is_handled_no_more(queue, platform):
    message = {"track": "Jóga", "tries": [1, 2.5, None, True], "deep": {"er": []}}
    await queue.send(message)
    inbox = Inbox()
    await platform.deliver(inbox)
    await platform.deliver(inbox)
    assert inbox.batches == [[message]]


async def test_many_messages_come_in_batches_of_at_most_100(queue, platform):
    for start in range(0, 250, 50):
        await queue.send_many(list(range(start, start + 50)))
    inbox = Inbox()
    await platform.deliver(inbox)
    assert sorted(inbox.messages) == list(range(250))
    assert max(map(len, inbox.batches)) <= 100


async def test_a_delayed_message_comes_later(queue, platform, pass_time):
    await queue.send("later", delay_s=60)
    await queue.send("now")
    inbox = Inbox()
    await platform.deliver(inbox)
    assert inbox.messages == ["now"]
    await pass_time(61)
    await platform.deliver(inbox)
    assert inbox.messages == ["now", "later"]


async def test_what_fails_comes_again(queue, platform, pass_time):
    await queue.send("hard")
    failing, patient = Inbox(fails_for={"hard"}), Inbox()
    await platform.deliver(failing)
    await pass_time(3600)
    await platform.deliver(patient)
    assert patient.messages == ["hard"]


async def test_a_bad_message_does_not_keep_good_ones_from_being_handled(queue, platform, pass_time):
    """However often it fails, the others are done after their first retry."""
    await queue.send_many(["good", "bad", "fine"])
    inbox = Inbox(fails_for={"bad"})
    for _ in range(2):
        await platform.deliver(inbox)
        await pass_time(3600)
    assert ["good"] in inbox.batches
    assert ["fine"] in inbox.batches


@pytest.mark.parametrize("delay_s", [-1, 24 * 3600 + 1])
async def test_a_delay_is_at_most_a_day(queue, delay_s):
    with pytest.raises(PlatformLimit):
        await queue.send("x", delay_s=delay_s)


async def test_messages_of_more_than_128_kb_are_refused(queue, platform):
    with pytest.raises(PlatformLimit):
        await queue.send("x" * 128_001)
    with pytest.raises(PlatformLimit):
        await queue.send_many(["fits", "x" * 128_001])
    inbox = Inbox()
    await platform.deliver(inbox)
    assert inbox.messages == []


async def test_more_than_100_messages_or_256_kb_at_once_are_refused(queue):
    with pytest.raises(PlatformLimit):
        await queue.send_many([0] * 101)
    with pytest.raises(PlatformLimit):
        await queue.send_many(["x" * 100_000] * 3)


async def test_only_json_can_be_sent(queue):
    with pytest.raises(TypeError):
        await queue.send({"a", "b"})
    with pytest.raises(TypeError):
        await queue.send([(1, 2)])


async def test_sending_nothing_is_fine(queue, platform):
    await queue.send_many([])
    inbox = Inbox()
    await platform.deliver(inbox)
    assert inbox.batches == []
