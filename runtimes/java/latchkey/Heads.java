package latchkey;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The two heads of a request: what came, and what is to go. A head is its fields joined by line
 * breaks: method, target, name, value, name, value ...
 */
class Heads {
  private static final String REQUEST_ID = "latchkey-request-id";
  private static final int STATUS_MIN = 200;
  private static final int STATUS_MAX = 599;
  private static final String NAME_SIGNS = "!#$%&'*+-.^_`|~";

  private final String head;
  private final int methodEnd;
  private final int targetEnd;
  private int status = 200;
  private Headers responseHeaders;
  private String defaultType;

  Heads(String head) {
    this.head = head;
    this.methodEnd = lineEnd(0);
    this.targetEnd = lineEnd(Math.min(head.length(), methodEnd + 1));
  }

  final String method() {
    return head.substring(0, methodEnd);
  }

  final String target() {
    return head.substring(Math.min(head.length(), methodEnd + 1), targetEnd);
  }

  /** The first value of a request header, its name in lower case; null when there is none. */
  final String header(String name) {
    for (int at = targetEnd + 1; at < head.length(); ) {
      int nameEnd = lineEnd(at);
      int valueEnd = lineEnd(Math.min(head.length(), nameEnd + 1));
      if (nameEnd - at == name.length() && head.startsWith(name, at)) {
        return head.substring(Math.min(head.length(), nameEnd + 1), valueEnd);
      }
      at = valueEnd + 1;
    }
    return null;
  }

  /** The id that the log lines of this request carry; empty when it has none. */
  final String requestId() {
    String id = header(REQUEST_ID);
    return id == null ? "" : id;
  }

  final Headers requestHeaders() {
    Headers headers = new Headers();
    for (int at = targetEnd + 1; at < head.length(); ) {
      int nameEnd = lineEnd(at);
      int valueStart = Math.min(head.length(), nameEnd + 1);
      int valueEnd = lineEnd(valueStart);
      headers.add(head.substring(at, nameEnd), head.substring(valueStart, valueEnd));
      at = valueEnd + 1;
    }
    return headers;
  }

  private int lineEnd(int from) {
    int end = head.indexOf('\n', from);
    return end < 0 ? head.length() : end;
  }

  final boolean hasNoBody() {
    return status == 204 || status == 304 || head.startsWith("HEAD\n");
  }

  final int status() {
    return status;
  }

  final void setStatus(int status) {
    if (status < STATUS_MIN || status > STATUS_MAX) {
      throw new IllegalArgumentException(status + " is not a response status from 200 to 599.");
    }
    this.status = status;
  }

  final Headers responseHeaders() {
    if (responseHeaders == null) responseHeaders = new Headers();
    return responseHeaders;
  }

  /** The content type of what is sent, unless the handler has set one. */
  final void defaultType(String type) {
    defaultType = type;
  }

  /** What the handler has declared; -1 when it has not, or nothing that is a length. */
  final long contentLength() {
    String value = responseHeaders == null ? null : responseHeaders.getFirst("Content-length");
    if (value == null || value.isEmpty() || value.length() > 15) return -1;
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') return -1;
    }
    return Long.parseLong(value);
  }

  final void setContentLength(long bytes) {
    responseHeaders().set("Content-length", Long.toString(bytes));
  }

  /**
   * Throws an IllegalArgumentException on what the frames cannot carry.
   *
   * @param bytes the length of the whole body; -1 where it is not known
   */
  final String responseHead(long bytes) {
    StringBuilder out = new StringBuilder(96).append(status);
    boolean hasType = false;
    if (responseHeaders != null) {
      for (Map.Entry<String, List<String>> entry : responseHeaders.entrySet()) {
        String name = entry.getKey().toLowerCase(Locale.ROOT);
        checkName(name);
        hasType |= name.equals("content-type");
        if (name.equals("content-length") || isHopByHop(name)) continue;
        for (String value : entry.getValue()) append(out, name, value);
      }
    }
    if (!hasType && defaultType != null) append(out, "content-type", defaultType);
    long length = lengthToSend(bytes);
    if (length >= 0) out.append("\ncontent-length\n").append(length);
    if (out.length() <= Frames.HEAD_BYTES_MAX) return out.toString();
    throw new IllegalArgumentException(
        "The response headers have more than " + Frames.HEAD_BYTES_MAX + " bytes.");
  }

  private long lengthToSend(long bytes) {
    if (status == 204) return -1;
    // Without a body the handler's own word counts: HEAD tells the length of what GET would answer.
    if (hasNoBody() && bytes <= 0) return contentLength();
    return bytes >= 0 ? bytes : contentLength();
  }

  private static void append(StringBuilder out, String name, String value) {
    if (value == null) throw new IllegalArgumentException("The header " + name + " has no value.");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < 0x20 && c != '\t') || (c > 0x7e && c < 0x80) || c > 0xff) {
        throw new IllegalArgumentException(
            "The value of the header " + name + " holds characters that it must not.");
      }
    }
    out.append('\n').append(name).append('\n').append(value);
  }

  private static void checkName(String name) {
    boolean isValid = !name.isEmpty();
    for (int i = 0; i < name.length() && isValid; i++) {
      char c = name.charAt(i);
      isValid = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || NAME_SIGNS.indexOf(c) >= 0;
    }
    if (!isValid) throw new IllegalArgumentException("\"" + name + "\" is no header name.");
  }

  /** Fields that belong to one HTTP connection: they never cross the frames. */
  private static boolean isHopByHop(String name) {
    switch (name) {
      case "connection":
      case "keep-alive":
      case "proxy-connection":
      case "te":
      case "trailer":
      case "transfer-encoding":
      case "upgrade":
        return true;
      default:
        return false;
    }
  }
}
