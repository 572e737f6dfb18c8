package io.kubeless;

import com.sun.net.httpserver.HttpExchange;

/** The event of the older form of a handler: `handler(Event event, Context context)`. */
public class Event {
  /** The body as text. */
  public String Data;

  public String EventID;
  public String EventType;
  public String EventTime;
  public String EventNamespace;
  public HttpExchange Extension;

  public Event(
      String data, String eventId, String eventType, String eventTime, String eventNamespace) {
    Data = data;
    EventID = eventId;
    EventType = eventType;
    EventTime = eventTime;
    EventNamespace = eventNamespace;
  }
}
