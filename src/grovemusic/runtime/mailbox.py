"""One message at a time for an actor whose platform would let them overlap.

A Durable Object lets other events in whenever it awaits something that is not its storage. Our
actors are promised better (`ports.Actor`): everything but `reads` waits its turn.
"""

import asyncio

from grovemusic.ports import Actor, Json


class Mailbox:
    """The door to one actor."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._turn = asyncio.Lock()

    async def call(self, method: str, argument: Json) -> Json:
        """Deliver a message; one of `reads` at once."""
        if method in self._actor.reads:
            return await self._actor.call(method, argument)
        async with self._turn:
            return await self._actor.call(method, argument)

    async def alarm(self) -> None:
        """Deliver an alarm."""
        async with self._turn:
            await self._actor.alarm()
