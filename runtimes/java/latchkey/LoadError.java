package latchkey;

/** Why the function cannot serve, in a sentence for its owner. */
final class LoadError extends Exception {
  LoadError(String message) {
    super(message);
  }
}
