package io.kubeless;

import java.util.HashMap;
import java.util.Map;

// Called for every request. What is returned is the answer: text, a map (JSON), bytes or a stream.
public class Module {
  public Object handler(HashMap<String, Object> event, HashMap<String, String> context) {
    Object name = event.get("data") instanceof Map<?, ?> data ? data.get("name") : null;
    return Map.of("hello", name == null ? "you" : name, "from", context.get("function-name"));
  }
}
