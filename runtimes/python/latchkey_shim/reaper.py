"""The main thread's work: it waits for handlers whose time is over, and ends the process."""
import os
from _thread import allocate_lock, get_ident
from collections import deque
from time import monotonic

from . import frames, logs

# A first answer goes first.
_ARM_SECONDS = 0.02
# A handler that looks at `request.disconnected` gets so long to end by itself.
_STRIKE_SECONDS = 0.1
_RETIRE_SECONDS = 0.25
_RETIRE_MESSAGE = "A handler did not end when its time was over; a thread of it still runs."


class TimeLimit(BaseException):
    """Raised in a handler whose time is over. No `except Exception` of the function keeps it."""


class Reaper:
    def __init__(self, control):
        self._control = control
        self._wakeup = allocate_lock()
        self._wakeup.acquire()
        # (time, what to do, call), the earliest first: all delays are the same for all.
        self._strikes = deque()
        self._retirements = deque()
        self._is_retired = False
        self._must_exit = False
        self._raise_in = None

    def cancelled(self, call, reason):
        """The gateway wants nothing more of a call whose handler runs."""
        if reason != frames.CANCEL_TIMEOUT:
            return
        now = monotonic()
        self._strikes.append((now + _STRIKE_SECONDS, call))
        self._retirements.append((now + _RETIRE_SECONDS, call))
        self._wake()

    def exit(self):
        """Ends the process, as soon as what it still has to do is done."""
        self._must_exit = True
        self._wake()

    def _wake(self):
        try:
            self._wakeup.release()
        except RuntimeError:
            pass  # It is awake, or about to be.

    def run(self):
        """Never returns."""
        self._wakeup.acquire(True, _ARM_SECONDS)
        # Beside a handler that loops, an import takes a second, for it gives way at every file.
        self._raise_in = raiser()
        while True:
            if self._must_exit:
                leave()
            delay = self._work_off()
            self._wakeup.acquire(True, -1 if delay is None else delay)

    def _work_off(self):
        """Does what is due and returns the seconds until the next is; None when nothing waits."""
        now = monotonic()
        due = None
        for waiting, act in ((self._strikes, self._strike), (self._retirements, self._retire)):
            while waiting:
                at, call = waiting[0]
                if at > now:
                    due = at if due is None else min(due, at)
                    break
                waiting.popleft()
                act(call)
        return None if due is None else max(0.0, due - now)

    def _strike(self, call):
        """Raises TimeLimit in the thread of the handler."""
        runner = call.runner
        if runner is None or self._raise_in is None:
            return
        raise_in, Long, Object = self._raise_in
        thread = Long(runner)
        error = Object(TimeLimit)
        call.struck = True
        # Nothing between the look and the strike lets another thread run.
        if call.runner == runner:
            raise_in(thread, error)

    def _retire(self, call):
        if not self.is_running(call) or self._is_retired:
            return
        self._is_retired = True
        self._control.tell(frames.RETIRE, {"message": _RETIRE_MESSAGE})

    def is_running(self, call):
        return call.runner is not None or call in self.server.running

    def unstrike(self):
        """Takes back a strike of this thread that has not come to pass."""
        raise_in, Long, Object = self._raise_in
        # An object that holds none is NULL.
        raise_in(Long(get_ident()), Object())

    @staticmethod
    def is_late_strike(error):
        return isinstance(error, TimeLimit)


def raiser():
    """`PyThreadState_SetAsyncExc` and the types of what it takes; None where it cannot be had.

    From the C part of `ctypes`, which itself takes 5 ms to load.
    """
    try:
        import _ctypes

        class Function(_ctypes.CFuncPtr):
            _flags_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_PYTHONAPI
            _restype_ = type("c_int", (_ctypes._SimpleCData,), {"_type_": "i"})

        Long = type("c_ulong", (_ctypes._SimpleCData,), {"_type_": "L"})
        Object = type("py_object", (_ctypes._SimpleCData,), {"_type_": "O"})
        function = Function(_ctypes.dlsym(_ctypes.dlopen(None, 0), "PyThreadState_SetAsyncExc"))
    except (ImportError, AttributeError, OSError):
        return None
    return function, Long, Object


def leave():
    """As an ordinary end, except that nothing waits for threads of the function."""
    try:
        import atexit

        atexit._run_exitfuncs()
    except BaseException as error:
        logs.log_error(None, error)
    logs.end_all_lines()
    os._exit(0)
