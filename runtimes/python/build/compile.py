"""Compiles the function's own files, so that an instance finds them compiled in a folder it cannot write."""
import os
import py_compile
import sys


def sources():
    for folder, names, files in os.walk("."):
        names[:] = sorted(n for n in names if n != "__pycache__" and not (folder == "." and n == "site-packages"))
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.normpath(os.path.join(folder, name))


def main(entry):
    faults = []
    for path in sorted(sources(), key=lambda path: path != entry):
        try:
            py_compile.compile(
                path, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
            )
        except py_compile.PyCompileError as error:
            faults.append((path, error))
    for path, error in faults:
        print(error.msg.strip(), file=sys.stderr)
        # Read by who started this: the first of them is the reason.
        value = error.exc_value
        print("%s: %s at %s:%s" % (error.exc_type_name, getattr(value, "msg", None) or value, path, getattr(value, "lineno", 0) or 0))
    return 1 if faults else 0


sys.exit(main(sys.argv[1]))
