package latchkey;

import java.io.IOException;
import java.io.InputStream;

/** Cuts a byte stream into frames; the length of each is checked before anything of it is kept. */
final class FrameReader {
  private static final int BUFFER_BYTES = 8 * 1024;

  /** What came is not a frame: the connection is to be dropped. */
  static final class TooLong extends IOException {
    TooLong() {
      super("a frame is too long");
    }
  }

  /** Of the frame that `next` has read. */
  int type;

  int flags;
  int id;
  byte[] payload;

  private final InputStream in;
  private final int payloadBytesMax;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int start;
  private int end;

  FrameReader(InputStream in, int payloadBytesMax) {
    this.in = in;
    this.payloadBytesMax = payloadBytesMax;
  }

  /** False at the end of the stream. */
  boolean next() throws IOException {
    while (end - start < Frames.HEADER_BYTES) if (!fill()) return false;
    int length = Frames.u32(buffer, start);
    if (length < 0 || length > payloadBytesMax) throw new TooLong();
    type = buffer[start + 4] & 255;
    flags = buffer[start + 5] & 255;
    id = Frames.u32(buffer, start + 6);
    start += Frames.HEADER_BYTES;
    payload = new byte[length];
    int taken = Math.min(length, end - start);
    System.arraycopy(buffer, start, payload, 0, taken);
    start += taken;
    while (taken < length) {
      int bytes = in.read(payload, taken, length - taken);
      if (bytes < 0) return false;
      taken += bytes;
    }
    return true;
  }

  private boolean fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    int bytes = in.read(buffer, end, buffer.length - end);
    if (bytes < 0) return false;
    end += bytes;
    return true;
  }
}
