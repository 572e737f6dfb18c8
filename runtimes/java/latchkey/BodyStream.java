package latchkey;

import java.io.IOException;
import java.io.InputStream;

/** A request's body that is read as it comes; what is read makes room for more. */
final class BodyStream extends InputStream {
  private final Call call;
  private byte[] chunk = {};
  private int at;
  private boolean hasEnded;

  BodyStream(Call call) {
    this.call = call;
  }

  @Override
  public int read() throws IOException {
    return fill() ? chunk[at++] & 255 : -1;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (length == 0) return 0;
    if (!fill()) return -1;
    int bytes = Math.min(length, chunk.length - at);
    System.arraycopy(chunk, at, target, from, bytes);
    at += bytes;
    return bytes;
  }

  @Override
  public int available() {
    return chunk.length - at + call.availableBytes();
  }

  private boolean fill() throws IOException {
    while (at == chunk.length && !hasEnded) {
      byte[] next = call.nextChunk();
      if (next == null) hasEnded = true;
      else {
        chunk = next;
        at = 0;
      }
    }
    return !hasEnded;
  }
}
