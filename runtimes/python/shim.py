"""The program of a Python instance: it waits on fd 3 for the function that it is to become.

../PROTOCOL.md describes what it reads and writes.
"""
import sys

# A function must find its own modules and the standard library's, never the shim's.
_FOLDER = sys.path.pop(0) if sys.path and __file__.startswith(sys.path[0]) else None
sys.path.insert(0, __file__.rpartition("/")[0])
from latchkey_shim import life  # noqa: E402

sys.path.pop(0)

if __name__ == "__main__":
    life.main()
