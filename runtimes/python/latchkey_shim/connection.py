"""One gateway thread's socket: its frames become calls."""
from _socket import MSG_DONTWAIT
from _thread import allocate_lock

from . import frames
from .call import Call

_CHUNK_BYTES = 64 * 1024
_unpack_header = frames.HEADER.unpack_from
_unpack_u32 = frames.U32.unpack_from
_LEAST_PAYLOAD_BYTES = {frames.HELLO: 8, frames.REQUEST: 4, frames.CREDIT: 4, frames.CANCEL: 1}


class Connection:
    """Read by one thread at a time; how it sends is told by who made it."""

    def __init__(self, sock, server):
        self.sock = sock
        self.server = server
        self.thread_index = 0
        self.begun_id = 0
        # The calls that are not over, by id.
        self.live = {}
        self.reading = allocate_lock()
        self._rest = b""
        self._sending = allocate_lock()

    def send(self, data):
        """Returns when the system has it all. A gateway always reads, so that is soon."""
        try:
            with self._sending:
                self.sock.sendall(data)
        except OSError:
            pass  # The gateway has gone: reading finds that out, and ends what is in flight.

    def forget(self, request_id):
        """True for the first who asks: the call is over."""
        return self.live.pop(request_id, None) is not None

    def receive(self):
        """Reads until there is nothing more. False: the connection has ended."""
        recv = self.sock.recv
        while True:
            try:
                data = recv(_CHUNK_BYTES, MSG_DONTWAIT)
            except (BlockingIOError, InterruptedError):
                return True
            except OSError:
                return False
            if not data or not self._feed(data):
                return False
            if len(data) < _CHUNK_BYTES:
                return True

    def close(self):
        try:
            self.sock.close()
        finally:
            for request_id in list(self.live):
                self._cancel(request_id, frames.CALLER_GONE)

    def _feed(self, data):
        if self._rest:
            data = self._rest + data
        at = 0
        end = len(data)
        while end - at >= frames.HEADER_BYTES:
            length, kind, flags, request_id = _unpack_header(data, at)
            if length > frames.PAYLOAD_BYTES_MAX:
                return False
            start = at + frames.HEADER_BYTES
            stop = start + length
            if stop > end:
                break
            if not self._on_frame(kind, flags & frames.FLAG_END, request_id, data, start, stop):
                return False
            at = stop
        self._rest = data[at:]
        return True

    def _on_frame(self, kind, is_last, request_id, data, start, stop):
        if stop - start < _LEAST_PAYLOAD_BYTES.get(kind, 0):
            return False
        if kind == frames.REQUEST:
            body_start = start + 4 + _unpack_u32(data, start)[0]
            if body_start > stop:
                return False
            head = data[start + 4 : body_start].decode("latin-1")
            call = Call(self, request_id, head, data[body_start:stop], is_last == 1)
            self.live[request_id] = call
            self.server.on_call(call)
            return True
        if kind == frames.DATA:
            call = self.live.get(request_id)
            if call is not None:
                call.receive(data[start:stop], is_last == 1)
                if is_last:
                    self.server.on_body_end(call)
            return True
        if kind == frames.CREDIT:
            call = self.live.get(request_id)
            if call is not None:
                call.grant(_unpack_u32(data, start)[0])
            return True
        if kind == frames.CANCEL:
            self._cancel(request_id, data[start])
            return True
        if kind == frames.PING:
            self.send(frames.PONG_FRAME)
            return True
        if kind == frames.HELLO:
            self.thread_index = _unpack_u32(data, start)[0]
            self.server.marker.greet(self)
            return True
        return False

    def _cancel(self, request_id, reason):
        call = self.live.pop(request_id, None)
        if call is None:
            return
        call.cancel(reason)
        self.server.on_cancel(call, reason)
