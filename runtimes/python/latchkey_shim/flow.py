"""Writing a body from a thread: it waits where the gateway has no room."""
from _thread import allocate_lock

from .call import Gone


def write(call, chunk, is_last):
    """Raises Gone when nobody is left to read."""
    view = call.push(memoryview(chunk), is_last)
    while view is not None:
        waiter = allocate_lock()
        waiter.acquire()
        if call.wait_with(waiter):
            waiter.acquire()
        view = call.push(view, is_last)
    if call.is_over and not is_last:
        raise Gone()
