"""
Everything that may go wrong and is not our bug:

* GroveError
  x BadAsk            the listener asked for something impossible; names the field
  x NothingFound      we looked, and nobody knows this song; carries suggestions
  x UnknownThing      no run, playlist or version of that name
  x Conflict          the thing has changed, or is not in a state that allows this
  x NotEnoughCredits  the playlist costs more than is left
  x TooManyRuns       too many runs in too short a time
  x UpstreamError     a service let us down
    + UpstreamBusy    ... and told us when to come back
  x PlatformLimit     a port was asked for more than Cloudflare allows
  x StorageFailure    a port could not do its work
    + StorageBusy     ... and trying again may help
"""


class GroveError(Exception):
    """Base of the above. A bug is never a GroveError: let it crash and be fixed."""


class BadAsk(GroveError):
    """Shown to the listener: names the `field`, and says what would be right."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class NothingFound(GroveError):
    """Every source that answered was asked; `suggestions` are the nearest names we know.

    `retry_after_s` is above zero when sources were too busy to be asked: later there may be more.
    """

    def __init__(
        self, message: str, suggestions: tuple[str, ...] = (), *, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(message)
        self.suggestions = suggestions
        self.retry_after_s = retry_after_s


class UnknownThing(GroveError):
    """There is no `kind` (run, playlist, version ...) called `name`."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"there is no {kind} {name[:80]!r}")
        self.kind = kind
        self.name = name


class Conflict(GroveError):
    """What was asked no longer fits the state of the thing; the message says which state."""


class NotEnoughCredits(GroveError):
    """A playlist of that size costs `needed` credits and only `available` are left."""

    def __init__(self, needed: int, available: int) -> None:
        super().__init__(f"this playlist costs {needed} credits, {available} are left")
        self.needed = needed
        self.available = available


class TooManyRuns(GroveError):
    """The listener's tier allows no further run for `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class UpstreamError(GroveError):
    """`service` could not answer, and trying again did not help."""

    retry_after_s = 0.0

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


class UpstreamBusy(UpstreamError):
    """`service` is up, but refuses us for `retry_after_s` more seconds."""

    def __init__(self, service: str, retry_after_s: float, reason: str = "") -> None:
        super().__init__(service, reason or f"busy for {retry_after_s:g} s")
        self.retry_after_s = retry_after_s


class PlatformLimit(GroveError):
    """A port was asked for more than Cloudflare allows: what fails there fails here."""

    def __init__(self, port: str, limit: str) -> None:
        super().__init__(f"{port}: {limit}")
        self.port = port


class StorageFailure(GroveError):
    """A port could not do its work, and asking again will not help."""

    def __init__(self, port: str, reason: str) -> None:
        super().__init__(f"{port}: {reason}")
        self.port = port


class StorageBusy(StorageFailure):
    """A port was overloaded or reset: the same request may work a moment later."""
