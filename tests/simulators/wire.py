"""Questions and answers as they cross the wire: HTTP/1.1 over asyncio streams."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

import h11

_READ_BYTES = 65_536
DRIP_BYTES = 8
DRIP_PAUSE_S = 0.05


@dataclass(frozen=True)
class Asked:
    """A request. Header names are lower case."""

    method: str
    path: str
    pairs: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def query(self):
        """Parameters by name; of a repeated one the last."""
        return dict(self.pairs)

    def every(self, name):
        """All values of a parameter that may be repeated."""
        return [value for key, value in self.pairs if key == name]

    def json(self):
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(content, status=200, **headers):
    """An Answer with a JSON body; `Retry_After="1"` gives the header Retry-After."""
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return Answer(
        status, json.dumps(content).encode(), {"Content-Type": "application/json"} | named
    )


async def read(connection, reader):
    """The next request on a connection; None when the other side has gone."""
    head, body = None, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ_BYTES))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return _asked(head, bytes(body))
        else:
            return None


def _asked(head, body):
    parts = urlsplit(head.target.decode())
    return Asked(
        method=head.method.decode(),
        path=unquote(parts.path),
        pairs=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers={name.decode(): value.decode() for name, value in head.headers},
        body=body,
    )


async def write(connection, writer, answer, *, drip=False, cut=False):
    """Send an answer: all at once, a few bytes at a time, or only the first half."""
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    writer.write(
        connection.send(h11.Response(status_code=answer.status, headers=list(headers.items())))
    )
    if cut:
        writer.write(connection.send(h11.Data(data=answer.body[: len(answer.body) // 2])))
        await writer.drain()
        writer.transport.abort()
        raise ConnectionAbortedError
    step = DRIP_BYTES if drip else len(answer.body) or 1
    for at in range(0, len(answer.body), step):
        writer.write(connection.send(h11.Data(data=answer.body[at : at + step])))
        await writer.drain()
        if drip:
            await asyncio.sleep(DRIP_PAUSE_S)
    writer.write(connection.send(h11.EndOfMessage()))
    await writer.drain()
