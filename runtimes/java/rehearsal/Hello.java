import com.sun.net.httpserver.HttpExchange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A function such as many are: what it needs of Java is there when the first real one is called. */
public class Hello {
  public Object handler(HashMap<String, Object> event, HashMap<String, String> context) {
    Map<?, ?> extensions = (Map<?, ?>) event.get("extensions");
    HttpExchange exchange = (HttpExchange) extensions.get("exchange");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/text")) return "Hello " + exchange.getRequestHeaders().getFirst("User-Agent");
    List<String> words = List.of("b", "a");
    Map<String, Object> answer = new HashMap<>();
    answer.put("words", words.stream().map(word -> word + path).sorted().collect(Collectors.toList()));
    answer.put("data", event.get("data"));
    return answer;
  }
}
