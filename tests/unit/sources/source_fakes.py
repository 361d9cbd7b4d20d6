"""An upstream service made of a table: method or path -> what it answers."""

import json
from urllib.parse import parse_qs, urlsplit

from grovemusic.domain.errors import UpstreamError
from grovemusic.ports import Response
from grovemusic.settings import Secret, Settings

SETTINGS = Settings(lastfm_api_key=Secret("k" * 32))


class Service:
    """A Send. Each answer is JSON, an error to raise, or a function of the request."""

    def __init__(self, answers):
        self._answers = answers
        self.asked = []

    async def __call__(self, request):
        name = self._name(request)
        self.asked.append(name)
        answer = self._answers.get(name, {"error": 6, "message": "unknown"})
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            return Response(status=404, body=b'{"error": "Not Found"}')
        return Response(status=200, body=json.dumps(answer).encode())

    def _name(self, request):
        """Last.fm has its method in the query, the others in the path."""
        return request.query.get("method") or urlsplit(request.url).path.strip("/")


def several(request, name):
    """All values of a query parameter that stands in the address."""
    return parse_qs(urlsplit(request.url).query).get(name, [])


BROKEN = UpstreamError("service", "broke")


def mbid(number):
    return f"{number:08x}-0000-4000-8000-000000000000"
