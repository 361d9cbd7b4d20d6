"""What was asked of the simulators, for tests and for people."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Entry:
    """One request.

    Attributes:
        at_s: When it had been read, seconds of a monotonic clock.
        status: As sent; 0 if nothing was.
        query: Without keys.
    """

    service: str
    method: str
    path: str
    at_s: float
    status: int
    query: dict[str, str] = field(default_factory=dict)


_HIDDEN = frozenset({"api_key", "sk", "token", "key"})


class Log:
    """All requests, oldest first. Written by the server's thread, read by the test's."""

    def __init__(self):
        self._entries = []

    def add(self, service, asked, *, at_s, status):
        query = {name: text for name, text in asked.query.items() if name not in _HIDDEN}
        self._entries.append(Entry(service, asked.method, asked.path, at_s, status, query))

    def clear(self):
        self._entries.clear()

    def of(self, service=None):
        """The requests of a service, or of all."""
        return [each for each in list(self._entries) if service in {None, each.service}]

    def statuses(self, service):
        """Status codes in order."""
        return [each.status for each in self.of(service)]

    def busiest_second(self, service):
        """The most requests in any closed window of one second."""
        moments = sorted(each.at_s for each in self.of(service))
        most, first = 0, 0
        for last, at_s in enumerate(moments):
            while at_s - moments[first] > 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    def plain(self):
        """As JSON, for the control port."""
        return [asdict(each) for each in self.of()]
