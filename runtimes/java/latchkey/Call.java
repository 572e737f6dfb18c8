package latchkey;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * One request in this process: its head and body as they come, its response as it goes, the credits
 * of both. The connection's thread and the handler's meet here; all state is guarded by its monitor.
 */
final class Call extends Heads {
  private static final long ANY_BODY = -1;
  private static final int COLLECTED_FIRST_BYTES_MAX = 1024 * 1024;

  /** The handler goes on with a request that nobody waits for any more. */
  static final class Cancelled extends IOException {
    Cancelled() {
      super("The request is over: its time is up, or its caller has gone.");
    }
  }

  final Connection connection;
  final int id;
  final Scope scope;
  /** Made when the handler is begun. */
  CallExchange exchange;

  private final boolean isStreamed;
  private boolean isOver;
  private boolean isCancelled;
  private boolean hasSentHead;
  private boolean isBodyComplete;
  /** Of a body that is gathered: what is here. */
  private byte[] body = {};

  private int bodyBytes;
  /** Of a body that is read as it comes. */
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>(0);

  private int ungranted;
  private long credit = Frames.WINDOW_BYTES;
  private long bodyLeft = ANY_BODY;
  private Thread runner;
  private Runnable onCancel;

  Call(Connection connection, int id, String head, boolean isStreamed) {
    super(head);
    this.connection = connection;
    this.id = id;
    this.isStreamed = isStreamed;
    this.scope = new Scope(requestId(), this);
  }

  // What the connection's thread calls

  /** True when the whole body is here. */
  synchronized boolean receive(byte[] payload, int from, boolean isLast) {
    int bytes = payload.length - from;
    isBodyComplete = isLast;
    if (isStreamed) {
      if (bytes > 0) chunks.add(from == 0 ? payload : Arrays.copyOfRange(payload, from, payload.length));
      notifyAll();
      return isLast;
    }
    if (isLast && bodyBytes == 0) body = bytes == 0 ? body : Arrays.copyOfRange(payload, from, payload.length);
    else append(payload, from, bytes);
    bodyBytes += bytes;
    // A body that is gathered has been consumed as it came.
    if (!isOver) consumed(bytes);
    return isLast;
  }

  private void append(byte[] payload, int from, int bytes) {
    int needed = bodyBytes + bytes;
    if (needed > body.length) {
      long announced = Math.min(lengthOf(header("content-length")), COLLECTED_FIRST_BYTES_MAX);
      body = Arrays.copyOf(body, (int) Math.max(Math.max(needed, announced), 2L * bodyBytes));
    }
    System.arraycopy(payload, from, body, bodyBytes, bytes);
  }

  private static long lengthOf(String header) {
    try {
      return header == null ? 0 : Long.parseLong(header);
    } catch (NumberFormatException error) {
      return 0;
    }
  }

  synchronized void grant(long bytes) {
    credit += bytes;
    notifyAll();
  }

  /** Interrupts the handler. True when it runs now. */
  boolean cancel() {
    Runnable told;
    synchronized (this) {
      if (isOver) return false;
      isCancelled = true;
      over();
      if (runner != null) runner.interrupt();
      told = onCancel;
    }
    if (told != null) told.run();
    return isRunning();
  }

  synchronized boolean isRunning() {
    return runner != null;
  }

  // What the handler's thread calls

  /** False when the request is over already, and its handler is not to be begun. */
  synchronized boolean begin() {
    if (isOver) return false;
    runner = Thread.currentThread();
    return true;
  }

  /** From here on no interrupt reaches this thread. */
  synchronized void leave() {
    runner = null;
    Thread.interrupted();
  }

  synchronized boolean isOver() {
    return isOver;
  }

  synchronized boolean isCancelled() {
    return isCancelled;
  }

  synchronized boolean hasSentHead() {
    return hasSentHead;
  }

  /** Called once when the request is cancelled while its answer is still to come. */
  void onCancel(Runnable run) {
    synchronized (this) {
      onCancel = run;
      if (!isCancelled) return;
    }
    run.run();
  }

  synchronized byte[] takeBody() {
    byte[] whole = body.length == bodyBytes ? body : Arrays.copyOf(body, bodyBytes);
    body = null;
    return whole;
  }

  /** The next piece of the body, or null at its end; waits for it. */
  synchronized byte[] nextChunk() throws IOException {
    while (chunks.isEmpty() && !isBodyComplete && !isOver) await();
    if (isCancelled) throw new Cancelled();
    byte[] chunk = chunks.poll();
    if (chunk != null) consumed(chunk.length);
    return chunk;
  }

  synchronized int availableBytes() {
    byte[] chunk = chunks.peek();
    return chunk == null ? 0 : chunk.length;
  }

  private void consumed(int bytes) {
    ungranted += bytes;
    if (ungranted < Frames.GRANT_BYTES || isBodyComplete || isOver) return;
    connection.credit(id, ungranted);
    ungranted = 0;
  }

  /** Answers with the whole body at once: one frame if it is small. */
  synchronized void finish(byte[] bytes) throws IOException {
    if (isOver) return;
    if (hasSentHead) {
      write(bytes, 0, bytes.length, true);
      return;
    }
    if (bytes.length > Frames.DATA_BYTES_MAX && !hasNoBody()) {
      setContentLength(bytes.length);
      bodyLeft = ANY_BODY;
      write(bytes, 0, bytes.length, true);
      return;
    }
    byte[] head = latin1(responseHead(bytes.length));
    hasSentHead = true;
    connection.response(id, head, bytes, 0, hasNoBody() ? 0 : bytes.length, true);
    over();
  }

  /** Sends the head alone, with what was set so far. */
  synchronized void sendHead() throws IOException {
    if (hasSentHead || isOver) return;
    if (bodyLeft == ANY_BODY && !hasNoBody()) bodyLeft = contentLength();
    sendHead(null, 0, 0, false);
  }

  private void sendHead(byte[] bytes, int from, int length, boolean isLast) throws IOException {
    byte[] head = latin1(responseHead(-1));
    hasSentHead = true;
    connection.response(id, head, bytes, from, length, isLast);
  }

  /** Sends a piece of the body, after the head if that has not left; waits for credit. */
  synchronized void write(byte[] bytes, int from, int length, boolean isLast) throws IOException {
    if (isOver) throw new Cancelled();
    if (hasNoBody()) {
      sendHead();
      if (isLast) end();
      return;
    }
    if (!hasSentHead && bodyLeft == ANY_BODY) bodyLeft = contentLength();
    boolean isEnd = isLast;
    if (bodyLeft != ANY_BODY) {
      bodyLeft -= length;
      if (bodyLeft < 0 || (isLast && bodyLeft > 0)) throw breakLength();
      isEnd = bodyLeft == 0;
    }
    send(bytes, from, length, isEnd);
  }

  private void send(byte[] bytes, int from, int length, boolean isEnd) throws IOException {
    int at = from;
    int left = length;
    if (left == 0 && !isEnd) return;
    do {
      while (credit <= 0 && left > 0 && !isOver) await();
      if (isOver) throw new Cancelled();
      int piece = (int) Math.min(Math.min(left, credit), Frames.DATA_BYTES_MAX);
      boolean isLast = isEnd && piece == left;
      credit -= piece;
      if (!hasSentHead) sendHead(bytes, at, piece, isLast);
      else connection.data(id, bytes, at, piece, isLast);
      if (isLast) over();
      at += piece;
      left -= piece;
    } while (left > 0);
  }

  /** Ends the response; what was declared must have been written. */
  synchronized void end() throws IOException {
    if (isOver) return;
    if (!hasSentHead && (hasNoBody() || contentLength() <= 0)) {
      finish(new byte[0]);
      return;
    }
    if (!hasSentHead) bodyLeft = contentLength();
    if (bodyLeft > 0) throw breakLength();
    if (hasSentHead) connection.data(id, null, 0, 0, true);
    else sendHead(null, 0, 0, true);
    over();
  }

  private IOException breakLength() {
    IOException error = new IOException("The body is not as long as the content-length that was set.");
    fail(error);
    return error;
  }

  /** The log gets all of the error, the caller nothing of it. */
  void fail(Throwable error) {
    boolean isNews;
    synchronized (this) {
      isNews = !isOver || !(isCancelled && isOfCancelling(error));
      if (!isOver) failure(hasSentHead ? Frames.FAILURE_BROKEN_OFF : Frames.FAILURE_THREW);
    }
    if (isNews) Logs.error(scope, error);
  }

  private static boolean isOfCancelling(Throwable error) {
    return error instanceof Cancelled
        || error instanceof InterruptedException
        || error instanceof java.util.concurrent.CancellationException;
  }

  void refuseJson() {
    synchronized (this) {
      if (!isOver) failure(Frames.FAILURE_INVALID_JSON);
    }
    scope.close();
  }

  private void failure(int kind) {
    connection.failure(id, kind);
    over();
  }

  private void over() {
    isOver = true;
    chunks.clear();
    connection.forget(this);
    notifyAll();
  }

  private void await() throws InterruptedIOException {
    try {
      wait();
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      if (!isOver) throw new InterruptedIOException("interrupted while waiting for the caller");
    }
  }

  private static byte[] latin1(String head) {
    return head.getBytes(StandardCharsets.ISO_8859_1);
  }
}
