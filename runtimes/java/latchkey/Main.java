package latchkey;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * The program of a Java instance: waits on fd 3 for the function that it is to become, loads it, and
 * answers frames until fd 3 closes or it is told to stop. ../PROTOCOL.md describes both.
 */
public final class Main implements Instance.Retirement {
  private static final int CONTROL_NUMBER = 3;
  /** A process that was started for a function is assigned to it by then. */
  private static final int REHEARSE_AFTER_MS = 20;

  private final FileInputStream in;
  private final FileOutputStream out;
  private volatile Instance instance;
  private volatile boolean isAssigned;

  private Main(FileDescriptor control) {
    in = new FileInputStream(control);
    out = new FileOutputStream(control);
  }

  public static void main(String[] args) throws Exception {
    Logs.install();
    surviveErrors();
    if (args.length == 2 && args[0].equals("rehearse")) {
      Rehearsal.run(Path.of(args[1]));
      System.exit(0);
    }
    Main main = new Main(Descriptors.ofNumber(CONTROL_NUMBER));
    startThread("rehearsal", main.new Rehearse());
    main.listen();
  }

  static void startThread(String name, Runnable run) {
    Thread thread = new Thread(null, run, name, 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  private void listen() {
    FrameReader frames = new FrameReader(in, Frames.CONTROL_PAYLOAD_BYTES_MAX);
    int code = 0;
    try {
      while (frames.next()) {
        if (take(frames)) continue;
        code = 1;
        break;
      }
    } catch (FrameReader.TooLong error) {
      code = 1;
    } catch (IOException error) {
      // As at its end: the engine is gone, or wants this instance to be.
    } catch (Throwable error) {
      Logs.giveUp(error);
    }
    Runtime.getRuntime().halt(code);
  }

  /** While nothing is assigned there is time for what the first request would have to wait for. */
  private final class Rehearse implements Runnable {
    @Override
    public void run() {
      String home = System.getenv("TMPDIR");
      if (home == null) return;
      try {
        Thread.sleep(REHEARSE_AFTER_MS);
        if (!isAssigned) Rehearsal.run(Path.of(home));
      } catch (Exception error) {
        // Such as a path that is too long for a socket. The first request then takes a little longer.
      }
    }
  }

  private boolean take(FrameReader frame) throws JsonReader.Invalid {
    switch (frame.type) {
      case Frames.ASSIGN:
        isAssigned = true;
        become(frame.payload);
        return true;
      case Frames.PING:
        tell(Frames.PONG, new byte[0]);
        return true;
      case Frames.STOP:
        if (instance == null) Runtime.getRuntime().halt(0);
        instance.stop();
        return true;
      default:
        return false;
    }
  }

  /** On a thread of its own: code that hangs while it is loaded must not keep the end from being heard. */
  private void become(byte[] json) throws JsonReader.Invalid {
    String text = new String(json, StandardCharsets.UTF_8);
    Assignment assignment = new Assignment((Map<?, ?>) JsonReader.read(text));
    startThread(
        "main",
        new Runnable() {
          @Override
          public void run() {
            become(assignment);
          }
        });
  }

  private void become(Assignment assignment) {
    try {
      Environment.add(assignment.envs);
      Environment.linkFiles(assignment.folder);
      Handler handler = Loader.load(assignment);
      instance = Instance.start(handler, Marker.ofProcess(), assignment.socketPath, this);
      tell(Frames.READY, "{\"protocol\":" + Frames.PROTOCOL_VERSION + "}");
    } catch (LoadError error) {
      fail(error.getMessage().replace(assignment.folder + "/", ""));
    } catch (Throwable error) {
      Logs.error(Scope.NONE, error);
      fail("The instance could not be started: " + error);
    }
  }

  private void fail(String message) {
    tell(Frames.FAILED, Json.write(Map.of("message", message)));
  }

  @Override
  public void ask(String message) {
    tell(Frames.RETIRE, Json.write(Map.of("message", message)));
  }

  private void tell(int type, String json) {
    tell(type, json.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized void tell(int type, byte[] payload) {
    byte[] frame = new byte[Frames.HEADER_BYTES + payload.length];
    int at = Frames.writeHeader(frame, 0, payload.length, type, 0, 0);
    System.arraycopy(payload, 0, frame, at, payload.length);
    try {
      out.write(frame);
    } catch (IOException error) {
      // The engine is gone: the reading side hears it and ends the process.
    }
  }

  /** One request's mistake ends that request, never the process that others are in. */
  private static void surviveErrors() {
    Thread.setDefaultUncaughtExceptionHandler(
        new Thread.UncaughtExceptionHandler() {
          @Override
          public void uncaughtException(Thread thread, Throwable error) {
            Call call = Scope.currentCall();
            if (call == null) Logs.error(Scope.NONE, error);
            else call.fail(error);
          }
        });
  }
}
