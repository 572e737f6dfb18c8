package latchkey;

import com.sun.net.httpserver.HttpExchange;
import io.kubeless.Context;
import io.kubeless.Event;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The function's method, and what its parameters are given. */
final class Handler {
  private enum Parameter {
    EVENT,
    CONTEXT,
    OLD_EVENT,
    OLD_CONTEXT,
    EXCHANGE
  }

  private final Method method;
  private final Object self;
  private final Parameter[] parameters;
  private final Assignment.Function function;
  private final boolean isVoid;
  private final boolean isStreamed;

  private Handler(
      Method method, Object self, Parameter[] parameters, Assignment.Function function) {
    this.method = method;
    this.self = self;
    this.parameters = parameters;
    this.function = function;
    this.isVoid = method.getReturnType() == void.class || method.getReturnType() == Void.class;
    this.isStreamed = parameters.length == 1 && parameters[0] == Parameter.EXCHANGE;
  }

  /** Null when the method has parameters that no handler is given. */
  static Handler of(Method method, Object self, Assignment.Function function) {
    Parameter[] parameters = parametersOf(method);
    return parameters == null ? null : new Handler(method, self, parameters, function);
  }

  static boolean canBe(Method method) {
    return parametersOf(method) != null;
  }

  /** The handler is begun before its body has come, and reads it. */
  boolean isStreamed() {
    return isStreamed;
  }

  boolean isVoid() {
    return isVoid;
  }

  Object invoke(Object[] arguments) throws InvocationTargetException, IllegalAccessException {
    return method.invoke(self, arguments);
  }

  Object[] argumentsOf(Call call) throws JsonReader.Invalid {
    byte[] body = isStreamed ? null : call.takeBody();
    call.exchange = new CallExchange(call, body);
    // Whatever the form of the handler, a body that is not what it says it is is refused.
    Object data = isStreamed ? null : Body.dataOf(body, call.header("content-type"));
    Object[] arguments = new Object[parameters.length];
    for (int i = 0; i < parameters.length; i++) arguments[i] = argumentOf(parameters[i], call, body, data);
    return arguments;
  }

  private Object argumentOf(Parameter parameter, Call call, byte[] body, Object data) {
    switch (parameter) {
      case EVENT:
        return eventOf(call, data);
      case CONTEXT:
        return contextOf(function);
      case OLD_EVENT:
        return oldEventOf(call, body);
      case OLD_CONTEXT:
        return new Context(
            function.name, function.timeout(), function.runtime, function.memoryLimit());
      default:
        return call.exchange;
    }
  }

  private static Map<String, Object> eventOf(Call call, Object data) {
    Map<String, Object> extensions = new HashMap<>();
    extensions.put("exchange", call.exchange);
    extensions.put("request", call.exchange);
    extensions.put("response", call.exchange);
    Map<String, Object> event = new HashMap<>();
    event.put("data", data);
    event.put("event-id", eventId(call));
    event.put("event-type", call.header("event-type"));
    event.put("event-time", eventTime(call));
    event.put("event-namespace", call.header("event-namespace"));
    event.put("extensions", extensions);
    event.put("extension", extensions);
    return event;
  }

  private static Event oldEventOf(Call call, byte[] body) {
    Event event =
        new Event(
            Body.textOf(body, call.header("content-type")),
            eventId(call),
            call.header("event-type"),
            eventTime(call),
            call.header("event-namespace"));
    event.Extension = call.exchange;
    return event;
  }

  private static String eventId(Call call) {
    String id = call.header("event-id");
    if (id != null) return id;
    String requestId = call.requestId();
    if (!requestId.isEmpty()) return requestId;
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
  }

  private static String eventTime(Call call) {
    String time = call.header("event-time");
    return time == null ? Clock.iso(System.currentTimeMillis()) : time;
  }

  private static Map<String, String> contextOf(Assignment.Function function) {
    Map<String, String> context = new HashMap<>();
    context.put("function-name", function.name);
    context.put("timeout", function.timeout());
    context.put("runtime", function.runtime);
    context.put("memory-limit", function.memoryLimit());
    return context;
  }

  private static Parameter[] parametersOf(Method method) {
    Class<?>[] types = method.getParameterTypes();
    if (types.length > 2) return null;
    Parameter[] parameters = new Parameter[types.length];
    for (int i = 0; i < types.length; i++) {
      parameters[i] = parameterOf(types[i], i);
      if (parameters[i] == null) return null;
    }
    return parameters;
  }

  private static Parameter parameterOf(Class<?> type, int index) {
    if (type == Event.class) return Parameter.OLD_EVENT;
    if (type == Context.class) return Parameter.OLD_CONTEXT;
    if (HttpExchange.class.isAssignableFrom(type) && type.isAssignableFrom(CallExchange.class)) {
      return Parameter.EXCHANGE;
    }
    if (!type.isAssignableFrom(HashMap.class)) return null;
    return index == 0 ? Parameter.EVENT : Parameter.CONTEXT;
  }
}
