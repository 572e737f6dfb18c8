"""The marker file, fd 4: for each gateway thread the newest request whose handler was begun."""
import mmap
import os
from stat import S_ISREG
from _thread import allocate_lock

_FD = 4
_BYTES = 1024


class Marker:
    """Written through a mapping: a store to memory instead of a system call for every request."""

    def __init__(self):
        self._lock = allocate_lock()
        self._slots = None
        try:
            status = os.fstat(_FD)
        except OSError:
            return  # Without an engine there is none.
        if not S_ISREG(status.st_mode):
            return
        if status.st_size < _BYTES:
            os.ftruncate(_FD, _BYTES)
        self._map = mmap.mmap(_FD, max(status.st_size, _BYTES))
        self._slots = memoryview(self._map).cast("I")

    def greet(self, connection):
        with self._lock:
            connection.begun_id = 0
            self._write(connection.thread_index, 0)

    def begin(self, call):
        """Tells whoever finds this process dead that the call's handler may have had effects."""
        connection = call.connection
        with self._lock:
            # Ids wrap at 32 bits: newer is a difference in the first half.
            if 0 < (call.id - connection.begun_id) & 0xFFFFFFFF < 0x80000000:
                connection.begun_id = call.id
                self._write(connection.thread_index, call.id)

    def _write(self, index, request_id):
        slots = self._slots
        if slots is None:
            return
        if index >= len(slots):
            os.pwrite(_FD, request_id.to_bytes(4, "little"), 4 * index)
        else:
            slots[index] = request_id
