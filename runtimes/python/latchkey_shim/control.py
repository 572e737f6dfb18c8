"""The control channel, fd 3: what the engine tells, and what it is told."""
import os
from _socket import MSG_DONTWAIT, socket
from _thread import allocate_lock

from . import frames, jsons

_FD = 3
_CHUNK_BYTES = 64 * 1024


class Control:
    def __init__(self):
        self.sock = socket(fileno=_FD)
        self._rest = b""
        self._sending = allocate_lock()

    def wait_for_assignment(self):
        """Blocks until ASSIGN has come. The process ends where it never will."""
        while True:
            for kind, payload in self.read(0):
                if kind == frames.ASSIGN:
                    return jsons.loads(payload.decode())
                if kind == frames.STOP:
                    os._exit(0)
                if kind == frames.PING:
                    self.pong()

    def read(self, flags=MSG_DONTWAIT):
        """The frames that have come, as (type, payload). Ends the process when the channel is closed."""
        try:
            data = self.sock.recv(_CHUNK_BYTES, flags)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError:
            os._exit(0)
        if not data:
            # The engine is gone, or wants this instance to be.
            os._exit(0)
        data = self._rest + data
        found = []
        at = 0
        while len(data) - at >= frames.HEADER_BYTES:
            length, kind, _flags, _id = frames.HEADER.unpack_from(data, at)
            if length > frames.CONTROL_PAYLOAD_BYTES_MAX:
                os._exit(1)
            stop = at + frames.HEADER_BYTES + length
            if stop > len(data):
                break
            found.append((kind, data[at + frames.HEADER_BYTES : stop]))
            at = stop
        self._rest = data[at:]
        return found

    def tell(self, kind, message):
        self._send(frames.frame(kind, 0, 0, jsons.dumps(message)))

    def pong(self):
        self._send(frames.PONG_FRAME)

    def _send(self, data):
        try:
            with self._sending:
                self.sock.sendall(data)
        except OSError:
            pass  # The engine is gone: the next read ends the process.
