package latchkey;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What of the process a function finds as its own: its variables and its files. */
final class Environment {
  private Environment() {}

  /** Java reads the environment once and has no way to change it, but its own map is the one all read. */
  static void add(Map<?, ?> envs) throws ReflectiveOperationException {
    if (envs.isEmpty()) return;
    Field field = Class.forName("java.lang.ProcessEnvironment").getDeclaredField("theEnvironment");
    field.setAccessible(true);
    Constructor<?> constructor =
        Class.forName("java.lang.ProcessEnvironment$StringEnvironment")
            .getDeclaredConstructor(Map.class);
    constructor.setAccessible(true);
    @SuppressWarnings("unchecked")
    Map<String, String> environment =
        (Map<String, String>) constructor.newInstance(field.get(null));
    for (Map.Entry<?, ?> entry : envs.entrySet()) {
      environment.put((String) entry.getKey(), (String) entry.getValue());
    }
  }

  /**
   * Java cannot change its working directory. A process that was started before its function was known
   * stands in its private folder, where links then lead to the function's files.
   */
  static void linkFiles(String folder) {
    String home = System.getenv("TMPDIR");
    try {
      if (home == null || !Files.isSameFile(Path.of(""), Path.of(home))) return;
      String[] names = new File(folder).list();
      if (names == null) return;
      for (String name : names) {
        Path link = Path.of(home, name);
        if (!Files.exists(link)) Files.createSymbolicLink(link, Path.of(folder, name));
      }
    } catch (IOException error) {
      // The files are still found as resources, and by their whole path.
    }
  }
}
