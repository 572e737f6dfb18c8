"""The response as a handler sees it, shaped like aiohttp's."""
from . import jsons
from .awaitable import Ready
from .call import BYTES, JSON, TEXT

NOT_SET = object()


class Response:
    """What is set counts for whatever the handler returns; `end` and `json` answer themselves."""

    __slots__ = ("_call", "_is_async", "_body", "is_ended", "_writing")

    def __init__(self, call, is_async):
        self._call = call
        self._is_async = is_async
        self._body = NOT_SET
        self.is_ended = False
        # What an async handler has written and nobody has awaited yet.
        self._writing = None

    @property
    def status(self):
        return self._call.status

    @status.setter
    def status(self, status):
        self._check_open()
        self._call.status = status

    def set_status(self, status, _reason=None):
        self.status = status

    @property
    def headers(self):
        return self._call.headers

    @property
    def content_type(self):
        return self.headers.get("content-type", "").partition(";")[0]

    @content_type.setter
    def content_type(self, value):
        if value.startswith("text/") and "charset" not in value:
            value += "; charset=utf-8"
        self.headers["content-type"] = value

    @property
    def body(self):
        return None if self._body is NOT_SET else self._body

    @body.setter
    def body(self, body):
        """What is sent when the handler returns nothing: bytes, text, or anything that can be returned."""
        self._body = body

    text = body

    def take_body(self):
        """NOT_SET when the handler has set none."""
        return self._body

    def json(self, value):
        """Answers with JSON; `None` is `null`."""
        return self._end(jsons.dumps(value), JSON)

    def end(self, body=b""):
        """Answers with a whole body, or ends one that was written; what is returned later is ignored."""
        kind = BYTES
        if isinstance(body, str):
            body = body.encode()
            kind = TEXT
        return self._end(bytes(body), kind if body else None)

    write_eof = end

    def write(self, chunk):
        """Sends a part of the body. In an async handler it is to be awaited, or the memory fills."""
        self._check_open()
        if isinstance(chunk, str):
            chunk = chunk.encode()
        self._call.begin_stream()
        return self._send(bytes(chunk), False)

    def prepare(self, _request=None):
        """Sends the head now, before any of the body."""
        self._call.send_head()
        return Ready()

    def _end(self, body, kind):
        self._check_open()
        self.is_ended = True
        if self._call.is_streaming:
            return self._send(body, True)
        from .call import TooLong

        try:
            self._call.finish(body, kind)
        except TooLong:
            self._call.begin_stream()
            return self._send(body, True)
        return Ready()

    def _send(self, body, is_last):
        if self._is_async:
            from .aflow import write_soon

            self._writing = write_soon(self._call, self._writing, body, is_last)
            return self._writing or Ready()
        from .flow import write

        write(self._call, body, is_last)
        return Ready()

    async def written(self):
        """Returns when all that was written has left."""
        if self._writing is not None:
            await self._writing

    def _check_open(self):
        if self.is_ended:
            raise RuntimeError("The response has already been ended.")
