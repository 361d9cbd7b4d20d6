"""Actors to test actors with. They speak JSON only, so they may live in another process."""

import asyncio


class Counter:
    """Counts in a way that loses counts as soon as two messages overlap."""

    reads = frozenset({"value", "boast"})

    def __init__(self, name, storage):
        self._name, self._storage = name, storage

    async def call(self, method, argument):
        if method == "add":
            value = await self._value()
            await self._dawdle()
            await self._storage.put({"value": value + argument})
            return value + argument
        if method == "add_at":
            return await self._storage.set_alarm(argument)
        if method == "boast":
            return f"{self._name} counts"
        if method == "fail":
            raise ValueError(argument)
        return await self._value()

    async def alarm(self):
        await self.call("add", 1)

    async def _value(self):
        return (await self._storage.get(["value"])).get("value", 0)

    @staticmethod
    async def _dawdle():
        for _ in range(3):
            await asyncio.sleep(0)


class Door:
    """Keeps whoever enters waiting until it is opened, and writes down who came when."""

    reads = frozenset({"open", "watch"})

    def __init__(self, name, storage):
        self._storage = storage
        self._opened = asyncio.Event()
        self._entering = asyncio.Event()

    async def call(self, method, argument):
        if method == "enter":
            self._entering.set()
            await self._opened.wait()
            return await self._note(argument)
        if method == "watch":
            await self._entering.wait()
            return "somebody waits"
        if method == "open":
            self._opened.set()
            return None
        return await self._note(argument)

    async def alarm(self):
        await self._note("alarm")

    async def _note(self, what):
        notes = (await self._storage.get(["notes"])).get("notes", [])
        await self._storage.put({"notes": [*notes, what]})
        return [*notes, what]


class Safe:
    """Its storage, as it is."""

    reads = frozenset()

    def __init__(self, name, storage):
        self._storage = storage

    async def call(self, method, argument):
        return await getattr(self._storage, method)(*argument["values"], **argument["options"])

    async def alarm(self):
        pass


class Sleeper:
    """Writes down each alarm, and what it could see of it; fails as often as it is told to."""

    reads = frozenset({"rings"})

    def __init__(self, name, storage):
        self._storage = storage
        self._rang = asyncio.Condition()

    async def call(self, method, argument):
        if method == "rings":
            return await self._rings(at_least=argument or 0)
        if method == "wake":
            await self._storage.set_alarm(argument)
        elif method == "wake_again":  # what the next alarm is to set
            await self._storage.put({"again_at_ms": argument})
        elif method == "fail":
            await self._storage.put({"failures": argument})
        elif method == "stay_asleep":
            await self._storage.delete_alarm()
        elif method == "forget":
            await self._storage.delete_all()
        return await self._storage.get_alarm()

    async def alarm(self):
        plan = await self._storage.get(["again_at_ms", "failures", "rings"])
        rings = [*plan.get("rings", []), await self._storage.get_alarm()]
        await self._storage.put({"rings": rings})
        if again_at_ms := plan.get("again_at_ms"):
            await self._storage.delete(["again_at_ms"])
            await self._storage.set_alarm(again_at_ms)
        async with self._rang:
            self._rang.notify_all()
        if failures := plan.get("failures", 0):
            await self._storage.put({"failures": failures - 1})
            raise RuntimeError("as I was told")

    async def _rings(self, *, at_least):
        async with self._rang:
            while len(rings := await self._stored_rings()) < at_least:
                await self._rang.wait()
            return rings

    async def _stored_rings(self):
        return (await self._storage.get(["rings"])).get("rings", [])


class Forgetful:
    """Remembers in memory only."""

    reads = frozenset()

    def __init__(self, name, storage):
        self._met = 0

    async def call(self, method, argument):
        self._met += 1
        return self._met

    async def alarm(self):
        pass


class Friend:
    """Asks for nothing but its argument."""

    reads = frozenset()

    def __init__(self, name, storage):
        pass

    async def call(self, method, argument):
        if method == "spoil":
            argument.append("spoiled")
        if method == "tuple":
            return (1, 2)
        return argument

    async def alarm(self):
        pass


CAST = {
    "counter": Counter,
    "door": Door,
    "forgetful": Forgetful,
    "friend": Friend,
    "safe": Safe,
    "sleeper": Sleeper,
}
