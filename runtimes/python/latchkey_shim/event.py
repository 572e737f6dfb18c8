"""The event of a handler, from a call whose body is complete."""
from os import urandom
from time import gmtime, strftime, time

from . import jsons
from .request import Request
from .response import Response

_EVENT_FIELDS = ("event-id", "event-type", "event-time", "event-namespace")


class Event(dict):
    """A dict whose entries are attributes too: `event["data"]` and `event.data`."""

    __slots__ = ()

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Extensions:
    """`event.extensions`: the request and the response, made when asked for."""

    __slots__ = ("_call", "_body", "_request", "_is_async")

    def __init__(self, call, body, is_async):
        self._call = call
        self._body = body
        self._request = None
        self._is_async = is_async

    @property
    def request(self):
        if self._request is None:
            self._request = Request(self._call, self._body, self._is_async)
        return self._request

    @property
    def response(self):
        call = self._call
        if call.response is None:
            call.response = Response(call, self._is_async)
        return call.response

    def __getitem__(self, name):
        if name == "request" or name == "response":
            return getattr(self, name)
        raise KeyError(name)

    def __contains__(self, name):
        return name == "request" or name == "response"

    def get(self, name, default=None):
        return self[name] if name in self else default

    def keys(self):
        return ["request", "response"]


def event_of(call, is_async=False):
    """Raises jsons.NotJson when the body says that it is JSON, and is not."""
    body = call.take_body()
    data = data_of(body, call.header("content-type") or "") if body else b""
    extensions = Extensions(call, body, is_async)
    event = Event(
        {
            "data": data,
            "event-id": None,
            "event-type": None,
            "event-time": None,
            "event-namespace": None,
            "extensions": extensions,
            "extension": extensions,
        }
    )
    fields = call.fields
    for name in _EVENT_FIELDS:
        if name in fields:
            event[name] = call.header(name)
    if event["event-id"] is None:
        event["event-id"] = call.request_id or _made_id()
    if event["event-time"] is None:
        event["event-time"] = _now()
    return event


def data_of(body, content_type):
    media_type, _, parameters = content_type.partition(";")
    media_type = media_type.strip().lower()
    if media_type == "application/json" or media_type.endswith("+json"):
        return json_of(body)
    if media_type.startswith("text/"):
        return text_of(body, parameters)
    return body


def json_of(body):
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise jsons.NotJson(str(error)) from None
    return jsons.loads(text)


def text_of(body, parameters=""):
    """By the charset of a content type's parameters; UTF-8 when it names none, or one that nobody knows."""
    charset = "utf-8"
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value:
            charset = value.strip().strip('"').lower()
    if charset in ("utf-8", "utf8"):
        return body.decode("utf-8", "replace")
    try:
        return body.decode(charset, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _made_id():
    """A random UUID, without the 10 ms that its module takes to load."""
    random = bytearray(urandom(16))
    random[6] = random[6] & 0x0F | 0x40
    random[8] = random[8] & 0x3F | 0x80
    text = random.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


_last = (0, "")


def _now():
    """Many events share a millisecond; writing the time costs more than looking at the clock."""
    global _last
    now_ms = int(time() * 1000)
    last = _last
    if last[0] == now_ms:
        return last[1]
    text = "%s.%03dZ" % (strftime("%Y-%m-%dT%H:%M:%S", gmtime(now_ms // 1000)), now_ms % 1000)
    _last = (now_ms, text)
    return text
