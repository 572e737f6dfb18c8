"""Values that only an event loop can finish, from handlers that run in threads."""
from _thread import allocate_lock

_lock = allocate_lock()
_loop = None


def finish_on_loop(call, value, done):
    """`value` is awaited, or its pieces are sent, on a loop of its own thread, started when first wanted.

    `done(error)` is called there at the end, the error being None or what was raised. Returns a function that
    cancels it.
    """
    import asyncio

    from .alogs import in_call
    from .aresult import settle_async

    async def run():
        try:
            await settle_async(call, value)
        except asyncio.CancelledError as error:
            done(None if call.cancelled else error)
        except BaseException as error:
            done(error)
        else:
            done(None)

    future = asyncio.run_coroutine_threadsafe(in_call(call, run()), _the_loop(asyncio))
    return future.cancel


def _the_loop(asyncio):
    global _loop
    with _lock:
        if _loop is None:
            import threading

            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="latchkey-loop", daemon=True).start()
            _loop = loop
        return _loop
