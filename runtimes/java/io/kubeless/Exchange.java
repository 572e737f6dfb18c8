package io.kubeless;

import com.sun.net.httpserver.HttpExchange;

/**
 * One request and its response, at `event.get("extension")` under the names `exchange`, `request` and
 * `response`. The head of the response leaves with the first byte of its body, or when the handler
 * returns; until then the status can still be set, and what the handler returns is the body.
 */
public abstract class Exchange extends HttpExchange {
  /** Path and query as they came, which a `java.net.URI` may not hold. */
  public abstract String getRequestTarget();

  /** For a handler that returns the body of its answer. */
  public abstract void setStatus(int status);

  /**
   * True when nobody waits for the answer any more: the caller has gone, or the time is over. The
   * thread of the handler has been interrupted then.
   */
  public abstract boolean isCancelled();
}
