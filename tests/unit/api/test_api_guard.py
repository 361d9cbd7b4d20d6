"""Before anything is parsed: foreign hosts, bodies too large, lengths that lie."""

import pytest

BODY = b'{"query": "Electric Tide by Azure Valley"}'


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8787", "127.0.0.1", "127.0.0.1:8787", "testserver"]
)
def test_own_hosts_are_served(reader, host):
    assert reader.get("/api/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "evil.example:8787", "[::1]", "::1", "@"]
)
@pytest.mark.parametrize("path", ["/api/health", "/docs", "/nowhere"])
def test_foreign_hosts_are_not(reader, host, path):
    """A name that leads to 127.0.0.1 must not let a stranger's page talk to us."""
    answer = reader.get(path, headers={"host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"


async def asked(app, **scope):
    """Status and headers of an answer to a request without any help from a client library."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message):
        sent.append(message)

    usual = {"type": "http", "method": "GET", "path": "/api/health", "headers": []}
    await app(usual | scope, receive, send)
    return sent[0]["status"]


async def served(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def test_a_request_without_a_host_is_refused():
    from grovemusic.api.guard import Guard

    assert await asked(Guard(served, hosts=("localhost",))) == 421
    assert await asked(Guard(served, hosts=("*",))) == 204


@pytest.mark.parametrize("host", [b"[::1]", b"[::1]:8787"])
async def test_an_ipv6_host_is_known_by_its_address(host):
    from grovemusic.api.guard import Guard

    assert await asked(Guard(served, hosts=("::1",)), headers=[(b"host", host)]) == 204


@pytest.mark.parametrize("length", [str(256 * 1024 + 1), "9" * 5_000, "-1", "\xb2", "1e3", "x", ""])
def test_a_declared_length_beyond_the_limit_or_reason_is_refused(reader, length):
    """Also digits that only Python takes for digits, and numbers it refuses to read."""
    headers = {"content_length": length.encode("latin-1")}
    answer = reader.send("/api/generate", BODY, **headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("declared", [{}, {"content_length": "10"}], ids=["none", "a lie"])
def test_a_body_that_turns_out_too_large_is_refused(reader, declared):
    async def endless():
        for _ in range(300):
            yield b" " * 1024

    before = reader.books()
    answer = reader.send("/api/generate", endless(), **declared)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "a body may have 256 KiB"
    assert reader.books() == before


def test_a_body_of_just_the_limit_is_read(reader):
    answer = reader.send("/api/track/resolve", BODY.ljust(256 * 1024))
    assert answer.status_code == 200
