"""What a handler returned becomes the response. ../../PROTOCOL.md has the table."""
from . import jsons
from .awaitable import PLAIN
from .call import BYTES, JSON, TEXT, Gone, TooLong
from .flow import write
from .response import NOT_SET

_FILE_CHUNK_BYTES = 64 * 1024


def settle(call, value):
    """Sends it. Returns what it cannot send from a thread: an awaitable or an asynchronous iterator."""
    response = call.response
    if response is not None:
        if response.is_ended:
            _close(value)
            return None
        if value is None or value is response:
            value = response.take_body()
            if value is NOT_SET or call.is_streaming:
                end(call)
                return None
    if call.is_over:
        return value if _is_async(value) else _close(value)
    body_and_type = whole(value)
    if body_and_type is not None:
        answer(call, *body_and_type)
    elif _is_async(value):
        return value
    else:
        stream(call, chunks_of(value))
    return None


def whole(value):
    """Bytes and their type; None for what comes piece by piece."""
    if type(value) is str:
        return value.encode(), TEXT
    if value is None:
        return b"", None
    if isinstance(value, (dict, list, tuple, int, float)):
        return jsons.dumps(value), JSON
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value), BYTES
    if isinstance(value, str):
        return value.encode(), TEXT
    if is_iterable(value):
        return None
    raise TypeError("A handler cannot answer with a %s." % type(value).__name__)


def is_iterable(value):
    kind = type(value)
    return _is_async(value) or hasattr(kind, "__iter__") or hasattr(kind, "read")


def _is_async(value):
    kind = type(value)
    if isinstance(value, PLAIN):
        return False
    return hasattr(kind, "__await__") or hasattr(kind, "__aiter__")


def answer(call, body, kind):
    """The whole body, in one frame where it fits."""
    if call.is_streaming:
        write(call, body, True)
        return
    try:
        call.finish(body, kind)
    except TooLong:
        call.begin_stream()
        write(call, body, True)


def end(call):
    """Nothing more comes."""
    if call.is_streaming:
        write(call, b"", True)
    else:
        answer(call, b"", None)


def chunks_of(value):
    """A file is read in pieces: by lines, as it is iterated, would be many."""
    if hasattr(type(value), "read"):
        return _file_chunks(value)
    return iter(value)


def _file_chunks(file):
    try:
        read = getattr(file, "read1", None) or file.read
        while True:
            chunk = read(_FILE_CHUNK_BYTES)
            if not chunk:
                return
            yield chunk
    finally:
        _close(file)


def stream(call, chunks):
    """Sends chunks as they come, and stops their source when the caller has gone."""
    try:
        if call.has_no_body:
            call.send_head()
        else:
            is_first = True
            for chunk in chunks:
                if is_first:
                    is_first = False
                    call.begin_stream()
                write(call, chunk_of(chunk), False)
        end(call)
    except Gone:
        pass
    finally:
        _close(chunks)


def chunk_of(chunk):
    if isinstance(chunk, str):
        return chunk.encode()
    if isinstance(chunk, (bytes, bytearray, memoryview)):
        return bytes(chunk)
    raise TypeError("A streamed answer must give text or bytes, not %s." % type(chunk).__name__)


def _close(value):
    close = getattr(value, "close", None)
    if callable(close):
        close()
