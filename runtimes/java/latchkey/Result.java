package latchkey;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.BaseStream;

/** What a handler returned becomes the response. See ../PROTOCOL.md for the table. */
final class Result {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json; charset=utf-8";
  private static final String BYTES = "application/octet-stream";
  private static final int READ_BYTES = 16 * 1024;

  private Result() {}

  static void settle(Call call, Object value, boolean isNothing) throws Exception {
    if (call.isOver()) {
      close(value);
      return;
    }
    CallExchange exchange = call.exchange;
    boolean isTouched = call.hasSentHead() || (exchange != null && exchange.hasHead());
    if (isNothing || (value == exchange && value != null) || (value == null && isTouched)) call.end();
    else if (value instanceof InputStream) pump(call, (InputStream) value);
    else if (value instanceof Iterator) pump(call, (Iterator<?>) value, value);
    else if (value instanceof BaseStream) pump(call, ((BaseStream<?, ?>) value).iterator(), value);
    else finish(call, value);
  }

  private static void finish(Call call, Object value) throws IOException {
    if (value instanceof byte[]) {
      call.defaultType(BYTES);
      call.finish((byte[]) value);
    } else if (value instanceof ByteBuffer) {
      call.defaultType(BYTES);
      call.finish(bytesOf((ByteBuffer) value));
    } else if (value instanceof CharSequence) {
      call.defaultType(TEXT);
      call.finish(utf8(value.toString()));
    } else if (Json.canWrite(value)) {
      byte[] bytes = utf8(Json.write(value));
      call.defaultType(JSON);
      call.finish(bytes);
    } else {
      throw new IllegalArgumentException(
          "A handler cannot answer with a " + value.getClass().getName() + ".");
    }
  }

  private static void pump(Call call, InputStream in) throws Exception {
    try (InputStream source = in) {
      if (!call.hasNoBody()) {
        byte[] piece = new byte[READ_BYTES];
        for (int bytes = source.read(piece); bytes >= 0; bytes = source.read(piece)) {
          if (bytes > 0) call.write(piece, 0, bytes, false);
        }
      }
      call.sendHead();
      call.end();
    }
  }

  /** Sends the chunks as they come; the source is closed, whoever ends it. */
  private static void pump(Call call, Iterator<?> chunks, Object source) throws Exception {
    try {
      while (!call.hasNoBody() && !call.isOver() && chunks.hasNext()) {
        byte[] chunk = chunkOf(chunks.next());
        call.write(chunk, 0, chunk.length, false);
      }
      call.sendHead();
      call.end();
    } finally {
      close(source);
    }
  }

  private static void close(Object source) throws Exception {
    if (source instanceof AutoCloseable && !(source instanceof CallExchange)) {
      ((AutoCloseable) source).close();
    }
  }

  private static byte[] chunkOf(Object chunk) {
    if (chunk instanceof byte[]) return (byte[]) chunk;
    if (chunk instanceof CharSequence) return utf8(chunk.toString());
    if (chunk instanceof ByteBuffer) return bytesOf((ByteBuffer) chunk);
    throw new IllegalArgumentException("A streamed answer must give text or bytes.");
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
