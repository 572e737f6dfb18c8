"""One request in this process: its head and body as they come, its response as it goes."""
from _thread import allocate_lock

from . import frames, heads, logs

_ANY_BODY = -1
_TEXT_HEAD = "200\ncontent-type\ntext/plain; charset=utf-8\ncontent-length\n%d"
_JSON_HEAD = "200\ncontent-type\napplication/json; charset=utf-8\ncontent-length\n%d"
TEXT = "text/plain; charset=utf-8"
JSON = "application/json; charset=utf-8"
BYTES = "application/octet-stream"
# What most answers are: nothing set, so nothing to build.
_PLAIN_HEADS = {TEXT: _TEXT_HEAD, JSON: _JSON_HEAD}


class Gone(Exception):
    """The caller has gone or the time is over: nothing more can be sent."""


class Call:
    """It knows nothing of handlers. Whoever takes it out of the connection's `live` ends it."""

    __slots__ = (
        "connection",
        "id",
        "fields",
        "chunks",
        "is_complete",
        "is_over",
        "cancelled",
        "has_sent_head",
        "is_streaming",
        "response",
        "runner",
        "struck",
        "on_body",
        "on_cancel",
        "waiter",
        "_gone",
        "_status",
        "_headers",
        "_ungranted",
        "_credit",
        "_flow",
        "_body_left",
        "_request_id",
    )

    def __init__(self, connection, request_id, head, chunk, is_complete):
        self.connection = connection
        self.id = request_id
        # Method, target, name, value ... Names are in lower case.
        self.fields = head.split("\n")
        self.chunks = [chunk] if chunk else []
        self.is_complete = is_complete
        self.is_over = False
        self.cancelled = 0
        self.has_sent_head = False
        self.is_streaming = False
        self.response = None
        # The thread that runs its handler, as long as it does.
        self.runner = None
        self.struck = False
        self.on_body = None
        self.on_cancel = None
        self.waiter = None
        self._gone = None
        self._status = 200
        self._headers = None
        self._ungranted = 0
        self._credit = frames.WINDOW_BYTES
        self._flow = None
        self._body_left = _ANY_BODY
        self._request_id = None

    # --- the request

    @property
    def method(self):
        return self.fields[0]

    @property
    def target(self):
        return self.fields[1]

    @property
    def request_id(self):
        if self._request_id is None:
            self._request_id = heads.request_id_of(self.fields)
        return self._request_id

    def header(self, name):
        return heads.header_of(self.fields, name)

    def receive(self, chunk, is_last):
        if chunk:
            self.chunks.append(chunk)
        self.is_complete = is_last
        if self.on_body is not None:
            self.on_body()
        else:
            self.consumed(len(chunk))

    def consumed(self, count):
        """So many bytes of the body were taken: the gateway may send as many more."""
        self._ungranted += count
        if self._ungranted < frames.GRANT_BYTES or self.is_complete or self.is_over:
            return
        granted = frames.U32.pack(self._ungranted)
        self._ungranted = 0
        self.connection.send(frames.frame(frames.CREDIT, 0, self.id, granted))

    def take_body(self):
        chunks = self.chunks
        if not chunks:
            return b""
        self.chunks = []
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    @property
    def disconnected(self):
        """An event that is set when the caller has gone or the time is over."""
        if self._gone is None:
            from threading import Event

            self._gone = Event()
            if self.cancelled:
                self._gone.set()
        return self._gone

    # --- the response

    @property
    def status(self):
        return self._status

    @status.setter
    def status(self, status):
        self._status = heads.checked_status(status)

    @property
    def headers(self):
        if self._headers is None:
            self._headers = heads.Headers()
        return self._headers

    @property
    def has_no_body(self):
        return self._status == 204 or self._status == 304 or self.fields[0] == "HEAD"

    def finish(self, body, kind=None):
        """Answers with the whole body at once. `kind`: its type unless the handler has set one."""
        if self.is_over:
            return
        length = len(body)
        if length > frames.DATA_BYTES_MAX and not self.has_no_body:
            if kind is not None:
                self.headers.setdefault("content-type", kind)
            self.headers["content-length"] = length
            raise TooLong
        if self._headers is None and self._status == 200 and kind in _PLAIN_HEADS:
            head = (_PLAIN_HEADS[kind] % length).encode()
        else:
            head = self._head(kind, length)
        if self.has_no_body:
            body = b""
        if self._over():
            self.has_sent_head = True
            self.connection.send(frames.response_frame(frames.FLAG_END, self.id, head, body))

    def begin_stream(self):
        """What is written from here on is a part of the body. Nothing is sent yet."""
        if self.is_streaming:
            return
        self.is_streaming = True
        self._flow = allocate_lock()
        if not self.has_no_body and self._headers is not None:
            self._body_left = self._headers.content_length()

    def push(self, view, is_last):
        """Sends of a memoryview what the credit allows and returns the rest; `None` when all has left."""
        count = len(view)
        if self.has_no_body:
            view = view[:0]
        elif self._body_left != _ANY_BODY and not self.has_pushed(view, is_last):
            return None
        while True:
            if self.is_over:
                return None
            with self._flow:
                bytes_now = min(len(view), self._credit, frames.DATA_BYTES_MAX)
                self._credit -= bytes_now
            if bytes_now == 0 and len(view) > 0:
                return view
            piece = view[:bytes_now]
            view = view[bytes_now:]
            is_end = is_last and len(view) == 0
            if is_end or bytes_now > 0 or (count > 0 and not self.has_sent_head):
                self._send_piece(piece, is_end)
            if len(view) == 0:
                return None

    def has_pushed(self, view, is_last):
        """Counts against the declared length; false when that cannot be kept any more."""
        left = self._body_left - len(view)
        # What comes back from `push` is pushed again.
        if left < 0 or (is_last and left > 0):
            self.fail(ValueError("The body is not as long as the content-length that was set."))
            return False
        return True

    def _send_piece(self, piece, is_end):
        if self._body_left != _ANY_BODY:
            self._body_left -= len(piece)
        flags = frames.FLAG_END if is_end else 0
        if self.has_sent_head:
            data = frames.frame(frames.DATA, flags, self.id, piece)
        else:
            head = self._head(None, None)
            self.has_sent_head = True
            data = frames.response_frame(flags, self.id, head, piece)
        if not is_end or self._over():
            self.connection.send(data)

    def send_head(self):
        if self.has_sent_head or self.is_over:
            return
        self.begin_stream()
        head = self._head(None, None)
        self.has_sent_head = True
        self.connection.send(frames.response_frame(0, self.id, head, b""))

    def fail(self, error):
        """The handler has raised, or its stream has: the log gets all, the caller nothing of it."""
        self._failure(frames.FAILURE_BROKEN_OFF if self.has_sent_head else frames.FAILURE_THREW)
        logs.log_error(self, error)

    def refuse_json(self):
        self._failure(frames.FAILURE_INVALID_JSON)

    # --- what the gateway says

    def grant(self, count):
        flow = self._flow
        if flow is None:
            self._credit += count
        else:
            with flow:
                self._credit += count
        self._wake()

    def cancel(self, reason):
        """It is out of `live` already."""
        self.cancelled = reason
        self.is_over = True
        if self._gone is not None:
            self._gone.set()
        self._wake()
        if self.on_body is not None:
            self.on_body()
        if self.on_cancel is not None:
            self.on_cancel(reason)

    def wait_with(self, waiter):
        """`waiter.release()` is called when there may be credit again, or nothing can be sent any more.

        False when that is so already.
        """
        self.waiter = waiter
        if self.is_over or self._credit > 0:
            self.waiter = None
            return False
        return True

    def _wake(self):
        waiter = self.waiter
        if waiter is not None:
            self.waiter = None
            waiter.release()

    def _failure(self, kind):
        if self._over():
            self.connection.send(frames.frame(frames.FAILURE, 0, self.id, bytes((kind,))))

    def _over(self):
        """True for the one who ends it."""
        self.is_over = True
        return self.connection.forget(self.id)

    def _head(self, kind, length):
        headers = self._headers
        parts = []
        if kind is not None and (headers is None or "content-type" not in headers):
            parts += ("content-type", kind)
        if headers is not None:
            parts += headers.parts()
        return heads.encode_head(self._status, parts, self._length_to_send(length))

    def _length_to_send(self, length):
        if self._status == 204:
            return -1
        declared = -1 if self._headers is None else self._headers.content_length()
        # Without a body the handler's own word counts: HEAD tells the length of what GET would answer.
        if length is None or (self.has_no_body and length == 0):
            return declared
        return length


class TooLong(Exception):
    """The body does not fit into one frame; its length is set, and it is to be written as a stream."""
