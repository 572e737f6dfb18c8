"""Log lines of tasks."""
from . import logs


async def in_call(call, work):
    """Awaits in the task's own context, whose lines are the call's."""
    logs.current_call.set(call)
    return await work
