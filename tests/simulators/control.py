"""The control port, for those who run the simulators as a process of their own.

GET /                    the addresses, and the settings that lead there
GET /log, DELETE /log    what was asked, and forgetting it
POST /faults/<service>   a fault, as JSON with the fields of `faults.Fault`
DELETE /faults           heal everything
"""

from simulators.faults import Fault, Kind
from simulators.service import Service
from simulators.wire import as_json


class Control(Service):
    """Answers for the other services; `simulators` is who owns them."""

    name = "control"

    def __init__(self, simulators):
        super().__init__(world=None)
        self._simulators = simulators

    async def answer(self, asked, standing):
        owner = self._simulators
        steps = [step for step in asked.path.split("/") if step]
        match asked.method, steps:
            case "GET", []:
                return as_json({"urls": owner.urls, "environment": owner.environment()})
            case "GET", ["log"]:
                return as_json(owner.log.plain())
            case "DELETE", ["log"]:
                owner.log.clear()
                return as_json({})
            case "POST", ["faults", service] if service in owner.urls:
                return await self._inject(service, asked.json())
            case "DELETE", ["faults"]:
                await owner.heal_here()
                return as_json({})
        return as_json({"error": "see simulators/control.py"}, 404)

    async def _inject(self, service, fields):
        try:
            kind = Kind(fields["kind"]) if fields.get("kind") else None
            fault = Fault(**fields | {"kind": kind})
        except (AttributeError, TypeError, ValueError) as error:
            return as_json({"error": str(error)}, 400)
        await self._simulators.inject_here(service, fault)
        return as_json({})
