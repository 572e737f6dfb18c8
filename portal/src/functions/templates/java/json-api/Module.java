package io.kubeless;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

// A small JSON API. The list lives as long as the instance does.
public class Module {
  private static final List<Map<String, Object>> NOTES = new ArrayList<>();

  public synchronized Object handler(HashMap<String, Object> event, HashMap<String, String> context) {
    Exchange exchange = (Exchange) ((Map<?, ?>) event.get("extension")).get("exchange");
    if (!exchange.getRequestURI().getPath().equals("/notes")) {
      return refusal(exchange, 404, "There is only /notes.");
    }
    switch (exchange.getRequestMethod()) {
      case "GET":
        return NOTES;
      case "POST":
        if (!(event.get("data") instanceof Map<?, ?> data) || !(data.get("text") instanceof String)) {
          return refusal(exchange, 400, "Send JSON with a text.");
        }
        Map<String, Object> note = Map.of("id", NOTES.size() + 1, "text", data.get("text"));
        NOTES.add(note);
        exchange.setStatus(201);
        return note;
      default:
        return refusal(exchange, 405, "Only GET and POST are taken.");
    }
  }

  private static Map<String, String> refusal(Exchange exchange, int status, String error) {
    exchange.setStatus(status);
    return Map.of("error", error);
  }
}
