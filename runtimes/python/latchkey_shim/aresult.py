"""What an asynchronous handler returned becomes the response."""
from .aflow import write
from .awaitable import PLAIN
from .call import Gone, TooLong
from .response import NOT_SET
from .result import chunk_of, chunks_of, whole


async def settle_async(call, value):
    """Awaits what is to be awaited, then sends it."""
    # What `request.read()` and its like return can be awaited, and is the value already.
    while hasattr(type(value), "__await__") and not isinstance(value, PLAIN):
        value = await value
    response = call.response
    if response is not None:
        if response.is_ended:
            await response.written()
            return
        if value is None or value is response:
            value = response.take_body()
            if value is NOT_SET or call.is_streaming:
                await response.written()
                await _answer(call, b"", None)
                return
    if call.is_over:
        return
    body_and_type = whole(value)
    if body_and_type is not None:
        if response is not None:
            await response.written()
        await _answer(call, *body_and_type)
    elif hasattr(type(value), "__aiter__"):
        await _stream(call, value)
    else:
        await _stream(call, _Steps(chunks_of(value)))


async def _answer(call, body, kind):
    if call.is_streaming:
        await write(call, body, True)
        return
    try:
        call.finish(body, kind)
    except TooLong:
        call.begin_stream()
        await write(call, body, True)


class _Steps:
    """A plain iterator, step by step on the loop."""

    def __init__(self, chunks):
        self._chunks = chunks

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return next(self._chunks)
        except StopIteration:
            raise StopAsyncIteration from None

    async def aclose(self):
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()


async def _stream(call, chunks):
    iterator = chunks.__aiter__()
    try:
        if call.has_no_body:
            call.send_head()
        else:
            is_first = True
            async for chunk in iterator:
                if is_first:
                    is_first = False
                    call.begin_stream()
                await write(call, chunk_of(chunk), False)
        await _answer(call, b"", None)
    except Gone:
        pass
    finally:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            await close()
