"""How many calls one run really makes, and the budget it must keep to."""

from collections import Counter
from collections.abc import Mapping

from grovemusic.domain.errors import UpstreamError
from grovemusic.ports import Request, Response, Send


class Meter:
    """Counts the calls of one run.

    Attributes:
        calls: Calls made so far, by service. Failed ones count, answers from a cache do not.
    """

    def __init__(self, budget: int, calls: Mapping[str, int] | None = None) -> None:
        """`calls` are those the run made before it was interrupted."""
        self.budget = budget
        self.calls: Counter[str] = Counter(calls or {})

    @property
    def left(self) -> int:
        """Calls the run may still make."""
        return max(0, self.budget - self.calls.total())

    def spend(self, service: str) -> None:
        """Count one call.

        Raises:
            UpstreamError: none is left.
        """
        if not self.left:
            raise UpstreamError(service, "call budget of this run is used up")
        self.calls[service] += 1


def metered(send: Send, meter: Meter) -> Send:
    """Count every call before it is made."""

    async def inner(request: Request) -> Response:
        meter.spend(request.service)
        return await send(request)

    return inner
