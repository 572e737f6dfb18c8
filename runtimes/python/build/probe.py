"""Says which Python this is and where it lives, and leaves the shim compiled for it where that can be done.

Read as text, the shim would take 20 ms longer at each start.
"""
import os
import sys

SHIM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "latchkey_shim")


def compile_shim():
    tag = sys.implementation.cache_tag
    stale = []
    for name in os.listdir(SHIM):
        if not name.endswith(".py"):
            continue
        path = os.path.join(SHIM, name)
        compiled = os.path.join(SHIM, "__pycache__", "%s.%s.pyc" % (name[:-3], tag))
        try:
            with open(compiled, "rb") as file:
                # Magic number, flags, time and size of the text.
                head = file.read(16)
            status = os.stat(path)
            if head[8:] == (
                (int(status.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little")
                + (status.st_size & 0xFFFFFFFF).to_bytes(4, "little")
            ):
                continue
        except OSError:
            pass  # It is not there yet.
        stale.append(path)
    if stale:
        import py_compile

        for path in stale:
            py_compile.compile(path)


# A virtual environment is only a view of the interpreter that it was made from.
print("%d.%d" % sys.version_info[:2])
print(os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable))
print(os.path.realpath(sys.base_prefix))
print(os.path.realpath(sys.base_exec_prefix))
try:
    compile_shim()
except OSError:
    pass  # The folder is not ours to write: it was compiled at installation, or starts are a little slower.
