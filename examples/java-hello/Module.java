package io.kubeless;

import java.util.HashMap;

// The form of the reference's documents: an event and a context in, text out.
public class Module {
  public String handler(HashMap<String, Object> event, HashMap<String, String> context) {
    Object data = event.get("data");
    String name = data instanceof String && !data.equals("") ? (String) data : "world";
    return "Hello, " + name + ", from " + context.get("function-name") + "!\n";
  }
}
