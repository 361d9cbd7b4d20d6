"""The port of one service: reads requests, breaks what is to be broken, and writes answers."""

import asyncio
import time

import h11

from simulators.faults import Faults, Kind
from simulators.service import huge, malformed, web_page
from simulators.wire import read, write

HOST = "127.0.0.1"


class Door:
    """Listens for one service. Runs in the loop of the simulators' thread."""

    def __init__(self, service, log):
        self.service, self.faults = service, Faults()
        self.port = 0
        self._log, self._server, self._connections = log, None, set()
        self._lately = {}  # the last two questions and their answers, for STRANGER

    async def open(self, port=0):
        """Listen, on the port it had before if it had one."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, HOST, self.port or port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def close(self):
        """Refuse connections and cut those there are."""
        if self._server is not None:
            self._server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._connections.add(task)
        try:
            await self._converse(h11.Connection(h11.SERVER), reader, writer)
        except (ConnectionError, h11.ProtocolError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, connection, reader, writer):
        while (asked := await read(connection, reader)) is not None:
            await self._respond(asked, connection, writer)
            if connection.our_state is h11.MUST_CLOSE:
                return
            connection.start_next_cycle()

    async def _respond(self, asked, connection, writer):
        at_s = time.monotonic()
        standing = self.service.limit.count(at_s)
        fault = self.faults.met_by(asked)
        answer = await self._answer(asked, standing, fault)
        self._log.add(self.service.name, asked, at_s=at_s, status=answer.status)
        await asyncio.sleep(fault.latency_ms / 1000)
        await write(
            connection,
            writer,
            answer,
            drip=fault.kind is Kind.DRIP,
            cut=fault.kind is Kind.CUT,
        )

    async def _answer(self, asked, standing, fault):
        """The answer, as far as the fault leaves one. A busy service is busy, broken or not."""
        service = self.service
        if not standing.allowed:
            return service.refusal(standing)
        if fault.status is not None:
            headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
            return service.failure(fault.status, headers)
        match fault.kind:
            case Kind.ERROR_200:
                return service.error_under_200(fault)
            case Kind.REFUSAL | Kind.CUT_SHORT:
                return service.model_fault(fault)
            case Kind.WEB_PAGE:
                return web_page()
        answer = await self._own_or_strangers(asked, standing, fault)
        match fault.kind:
            case Kind.MALFORMED:
                return malformed(answer)
            case Kind.HUGE:
                return huge(answer)
        return answer

    async def _own_or_strangers(self, asked, standing, fault):
        """The answer to this question; for STRANGER the last one to another, if there was one."""
        question = (asked.method, asked.path, asked.pairs, asked.body)
        others = [answer for other, answer in self._lately.items() if other != question]
        if fault.kind is Kind.STRANGER and others:
            return others[-1]
        self._lately.pop(question, None)
        self._lately[question] = await self.service.answer(asked, standing)
        if len(self._lately) > 2:
            del self._lately[next(iter(self._lately))]
        return self._lately[question]
