"""Everything the outside may tune, in one frozen object. Units are part of the names.

Read once, by the composition root, from environment variables here and Worker variables there.
Names carry the prefix GROVE_, except the keys of other services, which keep the names their
owners gave them (LASTFM_API_KEY, ANTHROPIC_API_KEY …).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, get_type_hints


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """Text that shows itself only when asked: in no log line, repr or traceback."""

    _text: str

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"


class BadSettings(Exception):
    """The process must not start. Lists every fault, so one restart is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """How we treat one service: where it is, how often we may call, how long we wait."""

    url: str
    rate_per_s: float
    timeout_s: float = 8.0


_BARE_NAMES = frozenset(
    {
        "lastfm_api_key", "listenbrainz_token", "anthropic_api_key", "deepseek_api_key",
        "kimi_api_key", "session_secret",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every field has a default that works without keys, accounts or network."""

    # The embedded installation
    data: str = ".grove"
    host: str = "127.0.0.1"
    port: int = 8787
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "testserver")
    offline: bool = False  # never ask another service, whatever keys are set

    # Who we are to other services: MusicBrainz wants a way to reach the operator.
    user_agent: str = "GroveMusic/1.0 (music.grove.place)"

    # Services
    lastfm_api_key: Secret | None = None
    lastfm_url: str = "https://ws.audioscrobbler.com/2.0/"
    lastfm_rate_per_s: float = 5.0
    musicbrainz_url: str = "https://musicbrainz.org/ws/2"
    musicbrainz_rate_per_s: float = 1.0
    listenbrainz_url: str = "https://api.listenbrainz.org/1"
    listenbrainz_labs_url: str = "https://labs.api.listenbrainz.org"
    listenbrainz_rate_per_s: float = 3.0
    listenbrainz_token: Secret | None = None
    listenbrainz_algorithm: str = (
        "session_based_days_7500_session_300_contribution_5_threshold_10_limit_100_skip_30"
    )
    upstream_timeout_s: float = 8.0
    patience_s: float = 10.0  # a listener waits: asked to wait longer than this, we give up
    calls_per_run: int = 25  # upstream calls one run may make

    # Words
    writer: str = "claude"  # claude, or none
    anthropic_api_key: Secret | None = None
    anthropic_url: str = "https://api.anthropic.com"
    anthropic_model: str = "claude-sonnet-4-5"
    writer_max_tokens: int = 6000
    writer_temperature: float = 0.7
    writer_timeout_s: float = 40.0

    # Operators: with this token /api/metrics may be read from anywhere; without it, only locally.
    operator_token: Secret | None = None

    # Playlists
    candidates_per_track: int = 5  # how many candidates are looked for, per track wanted
    sure_match: float = 0.85  # below this confidence a listener is asked which song they meant

    def upstream(self, service: str) -> Upstream:
        """How `service` (lastfm, musicbrainz, listenbrainz) is to be treated."""
        return Upstream(
            url=getattr(self, f"{service}_url"),
            rate_per_s=getattr(self, f"{service}_rate_per_s"),
            timeout_s=self.upstream_timeout_s,
        )

    @classmethod
    def names(cls) -> list[str]:
        """The names of all settings in an environment."""
        return [_name(each.name) for each in fields(cls)]

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "Settings":
        """Build from the entries of `env`; an empty entry counts as absent.

        Raises:
            BadSettings: every entry that cannot be read, and every unknown GROVE_ name.
        """
        values: dict[str, Any] = {}
        faults: list[str] = []
        hints = get_type_hints(cls)
        known = set(cls.names())
        for each in fields(cls):
            name = _name(each.name)
            text = env.get(name, "").strip()
            if not text:
                continue
            try:
                values[each.name] = _READERS[hints[each.name]](text)
            except ValueError as error:
                faults.append(f"{name}: {error}")
        faults += [
            f"{name}: no such setting"
            for name in env
            if name.startswith("GROVE_") and name not in known
        ]
        faults += _out_of_range(values)
        if faults:
            raise BadSettings("; ".join(sorted(faults)))
        return cls(**values)


def _name(field_name: str) -> str:
    """What a field is called in an environment."""
    name = field_name.upper()
    return name if field_name in _BARE_NAMES else f"GROVE_{name}"


def _yes_or_no(text: str) -> bool:
    answers = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in answers:
        raise ValueError(f"want yes or no, got {text!r}")
    return answers[text.lower()]


def _whole_number(text: str) -> int:
    if not text.lstrip("-").isdecimal():
        raise ValueError(f"want a whole number, got {text[:40]!r}")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"want a number, got {text[:40]!r}") from None


_READERS: Mapping[Any, Callable[[str], Any]] = {
    str: str,
    int: _whole_number,
    float: _number,
    bool: _yes_or_no,
    Secret | None: Secret,
    tuple[str, ...]: lambda text: tuple(filter(None, map(str.strip, text.split(",")))),
}


def _out_of_range(values: Mapping[str, Any]) -> list[str]:
    """Numbers that would make the service hang or misbehave."""
    faults = [
        f"GROVE_{name.upper()}: must be above 0, got {value}"
        for name, value in values.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and name != "writer_temperature"
        and value <= 0
    ]
    if values.get("writer", "claude") not in {"claude", "none"}:
        faults.append(f"GROVE_WRITER: claude or none, got {values['writer']!r}")
    return faults
