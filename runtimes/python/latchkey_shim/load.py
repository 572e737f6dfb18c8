"""Loads the function and finds out how it is to be called."""
import os
import sys

_CO_COROUTINE = 0x80
_CO_ASYNC_GENERATOR = 0x200


class LoadError(Exception):
    """Why the function cannot serve, in a sentence for its owner."""


def load(folder, entry, method):
    """The function's own object of the name, which can be called."""
    _set_path(folder)
    name = entry[:-3] if entry.endswith(".py") else entry
    try:
        __import__(name)
        module = sys.modules[name]
    except BaseException as error:
        raise LoadError("%s cannot be loaded: %s" % (entry, reason_of(error, folder))) from error
    target = module
    for part in method.split("."):
        target = getattr(target, part, None)
    if callable(target):
        return target
    names = [
        one for one, value in vars(module).items() if not one.startswith("_") and callable(value)
    ]
    found = "has " + ", ".join(names[:20]) if names else "has none"
    raise LoadError('%s has no function "%s"; it %s.' % (entry, method, found))


def form_of(target):
    """'classic', 'async', 'asgi' or 'wsgi'."""
    function, own = _function_of(target)
    code = getattr(function, "__code__", None)
    if code is None:
        return "classic"
    names = code.co_varnames[own : code.co_argcount]
    is_async = code.co_flags & (_CO_COROUTINE | _CO_ASYNC_GENERATOR) != 0
    if len(names) == 3 and (is_async or names == ("scope", "receive", "send")):
        return "asgi"
    if len(names) == 2 and names[1] == "start_response":
        return "wsgi"
    return "async" if is_async else "classic"


def _function_of(target):
    """The Python function behind something that can be called, and how many of its parameters are bound."""
    own = 0
    for _ in range(20):
        if isinstance(target, type) or hasattr(target, "__code__"):
            break
        if hasattr(target, "__func__"):
            own += 1
            target = target.__func__
        elif hasattr(target, "__wrapped__"):
            target = target.__wrapped__
        elif hasattr(target, "func") and hasattr(target, "args"):
            own += len(target.args)
            target = target.func
        else:
            target = type(target).__call__
            own += 1
    # A decorator hides how many parameters there are, and never whether an async function is behind it.
    return target, own


def _set_path(folder):
    site_packages = os.path.join(folder, "site-packages")
    extra = [one for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    sys.path[:0] = [folder] + extra
    try:
        names = os.listdir(site_packages)
    except OSError:
        return  # It depends on nothing.
    if any(name.endswith(".pth") for name in names):
        import site

        site.addsitedir(site_packages)
    else:
        sys.path.append(site_packages)


def reason_of(error, folder):
    """The error and its place, without the server's own paths."""
    import traceback

    own = os.path.dirname(__file__)
    lines = traceback.format_exception_only(type(error), error)
    steps = [
        step for step in traceback.extract_tb(error.__traceback__) if step.filename.startswith(folder)
    ]
    place = "".join(lines).strip()
    if steps and not isinstance(error, SyntaxError):
        place += " (%s, line %d)" % (steps[-1].filename, steps[-1].lineno)
    return place.replace(folder + "/", "").replace(own + "/", "")
