package latchkey;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpPrincipal;
import io.kubeless.Exchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;

/** A request and its response as handlers see them. */
final class CallExchange extends Exchange {
  private static final int HTTP_PORT = 80;

  private final Call call;
  /** Null where the body is read as it comes. */
  private final byte[] body;

  private Headers requestHeaders;
  private InputStream input;
  private OutputStream output;
  private Map<String, Object> attributes;
  private boolean hasHead;

  CallExchange(Call call, byte[] body) {
    this.call = call;
    this.body = body;
  }

  /** The handler has said its status and length. */
  boolean hasHead() {
    return hasHead;
  }

  @Override
  public Headers getRequestHeaders() {
    if (requestHeaders == null) requestHeaders = call.requestHeaders();
    return requestHeaders;
  }

  @Override
  public Headers getResponseHeaders() {
    return call.responseHeaders();
  }

  @Override
  public String getRequestTarget() {
    return call.target();
  }

  @Override
  public URI getRequestURI() {
    String target = call.target();
    try {
      return new URI(target);
    } catch (URISyntaxException error) {
      int mark = target.indexOf('?');
      String path = mark < 0 ? target : target.substring(0, mark);
      String query = mark < 0 ? null : target.substring(mark + 1);
      try {
        return new URI(null, null, path, query, null);
      } catch (URISyntaxException other) {
        throw new IllegalArgumentException(other);
      }
    }
  }

  @Override
  public String getRequestMethod() {
    return call.method();
  }

  @Override
  public InputStream getRequestBody() {
    if (input == null) {
      input = body == null ? new BodyStream(call) : new ByteArrayInputStream(body);
    }
    return input;
  }

  @Override
  public OutputStream getResponseBody() {
    if (output == null) output = new ResponseStream(call);
    return output;
  }

  @Override
  public void setStatus(int status) {
    call.setStatus(status);
  }

  /** As in the JDK: -1 is no body, 0 one whose length is not known yet. */
  @Override
  public void sendResponseHeaders(int status, long length) throws IOException {
    if (hasHead || call.hasSentHead()) throw new IOException("The headers have already been sent.");
    call.setStatus(status);
    if (length > 0) call.setContentLength(length);
    hasHead = true;
    if (length < 0) call.end();
  }

  @Override
  public int getResponseCode() {
    return hasHead ? call.status() : -1;
  }

  @Override
  public boolean isCancelled() {
    return call.isCancelled();
  }

  @Override
  public void close() {
    try {
      call.end();
    } catch (IOException error) {
      // The call has failed and logged why.
    }
  }

  /** The caller's address as the gateway saw it. */
  @Override
  public InetSocketAddress getRemoteAddress() {
    String address = call.header("x-forwarded-for");
    return InetSocketAddress.createUnresolved(address == null ? "localhost" : address, 0);
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    String host = call.header("host");
    return InetSocketAddress.createUnresolved(host == null ? "localhost" : host, HTTP_PORT);
  }

  @Override
  public String getProtocol() {
    return "HTTP/1.1";
  }

  @Override
  public HttpContext getHttpContext() {
    return null;
  }

  @Override
  public HttpPrincipal getPrincipal() {
    String name = call.header("latchkey-key-name");
    return name == null ? null : new HttpPrincipal(name, "latchkey");
  }

  @Override
  public Object getAttribute(String name) {
    return attributes == null ? null : attributes.get(name);
  }

  @Override
  public void setAttribute(String name, Object value) {
    if (attributes == null) attributes = new HashMap<>();
    attributes.put(name, value);
  }

  @Override
  public void setStreams(InputStream in, OutputStream out) {
    if (in != null) input = in;
    if (out != null) output = out;
  }
}
