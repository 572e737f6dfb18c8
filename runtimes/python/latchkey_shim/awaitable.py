"""Values that may be awaited or not, so that `request.read()` is written alike in both kinds of handler."""


PLAIN = (dict, list, str, bytes, int, float)


def _itself(self):
    return self
    yield  # Makes it a generator that ends at once with the value.


class Bytes(bytes):
    __slots__ = ()
    __await__ = _itself


class Text(str):
    __slots__ = ()
    __await__ = _itself


class Ready:
    """For what cannot be subclassed, such as `None`; also what is done already."""

    __slots__ = ("_value",)

    def __init__(self, value=None):
        self._value = value

    def __await__(self):
        return self._value
        yield


_SUBCLASSES = {bytes: Bytes, str: Text}


def awaitable(value, is_async):
    """The value, and it can be awaited; what has no such form can only be awaited in an async handler."""
    kind = type(value)
    if kind in PLAIN:
        own = _SUBCLASSES.get(kind)
        if own is None:
            own = _SUBCLASSES[kind] = type(kind.__name__, (kind,), {"__await__": _itself})
        return own(value)
    return Ready(value) if is_async else value
