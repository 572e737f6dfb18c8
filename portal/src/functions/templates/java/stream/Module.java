package io.kubeless;

import java.util.HashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

// Each line leaves when it is made: curl -N shows them as they come.
public class Module {
  public Stream<String> handler(HashMap<String, Object> event, HashMap<String, String> context) {
    return IntStream.rangeClosed(1, 5).mapToObj(Module::line);
  }

  private static String line(int number) {
    try {
      Thread.sleep(number == 1 ? 0 : 200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "line " + number + "\n";
  }
}
