package latchkey;

import java.util.ArrayDeque;

/**
 * Threads for handlers: the one that became idle last is taken first, a new one is made when none is
 * idle, and what comes when all are busy waits in line.
 */
final class Workers {
  private static final int THREADS_MAX = 128;
  private static final long IDLE_MS = 30_000;

  interface Task {
    void run();
  }

  private final ArrayDeque<Worker> idle = new ArrayDeque<>();
  private final ArrayDeque<Task> waiting = new ArrayDeque<>();
  private int count;

  synchronized void execute(Task task) {
    Worker worker = idle.pollLast();
    if (worker != null) {
      worker.give(task);
      return;
    }
    if (count >= THREADS_MAX || !startWorker(task)) waiting.add(task);
  }

  private boolean startWorker(Task task) {
    try {
      Worker worker = new Worker(task);
      worker.start();
      count++;
      return true;
    } catch (OutOfMemoryError error) {
      // The system has no thread left: one of those that are there takes it, if there is any.
      if (count == 0) throw error;
      return false;
    }
  }

  /** What the worker is to do next; null when it lies idle now. */
  private synchronized Task next(Worker worker) {
    Task task = waiting.pollFirst();
    if (task == null) idle.addLast(worker);
    return task;
  }

  private synchronized boolean leave(Worker worker) {
    if (count == 1 || !idle.remove(worker)) return false;
    count--;
    return true;
  }

  private final class Worker extends Thread {
    private Task task;

    Worker(Task task) {
      super(null, null, "handler", 0, false);
      this.task = task;
      setDaemon(true);
    }

    synchronized void give(Task next) {
      task = next;
      notify();
    }

    @Override
    public void run() {
      Task next = task;
      while (next != null) {
        try {
          next.run();
        } catch (Throwable error) {
          // Not the handler's own, so it would befall the next one too.
          Logs.giveUp(error);
        }
        Thread.interrupted();
        synchronized (this) {
          task = null;
        }
        next = Workers.this.next(this);
        if (next == null) next = await();
      }
    }

    /** Null when nothing came for long. */
    private Task await() {
      for (; ; ) {
        synchronized (this) {
          if (task == null) {
            try {
              wait(IDLE_MS);
            } catch (InterruptedException stray) {
              // Somebody kept a thread that was theirs once.
            }
          }
          if (task != null) return task;
        }
        if (leave(this)) return null;
      }
    }
  }
}
