"""The two heads of a request: what came, and what is to go."""
from .frames import HEAD_BYTES_MAX

# Fields that belong to one HTTP connection: they never cross the frames.
HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade")
)
_NAME_CHARS = "!#$%&'*+.^_`|~0123456789abcdefghijklmnopqrstuvwxyz-"
_REQUEST_ID = "latchkey-request-id"


def checked_status(status):
    status = int(status)
    if 200 <= status <= 599:
        return status
    raise ValueError("%d is not a response status from 200 to 599." % status)


def checked_name(name):
    key = str(name).lower()
    if key == "" or key.strip(_NAME_CHARS) != "":
        raise ValueError("%r is no header name." % (name,))
    return key


def checked_value(key, value):
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    for char in text:
        if (char < " " and char != "\t") or char == "\x7f" or char > "\xff":
            raise ValueError("The value of the header %s holds characters that it must not." % key)
    return text


def request_id_of(fields):
    """The gateway puts it before all other headers. Empty when the request has none."""
    if len(fields) > 2 and fields[2] == _REQUEST_ID:
        return fields[3]
    return header_of(fields, _REQUEST_ID) or ""


def header_of(fields, name):
    """The first value of a request header, its name in lower case; None when it is not there."""
    # Names and values take turns from the third field on.
    try:
        at = fields.index(name, 2)
        while at & 1:
            at = fields.index(name, at + 1)
    except ValueError:
        return None
    return fields[at + 1]


class Headers:
    """The response's headers: names in any case, a list of values for a field that repeats."""

    __slots__ = ("_values",)

    def __init__(self):
        self._values = {}

    def __setitem__(self, name, value):
        key = checked_name(name)
        if isinstance(value, (list, tuple)):
            value = [checked_value(key, one) for one in value]
        else:
            value = checked_value(key, value)
        if key not in HOP_BY_HOP:
            self._values[key] = value

    def __getitem__(self, name):
        return self._values[str(name).lower()]

    def __delitem__(self, name):
        del self._values[str(name).lower()]

    def __contains__(self, name):
        return str(name).lower() in self._values

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def get(self, name, default=None):
        return self._values.get(str(name).lower(), default)

    def add(self, name, value):
        """Another field of the name beside those that are there."""
        before = self.get(name)
        if before is None:
            self[name] = value
        else:
            self[name] = (before if isinstance(before, list) else [before]) + [value]

    def setdefault(self, name, value):
        if name not in self:
            self[name] = value
        return self.get(name)

    def update(self, *others, **more):
        for other in others + (more,):
            for name, value in other.items() if hasattr(other, "items") else other:
                self[name] = value

    def pop(self, name, default=None):
        return self._values.pop(str(name).lower(), default)

    def keys(self):
        return self._values.keys()

    def items(self):
        return self._values.items()

    def values(self):
        return self._values.values()

    def clear(self):
        self._values.clear()

    def content_length(self):
        """What the handler has declared; -1 when it has not, or nothing that is a length."""
        value = self._values.get("content-length")
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
            return int(value)
        return -1

    def parts(self):
        """Flat: name, value, name, value, without the length."""
        parts = []
        for name, value in self._values.items():
            if name == "content-length":
                continue
            for text in value if isinstance(value, list) else (value,):
                parts.append(name)
                parts.append(text)
        return parts


def encode_head(status, parts, length):
    """`length` below 0: none is sent. Raises ValueError on more than the frames can carry."""
    fields = [str(status)]
    fields += parts
    if length >= 0:
        fields.append("content-length")
        fields.append(str(length))
    head = "\n".join(fields).encode("latin-1")
    if len(head) > HEAD_BYTES_MAX:
        raise ValueError("The response headers have more than %d bytes." % HEAD_BYTES_MAX)
    return head
