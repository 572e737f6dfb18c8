"""From the start of the process to the function that serves."""
import os
import sys
import threading  # noqa: F401  Its first import must be in the main thread.

from . import context, control, frames, load, logs, marker

# What a plain handler needs: a process that waits for its function has it all.
from . import classic, reaper, threads

_SWITCH_SECONDS = 0.001
_THREADS_LEAST = 8
# With less, deep recursion by way of C ends the process before Python's own limit ends the request.
_STACK_BYTES = (4 if sys.version_info >= (3, 12) else 2) * 1024 * 1024


def main():
    logs.install()
    _add_exits()
    channel = control.Control()
    _become(channel, channel.wait_for_assignment())


def _become(channel, assignment):
    folder = assignment["folder"]
    try:
        _prepare_process(folder, assignment["envs"])
        target = load.load(folder, assignment["entry"], assignment["method"])
        run = _server(channel, assignment, target)
    except BaseException as error:
        if isinstance(error, load.LoadError):
            logs.log_error(None, error.__cause__ or error)
        else:
            logs.log_error(None, error)
        channel.tell(frames.FAILED, {"message": _sentence(error, folder)})
        logs.end_all_lines()
        channel.read(0)
        os._exit(1)
    channel.tell(frames.READY, {"protocol": frames.PROTOCOL_VERSION})
    run()


def _server(channel, assignment, target):
    """Listens; what is returned serves and never returns."""
    form = load.form_of(target)
    about = context.context_of(assignment["function"])
    begun = marker.Marker()
    path = assignment["socketPath"]
    if form == "classic" or form == "wsgi":
        if form == "wsgi":
            from .wsgi import Wsgi as Form
        else:
            Form = classic.Classic
        end = reaper.Reaper(channel)
        server = threads.ThreadServer(channel, begun, end, Form(target, about))
        server.threads_max = _threads_max()
        end.server = server
        server.listen(path)
        server.start()
        return end.run
    from .loop import LoopServer

    if form == "asgi":
        from .asgi import Asgi as AsyncForm
    else:
        from .aclassic import AsyncClassic as AsyncForm
    server = LoopServer(channel, begun, AsyncForm(target, about))
    server.prepare()
    server.listen(path)
    return server.run


def _threads_max():
    """Stacks count against a limit on data; half of it is for what the threads do."""
    from resource import RLIM_INFINITY, RLIMIT_DATA, getrlimit

    limit = getrlimit(RLIMIT_DATA)[0]
    if limit == RLIM_INFINITY:
        return threads.THREADS_MAX
    return max(_THREADS_LEAST, min(threads.THREADS_MAX, limit // (2 * _STACK_BYTES)))


def _prepare_process(folder, envs):
    os.environ.pop("MALLOC_ARENA_MAX", None)
    os.environ.update(envs)
    os.chdir(folder)
    # An artifact is by its content: nothing is added to it.
    sys.dont_write_bytecode = True
    sys.argv = [""]
    # A handler that only computes must not keep the others waiting for 5 ms at each of their steps.
    sys.setswitchinterval(_SWITCH_SECONDS)
    threading.stack_size(_STACK_BYTES)
    if "TZ" in envs:
        from time import tzset

        tzset()


def _sentence(error, folder):
    if isinstance(error, load.LoadError):
        return str(error)
    return "The function cannot be started: %s" % load.reason_of(error, folder)


def _add_exits():
    """What the `site` module would add: leaving it out makes a start quicker."""
    import builtins

    def leave(code=None):
        raise SystemExit(code)

    builtins.exit = builtins.quit = leave
