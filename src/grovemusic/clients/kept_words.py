"""A language model that is not asked the same thing twice: its answers cost money and seconds."""

import json

from grovemusic.clients.cache import Log, silent
from grovemusic.clients.keys import WEEK_S, hashed
from grovemusic.domain.errors import PlatformLimit, StorageFailure
from grovemusic.ports import Json, KeyValue, Writer


class KeptWords:
    """A `Writer` in front of another: a repeated question is answered from `keep` for a week."""

    def __init__(self, writer: Writer, keep: KeyValue, *, log: Log = silent) -> None:
        self.name = writer.name
        self._writer, self._keep, self._log = writer, keep, log

    async def write(self, *, system: str, prompt: str, schema: Json) -> Json:
        """As the writer inside. Failures are not kept."""
        key = f"words:{hashed(self.name, system, prompt, json.dumps(schema, sort_keys=True))}"
        try:
            kept = await self._keep.get(key)
            if kept is not None:
                return json.loads(kept)
        except (StorageFailure, PlatformLimit, ValueError) as error:
            self._log("cache_read_failed", key=key, error=str(error))
        answer = await self._writer.write(system=system, prompt=prompt, schema=schema)
        try:
            await self._keep.put(key, json.dumps(answer).encode(), ttl_s=WEEK_S)
        except (StorageFailure, PlatformLimit) as error:
            self._log("cache_write_failed", key=key, error=str(error))
        return answer
