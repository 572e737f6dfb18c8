package latchkey;

import java.io.IOException;
import java.io.OutputStream;

/** The body of a response: each piece leaves when it is written. */
final class ResponseStream extends OutputStream {
  private final Call call;

  ResponseStream(Call call) {
    this.call = call;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (from < 0 || length < 0 || length > bytes.length - from) throw new IndexOutOfBoundsException();
    if (length > 0) call.write(bytes, from, length, false);
  }

  /** Lets the caller know that an answer is under way. */
  @Override
  public void flush() throws IOException {
    call.sendHead();
  }

  @Override
  public void close() throws IOException {
    call.end();
  }
}
