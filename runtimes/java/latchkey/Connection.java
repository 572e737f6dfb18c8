package latchkey;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One gateway thread's socket. Its own thread reads the frames; whoever has something to send writes
 * it at once, so that an answer has left the process when its handler is done.
 */
final class Connection implements Runnable {
  /** Longer bodies are written from where they lie. */
  private static final int COPIED_BYTES_MAX = 8 * 1024;

  private static final int LEAST_REQUEST_BYTES = 4;

  int threadIndex;
  /** The newest call of this connection whose handler was begun. */
  int begunId;

  private final Instance instance;
  private final SocketChannel channel;
  private final FileInputStream in;
  private final FileOutputStream out;
  private final Object writing = new Object();
  private byte[] scratch = new byte[COPIED_BYTES_MAX];
  private final Map<Integer, Call> live = new HashMap<>();

  Connection(Instance instance, SocketChannel channel) throws ReflectiveOperationException {
    FileDescriptor descriptor = Descriptors.ofSocket(channel);
    this.instance = instance;
    this.channel = channel;
    this.in = new FileInputStream(descriptor);
    this.out = new FileOutputStream(descriptor);
  }

  @Override
  public void run() {
    FrameReader frames = new FrameReader(in, Frames.PAYLOAD_BYTES_MAX);
    try {
      while (frames.next() && take(frames)) {
        // Each frame has been taken.
      }
    } catch (IOException error) {
      // The gateway is gone or sent what is no frame: its own log has the reason.
    } catch (Throwable error) {
      // Frames behind the one that failed are lost, and who sent them waits.
      Logs.giveUp(error);
    }
    close();
  }

  private void close() {
    try {
      channel.close();
    } catch (IOException error) {
      // It is closed for us all the same.
    }
    List<Call> lost;
    synchronized (live) {
      lost = new ArrayList<>(live.values());
    }
    for (Call call : lost) call.cancel();
    instance.closed(this);
  }

  /** No further answer comes: the gateway closes its side when it has read all. */
  void end() {
    try {
      channel.shutdownOutput();
    } catch (IOException error) {
      // Closed by the other side meanwhile.
    }
  }

  int inFlight() {
    synchronized (live) {
      return live.size();
    }
  }

  void forget(Call call) {
    boolean isIdle;
    synchronized (live) {
      if (live.get(call.id) != call) return;
      live.remove(call.id);
      isIdle = live.isEmpty();
    }
    if (isIdle) instance.idle();
  }

  /** False for a frame that breaks the protocol. */
  private boolean take(FrameReader frame) {
    byte[] payload = frame.payload;
    boolean isLast = (frame.flags & Frames.FLAG_END) != 0;
    switch (frame.type) {
      case Frames.REQUEST:
        return begin(frame.id, payload, isLast);
      case Frames.DATA:
        Call written = find(frame.id);
        if (written != null && written.receive(payload, 0, isLast)) instance.complete(written);
        return true;
      case Frames.CREDIT:
        if (payload.length < 4) return false;
        Call granted = find(frame.id);
        if (granted != null) granted.grant(Frames.u32(payload, 0) & 0xffffffffL);
        return true;
      case Frames.CANCEL:
        if (payload.length < 1) return false;
        Call cancelled = find(frame.id);
        if (cancelled != null) instance.cancel(cancelled, payload[0]);
        return true;
      case Frames.PING:
        send(Frames.PONG, 0, 0, 0, 0);
        return true;
      case Frames.HELLO:
        if (payload.length < 8) return false;
        threadIndex = Frames.u32(payload, 0);
        instance.greeted(this);
        return true;
      default:
        return false;
    }
  }

  private boolean begin(int id, byte[] payload, boolean isLast) {
    if (payload.length < LEAST_REQUEST_BYTES) return false;
    int headBytes = Frames.u32(payload, 0);
    if (headBytes < 0 || headBytes > payload.length - 4) return false;
    String head = new String(payload, 4, headBytes, StandardCharsets.ISO_8859_1);
    Call call = new Call(this, id, head, instance.isStreamed());
    synchronized (live) {
      live.put(id, call);
    }
    boolean isComplete = call.receive(payload, 4 + headBytes, isLast);
    if (isComplete || instance.isStreamed()) instance.begin(call);
    return true;
  }

  private Call find(int id) {
    synchronized (live) {
      return live.get(id);
    }
  }

  void response(int id, byte[] head, byte[] body, int from, int length, boolean isLast) {
    int payload = 4 + head.length + length;
    boolean isCopied = length <= COPIED_BYTES_MAX;
    int needed = Frames.HEADER_BYTES + 4 + head.length + (isCopied ? length : 0);
    synchronized (writing) {
      byte[] bytes = reserve(needed);
      int flags = isLast ? Frames.FLAG_END : 0;
      int at = Frames.writeHeader(bytes, 0, payload, Frames.RESPONSE, flags, id);
      Frames.writeU32(bytes, at, head.length);
      System.arraycopy(head, 0, bytes, at + 4, head.length);
      if (isCopied && length > 0) System.arraycopy(body, from, bytes, at + 4 + head.length, length);
      write(bytes, 0, needed);
      if (!isCopied) write(body, from, length);
    }
  }

  void data(int id, byte[] body, int from, int length, boolean isLast) {
    boolean isCopied = length <= COPIED_BYTES_MAX;
    int needed = Frames.HEADER_BYTES + (isCopied ? length : 0);
    synchronized (writing) {
      byte[] bytes = reserve(needed);
      int flags = isLast ? Frames.FLAG_END : 0;
      int at = Frames.writeHeader(bytes, 0, length, Frames.DATA, flags, id);
      if (isCopied && length > 0) System.arraycopy(body, from, bytes, at, length);
      write(bytes, 0, needed);
      if (!isCopied) write(body, from, length);
    }
  }

  void credit(int id, int bytes) {
    send(Frames.CREDIT, 0, id, 4, bytes);
  }

  void failure(int id, int kind) {
    send(Frames.FAILURE, 0, id, 1, kind);
  }

  /** A payload of at most four bytes, given as a number. */
  private void send(int type, int flags, int id, int payloadBytes, int payload) {
    synchronized (writing) {
      byte[] bytes = reserve(Frames.HEADER_BYTES + 4);
      int at = Frames.writeHeader(bytes, 0, payloadBytes, type, flags, id);
      Frames.writeU32(bytes, at, payload);
      write(bytes, 0, Frames.HEADER_BYTES + payloadBytes);
    }
  }

  private byte[] reserve(int bytes) {
    if (bytes <= scratch.length) return scratch;
    byte[] larger = new byte[bytes];
    // Heads may be long now and then; what is kept for the next one need not be.
    if (bytes <= 4 * COPIED_BYTES_MAX) scratch = larger;
    return larger;
  }

  private void write(byte[] bytes, int from, int length) {
    try {
      out.write(bytes, from, length);
    } catch (IOException error) {
      // The gateway is gone: the reading thread learns it too, and cancels what is in flight.
    }
  }
}
