"""An ASGI application: it begins with the head and reads the body as it comes."""
import asyncio
from urllib.parse import unquote_to_bytes

from . import frames, logs
from .aflow import write
from .call import Gone, TooLong

_VERSIONS = {"version": "3.0", "spec_version": "2.3"}


class Asgi:
    begins_with_head = True

    def __init__(self, app, _context):
        self._app = app
        self._state = {}
        self._lifespan = None

    @staticmethod
    def is_ended_by(reason):
        # One whose caller has gone is told so by `receive`, and ends as it sees fit.
        return reason == frames.CANCEL_TIMEOUT

    def prepare(self, call):
        return _Exchange(call)

    async def run(self, call, exchange):
        await self._app(self._scope_of(call), exchange.receive, exchange.send)
        exchange.check_end()

    # --- lifespan

    async def start(self):
        self._lifespan = _Lifespan(self._app, self._state)
        await self._lifespan.start()

    async def stop(self):
        await self._lifespan.stop()

    def _scope_of(self, call):
        fields = call.fields
        path, _, query = fields[1].partition("?")
        raw_path = path.encode("latin-1")
        header = call.header
        host = header("x-forwarded-host") or header("host") or "localhost"
        name, _, port = host.rpartition(":") if ":" in host.rpartition("]")[2] else (host, "", "")
        scheme = header("x-forwarded-proto") or "http"
        default_port = 443 if scheme == "https" else 80
        client = (header("x-forwarded-for") or "").partition(",")[0].strip()
        return {
            "type": "http",
            "asgi": _VERSIONS,
            "http_version": "1.1",
            "method": fields[0],
            "scheme": scheme,
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": raw_path,
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [
                (fields[at].encode("latin-1"), fields[at + 1].encode("latin-1"))
                for at in range(2, len(fields) - 1, 2)
            ],
            "client": (client, 0) if client else None,
            "server": (name, int(port) if port.isdigit() else default_port),
            "state": self._state.copy(),
        }


class _Exchange:
    """The two functions that an application gets for a request."""

    def __init__(self, call):
        self._call = call
        self._arrival = None
        self._has_whole_body = False
        self._has_started = False
        self._has_ended = False
        call.on_body = self._arrived

    async def receive(self):
        call = self._call
        while True:
            if call.cancelled or self._has_ended:
                return {"type": "http.disconnect"}
            if not self._has_whole_body and (call.chunks or call.is_complete):
                body = call.take_body()
                call.consumed(len(body))
                self._has_whole_body = call.is_complete
                return {"type": "http.request", "body": body, "more_body": not call.is_complete}
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival

    def _arrived(self):
        arrival = self._arrival
        if arrival is not None and not arrival.done():
            arrival.set_result(None)

    async def send(self, message):
        kind = message["type"]
        if kind == "http.response.start":
            if self._has_started:
                raise RuntimeError("The response has already been started.")
            self._start(message)
        elif kind == "http.response.body":
            if not self._has_started:
                raise RuntimeError("The response has not been started.")
            if self._has_ended:
                raise RuntimeError("The response has already been ended.")
            await self._body(message.get("body", b""), message.get("more_body", False))
        else:
            raise RuntimeError("%r is no message of an answer." % (kind,))

    def _start(self, message):
        self._has_started = True
        call = self._call
        call.status = message["status"]
        for name, value in message.get("headers", ()):
            call.headers.add(bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))

    async def _body(self, body, is_more):
        call = self._call
        self._has_ended = not is_more
        if not is_more:
            self._arrived()
        if call.is_over:
            return
        try:
            if not is_more and not call.is_streaming:
                try:
                    call.finish(body)
                    return
                except TooLong:
                    pass
            call.begin_stream()
            await write(call, body, not is_more)
        except Gone:
            self._arrived()

    def check_end(self):
        if not self._has_ended and not self._call.is_over:
            raise RuntimeError("The application has ended without ending its response.")


class _Lifespan:
    """The application's own start and end; many have none, and say so by an error."""

    def __init__(self, app, state):
        self._app = app
        self._state = state
        self._told = asyncio.Queue()
        self._answered = None
        self._task = None

    async def start(self):
        answer = await self._ask("lifespan.startup")
        if answer is not None and answer["type"] == "lifespan.startup.failed":
            raise RuntimeError("The application could not start: %s" % answer.get("message", ""))

    async def stop(self):
        if self._task is not None and not self._task.done():
            await self._ask("lifespan.shutdown")

    async def _ask(self, kind):
        """The application's answer; None when it has no lifespan."""
        self._answered = asyncio.get_running_loop().create_future()
        self._told.put_nowait({"type": kind})
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        await asyncio.wait((self._answered, self._task), return_when=asyncio.FIRST_COMPLETED)
        return self._answered.result() if self._answered.done() else None

    async def _run(self):
        scope = {"type": "lifespan", "asgi": _VERSIONS, "state": self._state}
        try:
            await self._app(scope, self._told.get, self._send)
        except Exception as error:
            if self._answered.done():
                logs.log_error(None, error)

    async def _send(self, message):
        if not self._answered.done():
            self._answered.set_result(message)
