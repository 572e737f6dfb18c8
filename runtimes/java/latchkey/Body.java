package latchkey;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The body of a request by its content type. */
final class Body {
  private Body() {}

  /** Parsed JSON, text, or the bytes; empty text without a body. */
  static Object dataOf(byte[] bytes, String contentType) throws JsonReader.Invalid {
    if (bytes.length == 0) return "";
    String mediaType = mediaTypeOf(contentType);
    if (mediaType.equals("application/json") || mediaType.endsWith("+json")) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      return JsonReader.read(text.startsWith("\ufeff") ? text.substring(1) : text);
    }
    return mediaType.startsWith("text/") ? textOf(bytes, contentType) : bytes;
  }

  static String textOf(byte[] bytes, String contentType) {
    return new String(bytes, charsetOf(contentType));
  }

  private static String mediaTypeOf(String contentType) {
    if (contentType == null) return "";
    int semicolon = contentType.indexOf(';');
    String mediaType = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return mediaType.trim().toLowerCase(Locale.ROOT);
  }

  private static Charset charsetOf(String contentType) {
    if (contentType == null) return StandardCharsets.UTF_8;
    String lower = contentType.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("charset=");
    if (at < 0) return StandardCharsets.UTF_8;
    String name = lower.substring(at + "charset=".length());
    int end = name.indexOf(';');
    if (end >= 0) name = name.substring(0, end);
    try {
      return Charset.forName(name.replace("\"", "").trim());
    } catch (IllegalArgumentException error) {
      // A charset that nobody knows: UTF-8 is the likeliest, and the bytes are in the exchange.
      return StandardCharsets.UTF_8;
    }
  }
}
