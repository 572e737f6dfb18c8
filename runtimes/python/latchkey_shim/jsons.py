"""JSON by the standard library's C parts alone: the `json` package loads `re`, a third of a cold start."""
try:
    from _json import make_encoder, make_scanner
except ImportError:  # An interpreter without them: slower to start, the same otherwise.
    make_encoder = make_scanner = None

_SPACE = " \t\n\r"


class NotJson(ValueError):
    """The text is not one JSON value."""


class _Reading:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    memo = {}

    @staticmethod
    def parse_constant(name):
        raise NotJson("%s is not JSON" % name)


def _refuse(value):
    raise TypeError("An object of type %s has no JSON form." % type(value).__name__)


def loads(text):
    """Raises NotJson."""
    start = 0
    end = len(text)
    while start < end and text[start] in _SPACE:
        start += 1
    try:
        value, start = _scan(text, start)
    except StopIteration:
        raise NotJson("there is no value") from None
    except SystemError:
        # The C part finds no `JSONDecodeError` to raise as long as nobody has loaded `json`.
        raise NotJson("it is malformed") from None
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None
    while start < end and text[start] in _SPACE:
        start += 1
    if start != end:
        raise NotJson("something follows the value")
    return value


def dumps(value):
    """As bytes. Raises ValueError or TypeError on what JSON cannot say."""
    if type(value) is str:
        text = _quote(value)
    elif value is True or value is False or value is None:
        return b"true" if value else b"false" if value is False else b"null"
    else:
        # Remembers the containers around a value, to find one that holds itself.
        text = "".join(_encoder({})(value, 0))
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair has no UTF-8 form, but JSON can escape it.
        return "".join(_encoder({}, _quote_ascii)(value, 0)).encode()


if make_scanner is None:
    import json as _json_package

    _scan = _json_package.JSONDecoder(parse_constant=_Reading.parse_constant).scan_once

    def _encoder(_markers, quote=None):
        encoder = _json_package.JSONEncoder(
            ensure_ascii=quote is not None, allow_nan=False, separators=(",", ":"), default=_refuse
        )
        return lambda value, _depth: (encoder.encode(value),)

    _quote = _json_package.encoder.py_encode_basestring
    _quote_ascii = _json_package.encoder.py_encode_basestring_ascii
else:
    from _json import encode_basestring as _quote
    from _json import encode_basestring_ascii as _quote_ascii

    _scan = make_scanner(_Reading)

    def _encoder(markers, quote=_quote):
        return make_encoder(markers, _refuse, quote, None, ":", ",", False, False, False)
