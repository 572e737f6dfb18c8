package io.kubeless;

import com.sun.net.httpserver.HttpExchange;
import java.util.HashMap;
import java.util.Map;

// JSON in and out, another status by way of the exchange, a second file, and a library from a pom.xml.
public class Module {
  public Object handler(HashMap<String, Object> event, HashMap<String, String> context)
      throws Exception {
    Map<?, ?> extension = (Map<?, ?>) event.get("extension");
    HttpExchange exchange = (HttpExchange) extension.get("exchange");
    if (!(event.get("data") instanceof Map)) {
      byte[] text = "send JSON with a name\n".getBytes();
      exchange.sendResponseHeaders(400, text.length);
      exchange.getResponseBody().write(text);
      return null;
    }
    Object name = ((Map<?, ?>) event.get("data")).get("name");
    return Map.of("name", Names.tidy(String.valueOf(name)));
  }
}
