"""The built page, served as Cloudflare's assets binding serves it.

Files with the headers that `_headers` in their folder asks for, and index.html for every address
a browser goes to that is no file: the page itself knows what /playlist/… means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

HEADERS_FILE = "_headers"
PAGE = "index.html"
SMALLEST_WORTH_PACKING = 500  # bytes


@dataclass(frozen=True, slots=True)
class Rule:
    """Headers for the paths that `pattern` fits: a path, or a beginning of paths and "*"."""

    pattern: str
    headers: Mapping[str, str]
    without: frozenset[str]

    def fits(self, path: str) -> bool:
        if self.pattern.endswith("*"):
            return path.startswith(self.pattern[:-1])
        return path == self.pattern


def pages(folder: Path, otherwise: ASGIApp) -> ASGIApp:
    """The files in `folder`; what is neither a file nor a page is answered by `otherwise`."""
    packed = GZipMiddleware(_Files(folder), minimum_size=SMALLEST_WORTH_PACKING)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await packed(scope, receive, send)
        except HTTPException:  # raised before anything was sent
            await otherwise(scope, receive, send)

    return app


class _Files(StaticFiles):
    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)
        listed = folder / HEADERS_FILE
        self._rules = read_rules(listed.read_text(encoding="utf-8") if listed.exists() else "")

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path == HEADERS_FILE:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        try:
            response = await super().get_response(path, scope)
        except (HTTPException, ValueError) as error:  # ValueError: a NUL in the path
            if not _navigates(scope):
                raise HTTPException(HTTPStatus.NOT_FOUND) from error
            response = await super().get_response(PAGE, scope)
        for name, value in headers_for(scope["path"], self._rules).items():
            response.headers[name] = value
        return response


def read_rules(text: str) -> list[Rule]:
    """The rules of a `_headers` file.

    Source: https://developers.cloudflare.com/workers/static-assets/headers/
    """
    rules: list[Rule] = []
    for line in text.splitlines():
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        if not line[0].isspace():
            rules.append(Rule(words, {}, frozenset()))
            continue
        rule = rules.pop()
        if words.startswith("!"):
            rule = Rule(rule.pattern, rule.headers, rule.without | {words[1:].strip().lower()})
        else:
            name, _colon, value = words.partition(":")
            rule = Rule(rule.pattern, {**rule.headers, name.lower(): value.strip()}, rule.without)
        rules.append(rule)
    return rules


def headers_for(path: str, rules: Sequence[Rule]) -> dict[str, str]:
    """Headers of all rules that fit: a later rule takes away first, then adds with a comma."""
    found: dict[str, str] = {}
    for rule in rules:
        if rule.fits(path):
            found = {name: value for name, value in found.items() if name not in rule.without}
            for name, value in rule.headers.items():
                found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _navigates(scope: Scope) -> bool:
    """True if a browser wants to show the answer, and not merely use it."""
    headers = dict(scope["headers"])
    mode = headers.get(b"sec-fetch-mode")
    return mode == b"navigate" if mode else b"text/html" in headers.get(b"accept", b"")
