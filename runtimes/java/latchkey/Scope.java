package latchkey;

import java.nio.charset.StandardCharsets;

/** What the log lines of a request have in common. Threads that a handler starts inherit it. */
final class Scope {
  /** Outside of requests. */
  static final Scope NONE = new Scope("", null);

  private static final InheritableThreadLocal<Scope> CURRENT = new InheritableThreadLocal<>();

  final byte[] prefix;
  final LineBuffer[] lines = {null, new LineBuffer(), new LineBuffer()};
  private volatile Call call;
  private volatile boolean isClosed;

  Scope(String requestId, Call call) {
    String text = requestId.isEmpty() ? "" : "\u001e" + requestId + "\u001f";
    this.prefix = text.getBytes(StandardCharsets.ISO_8859_1);
    this.call = call;
  }

  /** A thread may outlive the request that it was started in: what it does then is nobody's. */
  static Scope current() {
    Scope scope = CURRENT.get();
    return scope == null || scope.isClosed ? NONE : scope;
  }

  /** Of the current request; null outside of requests. */
  static Call currentCall() {
    return current().call;
  }

  Scope enter() {
    Scope before = CURRENT.get();
    CURRENT.set(this);
    return before;
  }

  static void restore(Scope before) {
    if (before == null) CURRENT.remove();
    else CURRENT.set(before);
  }

  void close() {
    isClosed = true;
    call = null;
    Logs.finishLines(this);
  }
}
