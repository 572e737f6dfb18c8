"""Handlers in threads.

All idle threads wait for the same sockets; the system wakes one for what has come, and that one reads it and
runs the handler itself, so that a request costs no hand-over between threads. What it cannot begin at once
waits in `_ready` for itself or for a thread that it wakes:

    socket ---> one idle thread: read, cut into calls ---> _ready ---> run, answer ---> idle again
                                                             |
                                                             +-----> another thread, when handlers are slow

As long as handlers are quick (`_quick`), one thread begins one after the other, for several would only wait
for each other's interpreter lock; another one looks every 2 ms whether it gets on, and else takes over.
"""
import os
import select
from _contextvars import Context
from _socket import AF_UNIX, SOCK_STREAM, socket
from _thread import allocate_lock, get_ident, start_new_thread
from collections import deque
from time import perf_counter

from . import frames, logs
from .connection import Connection

THREADS_MAX = 128
# Idle threads beyond these end after a while.
_THREADS_KEPT = 4
_SURPLUS_IDLE_SECONDS = 10
_QUICK_SECONDS = 0.001
_QUICK_CALLS = 16
_STALL_SECONDS = 0.002
_EDGE = select.EPOLLIN | select.EPOLLET


class ThreadServer:
    """`invoke.prepare(call)` makes what `invoke.run(call, prepared)` runs with; None when it has refused the call."""

    def __init__(self, control, marker, reaper, invoke):
        self.marker = marker
        self.is_stopping = False
        self.threads_max = THREADS_MAX
        # The calls whose handlers run.
        self.running = set()
        self._control = control
        self._reaper = reaper
        self._invoke = invoke
        self._connections = {}
        self._lock = allocate_lock()
        self._ready = deque()
        self._threads = 0
        self._idle = 0
        self._quick = 0
        self._done = 0
        # The thread that begins what is ready, as long as it gets on.
        self._beginner = None
        self._is_watched = False
        self._epoll = select.epoll()
        self._wakeup_in, self._wakeup_out = os.pipe()

    def listen(self, path):
        self._listener = socket(AF_UNIX, SOCK_STREAM)
        self._listener.bind(path)
        self._listener.listen(128)
        self._listener.setblocking(False)
        self._readers = {
            self._listener.fileno(): self._accept,
            self._control.sock.fileno(): self._hear_engine,
            self._wakeup_in: self._woken,
        }
        os.set_blocking(self._wakeup_in, False)
        os.set_blocking(self._wakeup_out, False)
        for fd in self._readers:
            self._epoll.register(fd, _EDGE)

    def start(self):
        with self._lock:
            self._start_thread()

    # --- what connections tell

    def on_call(self, call):
        if call.is_complete:
            self._ready.append(call)
            call.consumed(0)

    def on_body_end(self, call):
        self._ready.append(call)

    def on_cancel(self, call, reason):
        if call in self.running:
            self._reaper.cancelled(call, reason)
        if self.is_stopping:
            self.exit_when_idle()

    # --- threads

    def _start_thread(self):
        """With the lock. False when there can be no more."""
        if self._threads >= self.threads_max:
            return False
        try:
            start_new_thread(self._work, ())
        except RuntimeError:
            return False  # The system's limit: what is ready waits for a thread that gets free.
        self._threads += 1
        self._idle += 1
        return True

    def _work(self):
        while True:
            try:
                self._serve()
                return
            except BaseException as error:
                if not self._reaper.is_late_strike(error):
                    logs.give_up(error)

    def _serve(self):
        poll = self._epoll.poll
        ready = self._ready
        is_watching = False
        watched_at = seen_done = 0
        while True:
            if is_watching:
                timeout = _STALL_SECONDS
            elif self._threads > _THREADS_KEPT:
                timeout = _SURPLUS_IDLE_SECONDS
            else:
                timeout = None
            try:
                events = poll(timeout, 1)
            except InterruptedError:
                continue
            for fd, mask in events:
                reader = self._readers.get(fd)
                if reader is None:
                    self._receive(fd)
                else:
                    reader()
            if not ready:
                if is_watching:
                    is_watching = self._is_watched = False
                elif not events and timeout is not None and self._leave():
                    return
                continue
            if is_watching:
                if self._done == seen_done:
                    if perf_counter() - watched_at < _STALL_SECONDS:
                        continue
                    # Its handler is a slow one: it is on its own from here on.
                    self._beginner = None
                elif self._beginner is not None:
                    seen_done = self._done
                    watched_at = perf_counter()
                    continue
                is_watching = self._is_watched = False
            elif self._quick >= _QUICK_CALLS and self._beginner is not None:
                if not self._is_watched:
                    is_watching = self._is_watched = True
                    seen_done = self._done
                    watched_at = perf_counter()
                continue
            self._begin_ready()

    def _leave(self):
        with self._lock:
            if self._idle <= _THREADS_KEPT // 2 or self._threads <= _THREADS_KEPT:
                return False
            self._idle -= 1
            self._threads -= 1
            return True

    def _begin_ready(self):
        """Runs what is ready, as long as nobody else does."""
        me = get_ident()
        self._beginner = me
        ready = self._ready
        while ready:
            with self._lock:
                # One thread always reads on: it hears of cancellations and answers pings.
                if self._idle <= 1 and not self._start_thread():
                    break
                self._idle -= 1
            try:
                call = ready.popleft()
            except IndexError:
                with self._lock:
                    self._idle += 1
                break
            if ready and not self._is_watched:
                self._wake()
            try:
                if not call.is_over:
                    self._run(call)
            finally:
                with self._lock:
                    self._idle += 1
                self._done += 1
            if self._beginner != me and (self._beginner is not None and self._quick >= _QUICK_CALLS):
                return
        if self._beginner == me:
            self._beginner = None

    def _run(self, call):
        invoke = self._invoke
        prepared = invoke.prepare(call)
        if prepared is None:
            return
        self.marker.begin(call)
        self.running.add(call)
        begun = perf_counter()
        call.runner = get_ident()
        try:
            Context().run(self._run_in_context, call, prepared)
        finally:
            call.runner = None
            if call.struck:
                self._reaper.unstrike()
            if perf_counter() - begun < _QUICK_SECONDS:
                self._quick += 1
            else:
                self._quick = 0
            if call.on_cancel is None:
                self.ended(call)

    def _run_in_context(self, call, prepared):
        logs.current_call.set(call)
        try:
            later = self._invoke.run(call, prepared)
            if later is not None:
                self._finish_on_loop(call, later)
        except BaseException as error:
            if not call.struck or not self._reaper.is_late_strike(error):
                call.fail(error)
        logs.end_lines(call)

    def _finish_on_loop(self, call, value):
        from .handoff import finish_on_loop

        def done(error):
            if error is not None:
                call.fail(error)
            logs.end_lines(call)
            self.ended(call)

        # From here on the loop says when it is over.
        call.on_cancel = lambda _reason: None
        cancel = finish_on_loop(call, value, done)
        call.on_cancel = lambda _reason: cancel()
        if call.cancelled:
            cancel()

    def ended(self, call):
        """Its handler runs no more."""
        self.running.discard(call)
        if self.is_stopping:
            self.exit_when_idle()

    # --- what is read

    def _receive(self, fd):
        connection = self._connections.get(fd)
        if connection is None:
            return
        with connection.reading:
            if connection.receive():
                return
            if self._connections.pop(fd, None) is None:
                return
            self._epoll.unregister(fd)
        connection.close()

    def _accept(self):
        while True:
            try:
                fd, _ = self._listener._accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if not self.is_stopping:
                    logs.give_up(error)
                return
            connection = Connection(socket(fileno=fd), self)
            self._connections[fd] = connection
            self._epoll.register(fd, _EDGE)

    def _hear_engine(self):
        for kind, _payload in self._control.read():
            if kind == frames.PING:
                self._control.pong()
            elif kind == frames.STOP:
                self.is_stopping = True
                self._epoll.unregister(self._listener.fileno())
                self._listener.close()
                self.exit_when_idle()

    def _wake(self):
        try:
            os.write(self._wakeup_out, b"w")
        except BlockingIOError:
            pass  # It is full of wishes already.

    def _woken(self):
        try:
            os.read(self._wakeup_in, 4096)
        except BlockingIOError:
            pass  # Another thread has read it.

    # --- the end

    def exit_when_idle(self):
        for connection in list(self._connections.values()):
            if connection.live:
                return
        for call in list(self.running):
            if not call.cancelled:
                return
        self._reaper.exit()
