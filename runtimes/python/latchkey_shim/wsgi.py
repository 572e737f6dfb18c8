"""A WSGI application in a thread: it begins when its body is whole."""
import sys
from io import BytesIO

from .call import Gone
from .flow import write
from .result import answer, chunk_of, end

_PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Wsgi:
    def __init__(self, app, _context):
        self._app = app

    def prepare(self, call):
        return call.take_body(), call

    def run(self, call, prepared):
        body = prepared[0]
        start = _Start(call)
        chunks = self._app(_environ_of(call, body), start)
        try:
            _send(call, start, chunks)
        except Gone:
            pass
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()


class _Start:
    """`start_response`."""

    def __init__(self, call):
        self._call = call
        self.is_called = False

    def __call__(self, status, headers, exc_info=None):
        call = self._call
        if exc_info is not None and call.has_sent_head:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self.is_called:
            raise RuntimeError("The response has already been started.")
        self.is_called = True
        call.status = int(status.split(" ", 1)[0])
        call.headers.clear()
        for name, value in headers:
            call.headers.add(name, value)
        return self._write

    def _write(self, chunk):
        self._call.begin_stream()
        write(self._call, chunk_of(chunk), False)


def _send(call, start, chunks):
    iterator = iter(chunks)
    first = next(iterator, b"")
    while first == b"" and not _is_list(chunks):
        first = next(iterator, None)
        if first is None:
            first = b""
            break
    if not start.is_called:
        raise RuntimeError("The application has not started its response.")
    is_whole = _is_list(chunks) and len(chunks) <= 1
    if not call.is_streaming and (is_whole or call.headers.content_length() == len(first)):
        answer(call, first, None)
        # Nothing more can come but what is to be done after the answer.
        for _ in iterator:
            break
        return
    if call.has_no_body:
        call.send_head()
    elif first:
        call.begin_stream()
        write(call, chunk_of(first), False)
        for chunk in iterator:
            if chunk:
                write(call, chunk_of(chunk), False)
    end(call)


def _is_list(chunks):
    return isinstance(chunks, (list, tuple))


def _environ_of(call, body):
    fields = call.fields
    path, _, query = fields[1].partition("?")
    header = call.header
    scheme = header("x-forwarded-proto") or "http"
    host = header("x-forwarded-host") or header("host") or "localhost"
    name, _, port = host.rpartition(":") if ":" in host.rpartition("]")[2] else (host, "", "")
    environ = {
        "REQUEST_METHOD": fields[0],
        "SCRIPT_NAME": "",
        "PATH_INFO": _unquoted(path),
        "QUERY_STRING": query,
        "REQUEST_URI": fields[1],
        "RAW_URI": fields[1],
        "SERVER_NAME": name,
        "SERVER_PORT": port or ("443" if scheme == "https" else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": (header("x-forwarded-for") or "").partition(",")[0].strip(),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for at in range(2, len(fields) - 1, 2):
        field = fields[at]
        key = _PLAIN.get(field) or "HTTP_" + field.replace("-", "_").upper()
        if key in environ:
            environ[key] += ("; " if field == "cookie" else ",") + fields[at + 1]
        else:
            environ[key] = fields[at + 1]
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _unquoted(path):
    """As WSGI wants it: the bytes, each as a character of latin-1."""
    if "%" not in path:
        return path
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(path.encode("latin-1")).decode("latin-1")
