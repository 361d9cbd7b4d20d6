"""The one `Send` the clients of a run share, put together from its parts."""

import random
from collections.abc import Callable

from grovemusic.clients.cache import Log, cached, silent
from grovemusic.clients.metering import Meter, metered
from grovemusic.clients.pacing import Gate, Slots, Traffic, throttled
from grovemusic.clients.retry import retried
from grovemusic.clients.singleflight import single_flight
from grovemusic.ports import Clock, KeyValue, Send
from grovemusic.settings import Settings


def transport(
    http: Send,
    keep: KeyValue,
    *,
    settings: Settings,
    clock: Clock,
    slots: Slots,
    meter: Meter,
    traffic: Traffic | None = None,
    log: Log = silent,
    chance: Callable[[], float] = random.random,
) -> Send:
    """Wrap `http` (clients/http.py) for one run.

    From the outside in: equal questions are asked once; answers come from `keep` if they can;
    temporary trouble is tried again; every try is counted against the run's budget, and waits for
    its slot.

    Make one for each run: its budget must not run out for another's.
    """
    patience_s = settings.patience_s
    gate = Gate(traffic, settings, clock) if traffic is not None else None
    paced = throttled(http, slots, clock, patience_s=patience_s, gate=gate)
    counted = metered(paced, meter)
    patient = retried(counted, clock, patience_s=patience_s, chance=chance)
    return single_flight(cached(patient, keep, log=log))
