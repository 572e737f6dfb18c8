"""Asynchronous handlers and ASGI applications: one event loop, in the main thread, reads and runs."""
import asyncio
from _socket import AF_UNIX, MSG_DONTWAIT, SOCK_STREAM, socket

from . import frames, logs
from .connection import Connection
from .reaper import _RETIRE_MESSAGE, _RETIRE_SECONDS, leave


class LoopConnection(Connection):
    """Sends at once what the system takes, and the rest when there is room."""

    def __init__(self, sock, server, loop):
        super().__init__(sock, server)
        self._loop = loop
        self.unsent = bytearray()

    def send(self, data):
        if self.unsent:
            self.unsent += data
            return
        try:
            sent = self.sock.send(data, MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            return  # The gateway has gone: reading finds that out.
        if sent < len(data):
            self.unsent += memoryview(data)[sent:]
            self._loop.add_writer(self.sock.fileno(), self._send_rest)

    def _send_rest(self):
        try:
            sent = self.sock.send(self.unsent, MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            sent = len(self.unsent)
        del self.unsent[:sent]
        if not self.unsent:
            self._loop.remove_writer(self.sock.fileno())
            if self.server.is_stopping:
                self.server.exit_when_idle()

    def close(self):
        self._loop.remove_reader(self.sock.fileno())
        self._loop.remove_writer(self.sock.fileno())
        super().close()


class LoopServer:
    """`invoke.begins_with_head`, `invoke.prepare(call)` and `await invoke.run(call, prepared)`."""

    def __init__(self, control, marker, invoke):
        self.marker = marker
        self.is_stopping = False
        self._control = control
        self._invoke = invoke
        self._tasks = {}
        self._connections = set()
        self._is_retired = False
        self._is_leaving = False
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(self._on_stray_error)

    def prepare(self):
        """What the function wants to do before its first request. Raises what keeps it from serving."""
        self._loop.run_until_complete(self._invoke.start())

    def listen(self, path):
        self._listener = socket(AF_UNIX, SOCK_STREAM)
        self._listener.bind(path)
        self._listener.listen(128)
        self._listener.setblocking(False)
        self._loop.add_reader(self._listener.fileno(), self._guarded, self._accept)
        self._loop.add_reader(self._control.sock.fileno(), self._guarded, self._hear_engine)

    def run(self):
        """Never returns."""
        try:
            self._loop.run_forever()
        except BaseException as error:
            logs.give_up(error)
        leave()

    # --- what connections tell

    def on_call(self, call):
        if call.is_complete or self._invoke.begins_with_head:
            self._begin(call)

    def on_body_end(self, call):
        if not self._invoke.begins_with_head:
            self._begin(call)

    def on_cancel(self, call, reason):
        task = self._tasks.get(call)
        if task is not None and self._invoke.is_ended_by(reason):
            task.cancel()
        if task is not None and reason == frames.CANCEL_TIMEOUT:
            self._loop.call_later(_RETIRE_SECONDS, self._retire, call)
        if self.is_stopping:
            self.exit_when_idle()

    # --- calls

    def _begin(self, call):
        prepared = self._invoke.prepare(call)
        if prepared is not None:
            self._tasks[call] = self._loop.create_task(self._run(call, prepared))

    async def _run(self, call, prepared):
        logs.current_call.set(call)
        try:
            # Cancelled before its first step, it would never have begun.
            if not call.is_over:
                self.marker.begin(call)
                await self._invoke.run(call, prepared)
        except asyncio.CancelledError as error:
            if not call.cancelled:
                call.fail(error)
        except BaseException as error:
            call.fail(error)
        finally:
            self._tasks.pop(call, None)
            logs.end_lines(call)
            if self.is_stopping:
                self.exit_when_idle()

    def _retire(self, call):
        if call in self._tasks and not self._is_retired:
            self._is_retired = True
            self._control.tell(frames.RETIRE, {"message": _RETIRE_MESSAGE})

    def _on_stray_error(self, _loop, details):
        """Of a task that nobody awaits, or a callback: its lines carry the request by the context."""
        error = details.get("exception")
        if error is None:
            logs.log_error(None, RuntimeError(details.get("message", "")))
        else:
            logs.log_error(logs.current_call.get(), error)

    # --- what is read

    def _guarded(self, read):
        try:
            read()
        except Exception as error:
            # Frames behind the one that failed are lost, and who sent them waits.
            logs.give_up(error)

    def _accept(self):
        try:
            fd, _ = self._listener._accept()
        except (BlockingIOError, InterruptedError):
            return
        connection = LoopConnection(socket(fileno=fd), self, self._loop)
        self._connections.add(connection)
        self._loop.add_reader(fd, self._guarded, lambda: self._receive(connection))

    def _receive(self, connection):
        if not connection.receive():
            self._connections.discard(connection)
            connection.close()

    def _hear_engine(self):
        for kind, _payload in self._control.read():
            if kind == frames.PING:
                self._control.pong()
            elif kind == frames.STOP:
                self.is_stopping = True
                self._loop.remove_reader(self._listener.fileno())
                self._listener.close()
                self.exit_when_idle()

    # --- the end

    def exit_when_idle(self):
        """Also called where an answer is still being sent: so it looks again, later."""
        if not self._is_leaving:
            self._loop.call_soon(self._exit_if_idle)

    def _exit_if_idle(self):
        if self._is_leaving or any(not call.cancelled for call in self._tasks):
            return
        if any(one.live or one.unsent for one in self._connections):
            return
        self._is_leaving = True
        self._loop.create_task(self._leave())

    async def _leave(self):
        try:
            await self._invoke.stop()
        except BaseException as error:
            logs.log_error(None, error)
        self._loop.stop()
