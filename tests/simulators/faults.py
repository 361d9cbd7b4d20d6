"""What can go wrong with a service, and when."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Ways of answering that no status code expresses."""

    DOWN = "down"  # connections are refused
    CUT = "cut"  # the connection ends half-way through the body
    DRIP = "drip"  # a few bytes at a time
    MALFORMED = "malformed"  # half of the JSON, complete as HTTP
    WEB_PAGE = "web_page"  # HTML under HTTP 200
    ERROR_200 = "error_200"  # the service's own error under HTTP 200
    STRANGER = "stranger"  # what somebody else was answered before
    HUGE = "huge"  # nine mebibytes
    REFUSAL = "refusal"  # a language model declines
    CUT_SHORT = "cut_short"  # a language model runs out of tokens


@dataclass(frozen=True)
class Fault:
    """One thing to break.

    Attributes:
        latency_ms: Before the answer, whatever it is.
        status: Answer with this status, in the service's own words for it.
        retry_after: The header to send with `status`.
        code: Number of the error that Last.fm sends for ERROR_200.
        times: For so many requests, then no more; None for all.
        about: Only requests that hold this text in path or query.
    """

    kind: Kind | None = None
    latency_ms: int = 0
    status: int | None = None
    retry_after: str | None = None
    code: int = 8
    times: int | None = None
    about: str = ""


class Faults:
    """The faults of one service, each met in turn."""

    def __init__(self):
        self._waiting = []  # [fault, how often it is still to happen]

    def add(self, fault):
        self._waiting.append([fault, fault.times])

    def clear(self):
        self._waiting.clear()

    def met_by(self, asked):
        """The fault this request meets, or one that breaks nothing."""
        text = f"{asked.path} {asked.pairs}"
        for entry in self._waiting:
            fault, left = entry
            if left == 0 or fault.about not in text:
                continue
            if left is not None:
                entry[1] = left - 1
            return fault
        return Fault()
