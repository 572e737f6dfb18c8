package latchkey;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A loaded function that listens for gateway threads. */
final class Instance {
  /** What tells the engine that a handler cannot be ended. */
  interface Retirement {
    void ask(String message);
  }

  private final Handler handler;
  private final Workers workers = new Workers();
  private final Marker marker;
  private final Overdue overdue;
  private final ServerSocketChannel server;
  private final Set<Connection> connections = new HashSet<>();
  private boolean isStopping;

  private Instance(
      Handler handler, Marker marker, ServerSocketChannel server, Retirement retirement) {
    this.handler = handler;
    this.marker = marker;
    this.server = server;
    this.overdue = new Overdue(retirement);
  }

  /** Listens when it returns. */
  static Instance start(
      Handler handler, Marker marker, String socketPath, Retirement retirement)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socketPath));
    Instance instance = new Instance(handler, marker, server, retirement);
    Main.startThread("accept", instance.new Accept());
    return instance;
  }

  private final class Accept implements Runnable {
    @Override
    public void run() {
      acceptAll();
    }
  }

  private final class Exit implements Runnable {
    @Override
    public void run() {
      exitWhenIdle();
    }
  }

  private void acceptAll() {
    try {
      for (; ; ) accept(server.accept());
    } catch (IOException error) {
      synchronized (this) {
        if (isStopping) return;
      }
      Logs.giveUp(error);
    } catch (Throwable error) {
      Logs.giveUp(error);
    }
  }

  private void accept(SocketChannel channel) throws ReflectiveOperationException {
    Connection connection = new Connection(this, channel);
    synchronized (this) {
      connections.add(connection);
    }
    Main.startThread("gateway", connection);
  }

  /** Finishes what is in flight, then ends the process. */
  void stop() {
    close();
    Main.startThread("stop", new Exit());
  }

  /** Takes no further connection. */
  void close() {
    synchronized (this) {
      isStopping = true;
      notifyAll();
    }
    try {
      server.close();
    } catch (IOException error) {
      // It is closed for us all the same.
    }
  }

  private void exitWhenIdle() {
    try {
      List<Connection> idle;
      synchronized (this) {
        while (inFlight() > 0) wait();
        idle = new ArrayList<>(connections);
      }
      for (Connection connection : idle) connection.end();
      synchronized (this) {
        while (!connections.isEmpty()) wait();
      }
    } catch (InterruptedException error) {
      // Nobody has this thread to interrupt it but a function that wants the process to end.
    }
    System.exit(0);
  }

  private int inFlight() {
    int inFlight = 0;
    for (Connection connection : connections) inFlight += connection.inFlight();
    return inFlight;
  }

  // What connections tell

  boolean isStreamed() {
    return handler.isStreamed();
  }

  void greeted(Connection connection) {
    marker.greeted(connection);
  }

  /** The body of a call has come to its end. */
  void complete(Call call) {
    if (!handler.isStreamed()) begin(call);
  }

  void begin(Call call) {
    workers.execute(new Invocation(handler, marker, call));
  }

  void cancel(Call call, int reason) {
    boolean isRunning = call.cancel();
    if (isRunning && reason == Frames.CANCEL_TIMEOUT) overdue.watch(call);
  }

  synchronized void idle() {
    if (isStopping) notifyAll();
  }

  synchronized void closed(Connection connection) {
    connections.remove(connection);
    notifyAll();
  }
}
