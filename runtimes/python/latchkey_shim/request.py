"""The request as a handler sees it, shaped like aiohttp's. All of it is made when asked for."""
from .awaitable import Bytes, Text, awaitable


class RequestHeaders:
    """Names in any case; the values of a repeated field are joined."""

    __slots__ = ("_values",)

    def __init__(self, fields):
        values = {}
        for at in range(2, len(fields) - 1, 2):
            name = fields[at]
            if name in values:
                values[name] += ("; " if name == "cookie" else ", ") + fields[at + 1]
            else:
                values[name] = fields[at + 1]
        self._values = values

    def __getitem__(self, name):
        return self._values[name.lower()]

    def __contains__(self, name):
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def get(self, name, default=None):
        return self._values.get(name.lower(), default)

    def keys(self):
        return self._values.keys()

    def values(self):
        return self._values.values()

    def items(self):
        return self._values.items()


class Request:
    __slots__ = ("_call", "_body", "_headers", "_query", "_is_async")

    def __init__(self, call, body, is_async):
        self._call = call
        self._body = body
        self._headers = None
        self._query = None
        self._is_async = is_async

    @property
    def method(self):
        return self._call.fields[0]

    @property
    def url(self):
        """The path with its query."""
        return self._call.fields[1]

    path_qs = url

    @property
    def path(self):
        return self._call.fields[1].partition("?")[0]

    @property
    def query_string(self):
        return self._call.fields[1].partition("?")[2]

    @property
    def query(self):
        """A dict; a repeated parameter is a list."""
        if self._query is None:
            self._query = query_of(self.query_string)
        return self._query

    args = query

    @property
    def headers(self):
        if self._headers is None:
            self._headers = RequestHeaders(self._call.fields)
        return self._headers

    def get(self, name, default=None):
        """A header."""
        return self.headers.get(name, default)

    @property
    def content_type(self):
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def content_length(self):
        return len(self._body)

    @property
    def body(self):
        """The body's bytes as they came."""
        return self._body

    @property
    def remote(self):
        """The caller's address."""
        return self.headers.get("x-forwarded-for")

    @property
    def scheme(self):
        return self.headers.get("x-forwarded-proto", "http")

    @property
    def host(self):
        headers = self.headers
        return headers.get("x-forwarded-host") or headers.get("host", "")

    @property
    def disconnected(self):
        """A `threading.Event`, set when the caller has gone or the time is over."""
        return self._call.disconnected

    def read(self):
        return Bytes(self._body)

    def text(self):
        from .event import text_of

        return Text(text_of(self._body, self.headers.get("content-type", "").partition(";")[2]))

    def json(self):
        """Raises ValueError when the body is not JSON."""
        from .event import json_of

        return awaitable(json_of(self._body) if self._body else None, self._is_async)


def query_of(text):
    if text == "":
        return {}
    from urllib.parse import parse_qsl

    query = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        before = query.get(name)
        if before is None:
            query[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            query[name] = [before, value]
    return query
