package latchkey;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON into LinkedHashMap, ArrayList, String, Boolean, null and the smallest of Integer, Long,
 * BigInteger and Double that holds the number.
 */
final class JsonReader {
  private static final int DEPTH_MAX = 1000;

  /** The text is not JSON. */
  static final class Invalid extends Exception {
    Invalid(String message) {
      // Part of what a hostile caller may ask for a million times: nobody reads the stack.
      super(message, null, false, false);
    }
  }

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  static Object read(String text) throws Invalid {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value(0);
    reader.skipBlank();
    if (reader.at < text.length()) throw reader.unexpected();
    return value;
  }

  private Object value(int depth) throws Invalid {
    if (depth > DEPTH_MAX) throw new Invalid("nested too deeply");
    skipBlank();
    if (at >= text.length()) throw unexpected();
    switch (text.charAt(at)) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Map<String, Object> object(int depth) throws Invalid {
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    skipBlank();
    if (isNext('}')) return map;
    for (; ; ) {
      skipBlank();
      if (at >= text.length() || text.charAt(at) != '"') throw unexpected();
      String key = string();
      skipBlank();
      if (!isNext(':')) throw unexpected();
      map.put(key, value(depth + 1));
      skipBlank();
      if (isNext('}')) return map;
      if (!isNext(',')) throw unexpected();
    }
  }

  private List<Object> array(int depth) throws Invalid {
    List<Object> list = new ArrayList<>();
    at++;
    skipBlank();
    if (isNext(']')) return list;
    for (; ; ) {
      list.add(value(depth + 1));
      skipBlank();
      if (isNext(']')) return list;
      if (!isNext(',')) throw unexpected();
    }
  }

  private String string() throws Invalid {
    int start = ++at;
    StringBuilder out = null;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        String rest = text.substring(start, at++);
        return out == null ? rest : out.append(rest).toString();
      }
      if (c < 0x20) throw unexpected();
      if (c != '\\') continue;
      if (out == null) out = new StringBuilder();
      out.append(text, start, at);
      at++;
      out.append(escaped());
      start = at + 1;
    }
    throw unexpected();
  }

  /** Leaves `at` on the last character of the escape. */
  private char escaped() throws Invalid {
    if (at >= text.length()) throw unexpected();
    char c = text.charAt(at);
    switch (c) {
      case '"':
      case '\\':
      case '/':
        return c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        return unicode();
      default:
        throw unexpected();
    }
  }

  private char unicode() throws Invalid {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      int digit = at < text.length() ? hexDigit(text.charAt(at)) : -1;
      if (digit < 0) throw unexpected();
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private static int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  private Object word(String word, Object value) throws Invalid {
    if (!text.startsWith(word, at)) throw unexpected();
    at += word.length();
    return value;
  }

  private Object number() throws Invalid {
    int start = at;
    isNext('-');
    int whole = at;
    int digits = digits();
    if (digits == 0 || (digits > 1 && text.charAt(whole) == '0')) throw unexpected();
    boolean isWhole = true;
    if (isNext('.')) {
      isWhole = false;
      if (digits() == 0) throw unexpected();
    }
    if (isNext('e') || isNext('E')) {
      isWhole = false;
      if (!isNext('+')) isNext('-');
      if (digits() == 0) throw unexpected();
    }
    String number = text.substring(start, at);
    return isWhole ? wholeNumber(number, digits) : Double.valueOf(number);
  }

  private static Object wholeNumber(String number, int digits) {
    if (digits > 400) return new BigDecimal(number).doubleValue();
    if (digits > 18) {
      BigInteger big = new BigInteger(number);
      return big.bitLength() < 64 ? (Object) big.longValue() : big;
    }
    long value = Long.parseLong(number);
    if (value == 0 && number.charAt(0) == '-') return -0.0;
    return value == (int) value ? (Object) (int) value : (Object) value;
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    return at - start;
  }

  private boolean isNext(char c) {
    if (at >= text.length() || text.charAt(at) != c) return false;
    at++;
    return true;
  }

  private void skipBlank() {
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    }
  }

  private Invalid unexpected() {
    if (at >= text.length()) return new Invalid("unexpected end");
    return new Invalid("unexpected character at position " + at);
  }
}
