"""Stand-ins for the services we ask, over real HTTP on 127.0.0.1, with their quirks and limits.

    with Simulators() as upstream:
        settings = upstream.settings()               # all addresses and keys
        upstream.inject("lastfm", status=503, times=2)
        ...
        upstream.log.of("lastfm")                    # what was asked

running      the context manager, and what a test may do      __main__   python -m simulators
wire, doors  HTTP, and what can be broken about it            faults     what to break
log, limits  what was asked; how often it may be              world      the invented catalogue
asking       our own clients, pointed here
lastfm, musicbrainz, listenbrainz, claude, control            one service each, over service.Service

To add a service (Spotify, Google, DeepSeek, Kimi): a module with a `Service`, a line in
`running.SERVICES`, and its address in `running.Simulators.settings`.
"""

from simulators.faults import Fault as Fault
from simulators.faults import Kind as Kind
from simulators.running import Simulators as Simulators
