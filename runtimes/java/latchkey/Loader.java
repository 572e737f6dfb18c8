package latchkey;

import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Finds the function's class and method: the folder and the jars of its `lib` are the class path. */
final class Loader {
  private static final int MESSAGE_CHARS_MAX = 2000;

  private final Assignment assignment;
  private final ClassLoader classes;

  private Loader(Assignment assignment) throws MalformedURLException {
    this.assignment = assignment;
    this.classes = new URLClassLoader(classPath(assignment.folder), Loader.class.getClassLoader());
  }

  /** Also makes the function's class loader that of the threads which are started from this one. */
  static Handler load(Assignment assignment) throws LoadError {
    try {
      Loader loader = new Loader(assignment);
      Thread.currentThread().setContextClassLoader(loader.classes);
      return loader.handler();
    } catch (MalformedURLException error) {
      throw new LoadError("The function's folder has no usable name.");
    }
  }

  private static URL[] classPath(String folder) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    // Not by File.toURI, which asks the file system whether it is a folder.
    urls.add(new URL("file", "", encoded(folder) + "/"));
    String[] names = new File(folder, "lib").list();
    if (names != null) {
      Arrays.sort(names);
      for (String name : names) {
        if (name.endsWith(".jar")) urls.add(new File(folder, "lib/" + name).toURI().toURL());
      }
    }
    return urls.toArray(new URL[0]);
  }

  private static String encoded(String folder) {
    for (int i = 0; i < folder.length(); i++) {
      char c = folder.charAt(i);
      boolean isPlain = c < 0x80 && (Character.isLetterOrDigit(c) || "/-_.~".indexOf(c) >= 0);
      if (!isPlain) return new File(folder).toURI().getRawPath().replaceAll("/$", "");
    }
    return folder;
  }

  private Handler handler() throws LoadError {
    String method = assignment.method;
    int dot = method.lastIndexOf('.');
    Class<?> owner = dot < 0 ? entryClass() : namedClass(method.substring(0, dot));
    return handlerOf(owner, method.substring(dot + 1));
  }

  private String entryName() {
    return assignment.entry.replaceAll("\\.class$", "").replace('/', '.');
  }

  private Class<?> entryClass() throws LoadError {
    try {
      return load(entryName(), assignment.entry);
    } catch (ClassNotFoundException error) {
      throw new LoadError(assignment.entry + " is not there.");
    }
  }

  /** As it is, beside the entry, or in the package of the reference. */
  private Class<?> namedClass(String name) throws LoadError {
    String entry = entryName();
    String beside = entry.substring(0, entry.lastIndexOf('.') + 1) + name;
    for (String candidate : new String[] {beside, name, "io.kubeless." + name}) {
      try {
        return load(candidate, candidate);
      } catch (ClassNotFoundException error) {
        // The next one may be it.
      }
    }
    throw new LoadError("There is no class \"" + name + "\", which the main method names.");
  }

  private Class<?> load(String name, String shownAs) throws ClassNotFoundException, LoadError {
    try {
      return Class.forName(name, true, classes);
    } catch (LinkageError error) {
      throw notLoaded(shownAs, error);
    }
  }

  private Handler handlerOf(Class<?> owner, String name) throws LoadError {
    Method found = null;
    boolean hasName = false;
    for (Method method : methodsOf(owner)) {
      if (!method.getName().equals(name) || method.isBridge()) continue;
      hasName = true;
      if (Handler.canBe(method) && (found == null || isBetter(method, found))) found = method;
    }
    if (found != null) {
      found.setAccessible(true);
      boolean isStatic = Modifier.isStatic(found.getModifiers());
      return Handler.of(found, isStatic ? null : instanceOf(owner), assignment.function);
    }
    if (hasName) {
      throw new LoadError(
          "The method \"" + name + "\" of " + owner.getName() + " takes parameters that no handler"
              + " is given; it is to be (HashMap<String, Object> event, HashMap<String, String>"
              + " context).");
    }
    throw new LoadError(
        "The class " + owner.getName() + " has no method \"" + name + "\"; it has "
            + namesOf(owner) + ".");
  }

  /** Public ones with those of superclasses, and the class' own, whatever their access. */
  private static List<Method> methodsOf(Class<?> owner) throws LoadError {
    try {
      List<Method> methods = new ArrayList<>(Arrays.asList(owner.getMethods()));
      for (Method method : owner.getDeclaredMethods()) {
        if (!Modifier.isPublic(method.getModifiers())) methods.add(method);
      }
      return methods;
    } catch (LinkageError error) {
      throw notLoaded(owner.getName(), error);
    }
  }

  private static boolean isBetter(Method method, Method than) {
    return method.getParameterCount() > than.getParameterCount();
  }

  private static String namesOf(Class<?> owner) {
    TreeSet<String> names = new TreeSet<>();
    for (Method method : owner.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()) names.add(method.getName());
    }
    return names.isEmpty() ? "no public method" : String.join(", ", names);
  }

  private static Object instanceOf(Class<?> owner) throws LoadError {
    try {
      Constructor<?> constructor = owner.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (NoSuchMethodException error) {
      throw new LoadError("The class " + owner.getName() + " has no constructor without parameters.");
    } catch (InvocationTargetException error) {
      throw notLoaded(owner.getName(), error.getCause());
    } catch (LinkageError | ReflectiveOperationException error) {
      throw notLoaded(owner.getName(), error);
    }
  }

  /** The log gets all of it, its owner the beginning. */
  private static LoadError notLoaded(String name, Throwable error) {
    Throwable cause = error;
    if (error instanceof ExceptionInInitializerError && error.getCause() != null) cause = error.getCause();
    Logs.error(Scope.NONE, cause);
    String reason = String.valueOf(cause);
    if (reason.length() > MESSAGE_CHARS_MAX) reason = reason.substring(0, MESSAGE_CHARS_MAX);
    return new LoadError(name + " cannot be loaded: " + reason);
  }
}
