package latchkey;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Writes values as JSON: maps, collections, arrays, records, numbers, booleans, text and null. */
final class Json {
  private static final int DEPTH_MAX = 1000;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private Json() {}

  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value, 0);
    return out.toString();
  }

  /** Of what JSON has a form for; others a handler cannot answer with. */
  static boolean canWrite(Object value) {
    return value == null
        || value instanceof Map
        || value instanceof Collection
        || value instanceof CharSequence
        || value instanceof Character
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Enum
        || value instanceof Optional
        || value instanceof Record
        || value.getClass().isArray()
        || value.getClass().getName().startsWith("java.time.")
        || value instanceof java.util.UUID;
  }

  private static void write(StringBuilder out, Object value, int depth) {
    if (depth > DEPTH_MAX) throw new IllegalArgumentException("The value is circular or too deep for JSON.");
    if (value == null) out.append("null");
    else if (value instanceof CharSequence || value instanceof Character) text(out, value.toString());
    else if (value instanceof Boolean) out.append(value);
    else if (value instanceof Number) number(out, (Number) value);
    else if (value instanceof Map) map(out, (Map<?, ?>) value, depth);
    else if (value instanceof Collection) list(out, (Collection<?>) value, depth);
    else if (value instanceof Optional) write(out, ((Optional<?>) value).orElse(null), depth);
    else if (value instanceof Enum) text(out, ((Enum<?>) value).name());
    else if (value instanceof Record) record(out, (Record) value, depth);
    else if (value.getClass().isArray()) array(out, value, depth);
    else if (canWrite(value)) text(out, value.toString());
    else throw new IllegalArgumentException("JSON has no form for a " + value.getClass().getName() + ".");
  }

  private static void number(StringBuilder out, Number value) {
    if (value instanceof Double || value instanceof Float) {
      double number = value.doubleValue();
      if (Double.isNaN(number) || Double.isInfinite(number)) {
        out.append("null");
        return;
      }
      // Other languages know one kind of number, and write 4 where Java writes 4.0.
      if (number == Math.rint(number) && Math.abs(number) < 1e15) {
        out.append((long) number);
        return;
      }
    }
    out.append(value);
  }

  private static void map(StringBuilder out, Map<?, ?> map, int depth) {
    out.append('{');
    boolean isFirst = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!isFirst) out.append(',');
      isFirst = false;
      text(out, String.valueOf(entry.getKey()));
      out.append(':');
      write(out, entry.getValue(), depth + 1);
    }
    out.append('}');
  }

  private static void list(StringBuilder out, Collection<?> list, int depth) {
    out.append('[');
    boolean isFirst = true;
    for (Object value : list) {
      if (!isFirst) out.append(',');
      isFirst = false;
      write(out, value, depth + 1);
    }
    out.append(']');
  }

  private static void array(StringBuilder out, Object array, int depth) {
    out.append('[');
    for (int i = 0; i < Array.getLength(array); i++) {
      if (i > 0) out.append(',');
      write(out, Array.get(array, i), depth + 1);
    }
    out.append(']');
  }

  private static void record(StringBuilder out, Record record, int depth) {
    out.append('{');
    boolean isFirst = true;
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      if (!isFirst) out.append(',');
      isFirst = false;
      text(out, component.getName());
      out.append(':');
      write(out, valueOf(record, component), depth + 1);
    }
    out.append('}');
  }

  private static Object valueOf(Record record, RecordComponent component) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (InvocationTargetException | IllegalAccessException error) {
      throw new IllegalArgumentException(error.getCause() == null ? error : error.getCause());
    }
  }

  private static void text(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"':
          out.append("\\\"");
          break;
        case '\\':
          out.append("\\\\");
          break;
        case '\n':
          out.append("\\n");
          break;
        case '\r':
          out.append("\\r");
          break;
        case '\t':
          out.append("\\t");
          break;
        default:
          if (c < 0x20 || isLoneSurrogate(text, i)) escape(out, c);
          else out.append(c);
      }
    }
    out.append('"');
  }

  /** Which UTF-8 cannot hold. */
  private static boolean isLoneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (!Character.isSurrogate(c)) return false;
    if (Character.isHighSurrogate(c)) {
      return i + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
  }

  private static void escape(StringBuilder out, char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) out.append(HEX[(c >> shift) & 15]);
  }
}
