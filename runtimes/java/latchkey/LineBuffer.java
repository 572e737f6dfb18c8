package latchkey;

import java.util.Arrays;

/** The beginning of a line whose end has not been written yet. */
final class LineBuffer {
  byte[] bytes = {};
  int length;

  void add(byte[] from, int start, int count) {
    if (length + count > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(128, 2 * (length + count)));
    System.arraycopy(from, start, bytes, length, count);
    length += count;
  }

  void clear() {
    length = 0;
    if (bytes.length > 8 * 1024) bytes = new byte[0];
  }
}
