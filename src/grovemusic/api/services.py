"""What the routes work with, made by the composition root and found through the request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from grovemusic.pipeline.services import Log, RunSources
from grovemusic.ports import Actors, Clock, NewId, ObjectStore
from grovemusic.settings import Settings
from grovemusic.store.catalogue import Catalogue
from grovemusic.store.metrics import CacheMetrics
from grovemusic.store.playlists import Playlists
from grovemusic.store.runs import Runs
from grovemusic.store.users import User, Users


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServices:
    """One object a request; on Cloudflare it is built anew for each, since bindings must not stay.

    Attributes:
        sources: Fresh sources with a budget of their own, for one look-up.
        faults: What is missing or broken in this installation, a sentence each; [] when healthy.
        runtime: "embedded" or "cloudflare".
    """

    settings: Settings
    clock: Clock
    new_id: NewId
    users: Users
    runs: Runs
    playlists: Playlists
    catalogue: Catalogue
    archive: ObjectStore
    actors: Actors
    sources: Callable[[], RunSources]
    metrics: CacheMetrics
    log: Log
    faults: Callable[[], Awaitable[list[str]]]
    runtime: str

    async def run(self, run_id: str, method: str, argument: Any = None) -> Any:
        """Send a message to a run's actor."""
        return await self.actors.call("run", run_id, method, argument)


async def services_of(request: Request) -> ApiServices:  # a plain function would want a thread
    """The services of this request, put there by `app.with_services`."""
    found: ApiServices = request.scope["grove"]
    return found


Services = Annotated[ApiServices, Depends(services_of)]


async def listener_of(services: Services) -> User:
    """Who is asking. Until accounts exist that is always the one local listener."""
    return await services.users.ensure_local()


Listener = Annotated[User, Depends(listener_of)]
