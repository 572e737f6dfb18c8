package latchkey;

import java.util.Map;

/** What an instance is to become, as the engine says it. */
final class Assignment {
  final String socketPath;
  final String folder;
  final String entry;
  final String method;
  final Map<?, ?> envs;
  final Function function;

  Assignment(Map<?, ?> json) {
    this(json, (String) json.get("folder"));
  }

  Assignment(Map<?, ?> json, String folder) {
    this.folder = folder;
    socketPath = (String) json.get("socketPath");
    entry = (String) json.get("entry");
    method = (String) json.get("method");
    envs = (Map<?, ?>) json.get("envs");
    function = new Function((Map<?, ?>) json.get("function"));
  }

  static final class Function {
    final String name;
    final String runtime;
    private final String timeoutSeconds;
    private final String memoryLimitMb;

    Function(Map<?, ?> json) {
      name = (String) json.get("name");
      runtime = (String) json.get("runtime");
      timeoutSeconds = String.valueOf(json.get("timeoutSeconds"));
      memoryLimitMb = String.valueOf(json.get("memoryLimitMb"));
    }

    String timeout() {
      return timeoutSeconds;
    }

    String memoryLimit() {
      return memoryLimitMb + "M";
    }
  }
}
