package latchkey;

/** The numbers of the frame protocol as ../PROTOCOL.md draws it. */
final class Frames {
  static final int PROTOCOL_VERSION = 1;
  static final int HEADER_BYTES = 10;

  static final int HELLO = 1;
  static final int REQUEST = 2;
  static final int RESPONSE = 3;
  static final int DATA = 4;
  static final int CREDIT = 5;
  static final int CANCEL = 6;
  static final int FAILURE = 7;
  static final int PING = 8;
  static final int PONG = 9;
  static final int ASSIGN = 16;
  static final int READY = 17;
  static final int FAILED = 18;
  static final int STOP = 19;
  static final int RETIRE = 20;

  static final int FLAG_END = 1;
  static final int PAYLOAD_BYTES_MAX = 256 * 1024;
  static final int CONTROL_PAYLOAD_BYTES_MAX = 2 * 1024 * 1024;
  static final int HEAD_BYTES_MAX = 128 * 1024;
  static final int DATA_BYTES_MAX = 64 * 1024;
  static final int WINDOW_BYTES = 256 * 1024;
  static final int GRANT_BYTES = WINDOW_BYTES / 2;

  static final int CANCEL_TIMEOUT = 1;
  static final int CANCEL_CALLER_GONE = 2;
  static final int FAILURE_THREW = 1;
  static final int FAILURE_INVALID_JSON = 2;
  static final int FAILURE_BROKEN_OFF = 3;

  private Frames() {}

  /** Writes a frame's header and returns where its payload starts. */
  static int writeHeader(byte[] target, int at, int payloadBytes, int type, int flags, int id) {
    writeU32(target, at, payloadBytes);
    target[at + 4] = (byte) type;
    target[at + 5] = (byte) flags;
    writeU32(target, at + 6, id);
    return at + HEADER_BYTES;
  }

  static void writeU32(byte[] target, int at, int value) {
    target[at] = (byte) value;
    target[at + 1] = (byte) (value >> 8);
    target[at + 2] = (byte) (value >> 16);
    target[at + 3] = (byte) (value >> 24);
  }

  static int u32(byte[] bytes, int at) {
    return (bytes[at] & 255)
        | (bytes[at + 1] & 255) << 8
        | (bytes[at + 2] & 255) << 16
        | (bytes[at + 3] & 255) << 24;
  }
}
