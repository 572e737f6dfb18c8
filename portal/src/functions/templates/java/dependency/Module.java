package io.kubeless;

import java.util.HashMap;
import java.util.Map;
import org.apache.commons.lang3.StringUtils;

// A library that pom.xml names; it is fetched once, when the function is built.
public class Module {
  public Object handler(HashMap<String, Object> event, HashMap<String, String> context) {
    Object text = event.get("data") instanceof Map<?, ?> data ? data.get("text") : "";
    return Map.of("tidy", StringUtils.normalizeSpace(String.valueOf(text)));
  }
}
