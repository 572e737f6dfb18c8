package io.kubeless;

/** The function and its limits, for the older form of a handler. */
public class Context {
  public String FunctionName;
  /** Seconds. */
  public String Timeout;

  public String Runtime;
  public String MemoryLimit;

  public Context(String functionName, String timeout, String runtime, String memoryLimit) {
    FunctionName = functionName;
    Timeout = timeout;
    Runtime = runtime;
    MemoryLimit = memoryLimit;
  }
}
