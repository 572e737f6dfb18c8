"""The main thread's work: it waits for handlers whose time is over, and ends the process."""
import os
from _thread import allocate_lock
from collections import deque
from time import monotonic

from . import frames, logs

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
        from ctypes import c_ulong, py_object, pythonapi

        runner = call.runner
        if runner is None:
            return
        thread = c_ulong(runner)
        error = py_object(TimeLimit)
        strike = pythonapi.PyThreadState_SetAsyncExc
        call.struck = True
        # Nothing between the look and the strike lets another thread run.
        if call.runner == runner:
            strike(thread, error)

    def _retire(self, call):
        if not self.is_running(call) or self._is_retired:
            return
        self._is_retired = True
        self._control.tell(frames.RETIRE, {"message": _RETIRE_MESSAGE})

    def is_running(self, call):
        return call.runner is not None or call in self.server.running

    def unstrike(self):
        """Takes back a strike of this thread that has not come to pass."""
        from _thread import get_ident
        from ctypes import c_ulong, pythonapi

        pythonapi.PyThreadState_SetAsyncExc(c_ulong(get_ident()), None)

    @staticmethod
    def is_late_strike(error):
        return isinstance(error, TimeLimit)


def leave():
    """As an ordinary end, except that nothing waits for threads of the function."""
    try:
        import atexit

        atexit._run_exitfuncs()
    except BaseException as error:
        logs.log_error(None, error)
    logs.end_all_lines()
    os._exit(0)
