package latchkey;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Standard output and standard error: whole lines, each with the id of the request that wrote it. */
final class Logs {
  /** A longer line is cut in two. */
  private static final int LINE_BYTES_MAX = 64 * 1024;

  private static final Lines[] STREAMS = {
    null, new Lines(1, FileDescriptor.out), new Lines(2, FileDescriptor.err)
  };
  private static final PrintStream ERR = printer(STREAMS[2]);

  private Logs() {}

  static void install() {
    System.setOut(printer(STREAMS[1]));
    System.setErr(ERR);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread() {
              @Override
              public void run() {
                finishLines(Scope.NONE);
              }
            });
  }

  private static PrintStream printer(Lines lines) {
    return new PrintStream(lines, false, StandardCharsets.UTF_8);
  }

  /** Ends the lines that the scope has begun, so that no other one goes on with them. */
  static void finishLines(Scope scope) {
    STREAMS[1].finish(scope);
    STREAMS[2].finish(scope);
  }

  /** The whole error, as lines of the scope. Never throws. */
  static void error(Scope scope, Throwable error) {
    Scope before = scope.enter();
    try {
      ERR.println(describe(error));
    } catch (Throwable unshowable) {
      // The error's own methods throw: its class is what is left to say.
      ERR.println(error.getClass().getName());
    } finally {
      Scope.restore(before);
    }
  }

  /** This process cannot serve any more: its end is what gets it replaced. */
  static void giveUp(Throwable error) {
    try {
      error(Scope.NONE, error);
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }

  private static String describe(Throwable error) {
    trim(error, Collections.newSetFromMap(new IdentityHashMap<>()));
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    error.printStackTrace(out);
    out.flush();
    return text.toString().stripTrailing();
  }

  /** Leaves out how the handler came to be called: that is the same for every error. */
  private static void trim(Throwable error, Set<Throwable> seen) {
    if (error == null || !seen.add(error)) return;
    StackTraceElement[] trace = error.getStackTrace();
    int end = trace.length;
    for (int i = 0; i < trace.length && end == trace.length; i++) {
      if (trace[i].getClassName().startsWith("latchkey.")) end = i;
    }
    while (end > 0 && end < trace.length && isReflection(trace[end - 1])) end--;
    if (end > 0 && end < trace.length) error.setStackTrace(Arrays.copyOf(trace, end));
    trim(error.getCause(), seen);
  }

  private static boolean isReflection(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.startsWith("java.lang.reflect.")
        || name.startsWith("jdk.internal.reflect.")
        || name.startsWith("java.lang.invoke.");
  }

  /** One of the two streams. Written to the descriptor itself, which no interrupt closes. */
  private static final class Lines extends OutputStream {
    private final int number;
    private final FileOutputStream out;

    Lines(int number, FileDescriptor descriptor) {
      this.number = number;
      this.out = new FileOutputStream(descriptor);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      Scope scope = Scope.current();
      LineBuffer begun = scope.lines[number];
      synchronized (begun) {
        LineBuffer lines = new LineBuffer();
        int start = from;
        for (int i = from; i < from + length; i++) {
          if (bytes[i] != '\n') continue;
          take(lines, scope, begun, bytes, start, i + 1);
          start = i + 1;
        }
        begun.add(bytes, start, from + length - start);
        if (begun.length > LINE_BYTES_MAX) take(lines, scope, begun, NEWLINE, 0, 1);
        send(lines);
      }
    }

    private static final byte[] NEWLINE = {'\n'};

    private static void take(
        LineBuffer lines, Scope scope, LineBuffer begun, byte[] bytes, int start, int end) {
      lines.add(scope.prefix, 0, scope.prefix.length);
      lines.add(begun.bytes, 0, begun.length);
      lines.add(bytes, start, end - start);
      begun.clear();
    }

    void finish(Scope scope) {
      LineBuffer begun = scope.lines[number];
      synchronized (begun) {
        if (begun.length == 0) return;
        LineBuffer lines = new LineBuffer();
        take(lines, scope, begun, NEWLINE, 0, 1);
        try {
          send(lines);
        } catch (IOException error) {
          // Nobody reads the logs any more, so there is nobody to tell.
        }
      }
    }

    private synchronized void send(LineBuffer lines) throws IOException {
      if (lines.length > 0) out.write(lines.bytes, 0, lines.length);
    }
  }
}
