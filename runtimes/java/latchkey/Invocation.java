package latchkey;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/** One call of the handler, on a thread of its own. */
final class Invocation implements Workers.Task {
  private final Handler handler;
  private final Marker marker;
  private final Call call;

  Invocation(Handler handler, Marker marker, Call call) {
    this.handler = handler;
    this.marker = marker;
    this.call = call;
  }

  @Override
  public void run() {
    if (call.isOver()) return;
    Object[] arguments;
    try {
      arguments = handler.argumentsOf(call);
    } catch (JsonReader.Invalid error) {
      call.refuseJson();
      return;
    }
    if (!call.begin()) return;
    marker.begun(call.connection, call.id);
    Scope before = call.scope.enter();
    boolean isSettled = true;
    try {
      isSettled = answer(handler.invoke(arguments));
    } catch (InvocationTargetException error) {
      call.fail(error.getCause());
    } catch (Throwable error) {
      call.fail(error);
    } finally {
      call.leave();
      if (isSettled) call.scope.close();
      Scope.restore(before);
    }
  }

  /** False when the answer is still to come. */
  private boolean answer(Object value) throws Exception {
    if (!(value instanceof CompletionStage)) {
      Result.settle(call, value, handler.isVoid());
      return true;
    }
    CompletionStage<?> stage = (CompletionStage<?>) value;
    if (value instanceof Future) call.onCancel(new CancelFuture((Future<?>) value));
    stage.whenComplete(new Settle(call));
    return false;
  }

  private static final class CancelFuture implements Runnable {
    private final Future<?> future;

    CancelFuture(Future<?> future) {
      this.future = future;
    }

    @Override
    public void run() {
      future.cancel(true);
    }
  }

  /** What a future has come to is the answer; its null is nothing, as that of one that only runs. */
  private static final class Settle implements BiConsumer<Object, Throwable> {
    private final Call call;

    Settle(Call call) {
      this.call = call;
    }

    @Override
    public void accept(Object value, Throwable error) {
      Scope before = call.scope.enter();
      try {
        if (error != null) call.fail(causeOf(error));
        else Result.settle(call, value, value == null);
      } catch (Throwable failure) {
        call.fail(failure);
      } finally {
        call.scope.close();
        Scope.restore(before);
      }
    }

    private static Throwable causeOf(Throwable error) {
      boolean isWrapper = error instanceof java.util.concurrent.CompletionException;
      return isWrapper && error.getCause() != null ? error.getCause() : error;
    }
  }
}
