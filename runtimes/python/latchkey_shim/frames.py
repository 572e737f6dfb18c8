"""The frame protocol as ../../PROTOCOL.md draws it: its numbers and one frame in bytes."""
from _struct import Struct

PROTOCOL_VERSION = 1
HEADER = Struct("<IBBI")
HEADER_BYTES = HEADER.size
U32 = Struct("<I")
# A RESPONSE's header and the length of its head.
RESPONSE_HEADER = Struct("<IBBII")

HELLO = 1
REQUEST = 2
RESPONSE = 3
DATA = 4
CREDIT = 5
CANCEL = 6
FAILURE = 7
PING = 8
PONG = 9
ASSIGN = 16
READY = 17
FAILED = 18
STOP = 19
RETIRE = 20

FLAG_END = 1
PAYLOAD_BYTES_MAX = 256 * 1024
CONTROL_PAYLOAD_BYTES_MAX = 2 * 1024 * 1024
HEAD_BYTES_MAX = 128 * 1024
DATA_BYTES_MAX = 64 * 1024
WINDOW_BYTES = 256 * 1024
GRANT_BYTES = WINDOW_BYTES // 2

CANCEL_TIMEOUT = 1
CALLER_GONE = 2

FAILURE_THREW = 1
FAILURE_INVALID_JSON = 2
FAILURE_BROKEN_OFF = 3

PONG_FRAME = HEADER.pack(0, PONG, 0, 0)


def frame(kind, flags, request_id, payload=b""):
    return HEADER.pack(len(payload), kind, flags, request_id) + payload


def response_frame(flags, request_id, head, body):
    """`head` and `body` are bytes."""
    head_bytes = len(head)
    return b"".join(
        (
            RESPONSE_HEADER.pack(4 + head_bytes + len(body), RESPONSE, flags, request_id, head_bytes),
            head,
            body,
        )
    )
