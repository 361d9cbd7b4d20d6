"""What a simulated service has to know about itself."""

from simulators.limits import NoLimit
from simulators.wire import Answer, as_json

_HUGE_BYTES = 9 * 1024 * 1024


class Service:
    """Answers questions as one service does. Subclasses override what is special about theirs."""

    name = ""

    def __init__(self, world, limit=None):
        self.world = world
        self.limit = limit or NoLimit()

    async def answer(self, asked, standing):
        """The answer when nothing is wrong. `standing`: as counted by `limit`."""
        raise NotImplementedError

    def refusal(self, standing):
        """The answer to one request too many."""
        return self.failure(429, {"Retry-After": str(max(1, round(standing.reset_in_s)))})

    def failure(self, status, headers=None):
        """An error in the service's own words."""
        answer = as_json({"error": f"simulated failure {status}"}, status)
        return Answer(status, answer.body, {**answer.headers, **(headers or {})})

    def error_under_200(self, fault):
        """An error that comes under HTTP 200."""
        return Answer(200, self.failure(500).body, {"Content-Type": "application/json"})

    def model_fault(self, fault):
        """What a language model does instead of answering; others have no such thing."""
        raise NotImplementedError(f"{self.name} is no language model")


def huge(answer):
    """The same answer, nine mebibytes long."""
    return Answer(answer.status, answer.body + b" " * _HUGE_BYTES, answer.headers)


def malformed(answer):
    """Half of the answer, complete as far as HTTP can tell."""
    return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers)


def web_page():
    """What a captive portal or a tired proxy sends."""
    page = b"<!doctype html><title>Back soon</title><h1>We are working on it</h1>"
    return Answer(200, page, {"Content-Type": "text/html"})
