package latchkey;

import java.util.ArrayDeque;

/**
 * Handlers whose time is over. Each has been interrupted; one that goes on all the same holds a thread
 * for good, and an instance that has such a one asks to be replaced.
 */
final class Overdue implements Runnable {
  private static final long PATIENCE_NS = 250_000_000;

  private final Instance.Retirement retirement;
  /** In the order of their time. */
  private final ArrayDeque<Watched> watched = new ArrayDeque<>(0);

  private boolean isStarted;
  private boolean hasRetired;

  Overdue(Instance.Retirement retirement) {
    this.retirement = retirement;
  }

  synchronized void watch(Call call) {
    if (hasRetired) return;
    watched.add(new Watched(call, System.nanoTime() + PATIENCE_NS));
    if (isStarted) return;
    isStarted = true;
    Main.startThread("overdue", this);
  }

  @Override
  public void run() {
    try {
      for (Watched next = next(); next != null; next = next()) {
        if (!next.call.isRunning()) continue;
        synchronized (this) {
          hasRetired = true;
          watched.clear();
        }
        retirement.ask("A handler goes on after its time is over, although it was interrupted.");
        return;
      }
    } catch (InterruptedException error) {
      // Nobody has this thread to interrupt it.
    }
  }

  /** The next one whose patience is over; null when there is none to wait for. */
  private synchronized Watched next() throws InterruptedException {
    while (!watched.isEmpty()) {
      long waitNs = watched.peek().atNs - System.nanoTime();
      if (waitNs <= 0) return watched.poll();
      wait(waitNs / 1_000_000 + 1);
    }
    isStarted = false;
    return null;
  }

  private static final class Watched {
    final Call call;
    final long atNs;

    Watched(Call call, long atNs) {
      this.call = call;
      this.atNs = atNs;
    }
  }
}
