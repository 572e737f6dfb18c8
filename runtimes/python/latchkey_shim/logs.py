"""Standard output and error: whole lines, each with the id of the request that wrote it."""
import io
import os
import sys
from _contextvars import ContextVar
from _thread import allocate_lock

# The call whose handler is running.
current_call = ContextVar("latchkey_call", default=None)

_LINE_BYTES_MAX = 64 * 1024


class Lines(io.BufferedIOBase):
    """Gathers what is written into lines, for each request apart."""

    def __init__(self, fd):
        self._fd = fd
        self._lock = allocate_lock()
        # What has been begun of a line, by the call that began it.
        self._begun = {}

    def writable(self):
        return True

    def fileno(self):
        return self._fd

    def write(self, data):
        data = bytes(data)
        call = current_call.get()
        text = self._begun.pop(call, b"") + data if self._begun else data
        end = text.rfind(b"\n") + 1
        if end == 0 and len(text) > _LINE_BYTES_MAX:
            text += b"\n"
            end = len(text)
        if end < len(text):
            self._begun[call] = text[end:]
        if end > 0:
            self._put(call, text[:end])
        return len(data)

    def end_of(self, call):
        """The call is over: what it has begun is a line."""
        text = self._begun.pop(call, None)
        if text is not None:
            self._put(call, text + b"\n")

    def end_all(self):
        for call in list(self._begun):
            self.end_of(call)

    def _put(self, call, lines):
        request_id = "" if call is None else call.request_id
        if request_id != "":
            prefix = ("\x1e%s\x1f" % request_id).encode("latin-1")
            lines = prefix + lines[:-1].replace(b"\n", b"\n" + prefix) + b"\n"
        with self._lock:
            while lines:
                lines = lines[os.write(self._fd, lines) :]


_streams = []


def install():
    for name, fd in (("stdout", 1), ("stderr", 2)):
        lines = Lines(fd)
        _streams.append(lines)
        stream = io.TextIOWrapper(
            lines, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True
        )
        setattr(sys, name, stream)
        setattr(sys, "__%s__" % name, stream)


def end_lines(call):
    for lines in _streams:
        if lines._begun:
            lines.end_of(call)


def end_all_lines():
    for lines in _streams:
        lines.end_all()


def log_error(call, error):
    """The whole error to stderr, as lines of the call if there is one. Never raises."""
    token = current_call.set(call)
    try:
        sys.__excepthook__(type(error), error, _own_traceback(error.__traceback__))
        end_lines(call)
    except BaseException:
        # The function has broken the stream, or its error cannot be shown: nowhere is left to say it.
        pass
    finally:
        current_call.reset(token)


def _own_traceback(traceback):
    """From the first line of the function's own on."""
    folder = __file__.rpartition("/")[0]
    own = traceback
    while own is not None and own.tb_frame.f_code.co_filename.startswith(folder):
        own = own.tb_next
    return own or traceback


def give_up(error):
    """This process cannot serve any more: its end is what gets it replaced."""
    log_error(None, error)
    os._exit(1)
