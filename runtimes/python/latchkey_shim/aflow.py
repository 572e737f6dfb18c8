"""Writing a body from an event loop."""
import asyncio

from .call import Gone


class _Waiter:
    """May be released by any thread."""

    def __init__(self):
        self._loop = asyncio.get_running_loop()
        self.future = self._loop.create_future()

    def release(self):
        self._loop.call_soon_threadsafe(self._set)

    def _set(self):
        if not self.future.done():
            self.future.set_result(None)


async def write(call, chunk, is_last):
    """Raises Gone when nobody is left to read."""
    view = call.push(memoryview(chunk), is_last)
    if view is not None:
        await _write_rest(call, view, is_last)
    if call.is_over and not is_last:
        raise Gone()


async def _write_rest(call, view, is_last):
    while view is not None:
        waiter = _Waiter()
        if call.wait_with(waiter):
            await waiter.future
        view = call.push(view, is_last)


def write_soon(call, before, chunk, is_last):
    """Begins at once, or after `before`; what is returned can be awaited, and need not be."""
    view = memoryview(chunk)
    if before is None or before.done():
        view = call.push(view, is_last)
        if view is None:
            return None
        before = None

    async def go_on():
        if before is not None:
            await before
        await _write_rest(call, view, is_last)

    return asyncio.ensure_future(go_on())
