package latchkey;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Some requests to a function of our own, over a socket of our own, so that the first one of a real
 * function finds loaded what it needs. Also what an archive of the shim's classes is made of.
 */
final class Rehearsal {
  private static final String CLASS_FILE = "Hello.class";
  private static final String[] REQUESTS = {
    "GET\n/text?a=b\nuser-agent\nrehearsal",
    "POST\n/json\ncontent-type\napplication/json",
    "POST\n/json\nlatchkey-request-id\nreq\ncontent-type\ntext/plain; charset=utf-8",
  };
  private static final byte[] BODY = "{\"a\":[1,2.5,\"b\\n\",true,null]}".getBytes(StandardCharsets.UTF_8);

  private Rehearsal() {}

  /** Leaves nothing behind but what is loaded. */
  static void run(Path folder) throws Exception {
    Path home = Files.createDirectory(folder.resolve("rehearsal"));
    String socketPath = home.resolve("r.sock").toString();
    try {
      copyClass(home.resolve(CLASS_FILE));
      String json =
          "{\"socketPath\":\"\",\"folder\":\"\",\"entry\":\"" + CLASS_FILE + "\",\"method\":\"handler\",\"envs\":{},"
              + "\"function\":{\"name\":\"rehearsal\",\"runtime\":\"java\",\"timeoutSeconds\":1,\"memoryLimitMb\":128}}";
      Assignment assignment = new Assignment((Map<?, ?>) JsonReader.read(json), home.toString());
      Instance instance = Instance.start(Loader.load(assignment), Marker.none(), socketPath, null);
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(socketPath));
        request(channel);
      }
      instance.close();
    } finally {
      File[] left = home.toFile().listFiles();
      if (left != null) for (File file : left) file.delete();
      Files.deleteIfExists(home);
    }
  }

  private static void copyClass(Path to) throws IOException {
    try (InputStream in = Rehearsal.class.getResourceAsStream("/rehearsal/" + CLASS_FILE)) {
      Files.copy(in, to);
    }
  }

  private static void request(SocketChannel channel) throws IOException {
    send(channel, Frames.HELLO, 0, new byte[8]);
    FrameReader answers = new FrameReader(Channels.newInputStream(channel), Frames.PAYLOAD_BYTES_MAX);
    for (int id = 1; id <= REQUESTS.length; id++) {
      byte[] head = REQUESTS[id - 1].getBytes(StandardCharsets.ISO_8859_1);
      byte[] payload = new byte[4 + head.length + BODY.length];
      Frames.writeU32(payload, 0, head.length);
      System.arraycopy(head, 0, payload, 4, head.length);
      System.arraycopy(BODY, 0, payload, 4 + head.length, BODY.length);
      send(channel, Frames.REQUEST, id, payload);
      if (!answers.next()) throw new IOException("the rehearsal was broken off");
    }
  }

  private static void send(SocketChannel channel, int type, int id, byte[] payload) throws IOException {
    byte[] frame = new byte[Frames.HEADER_BYTES + payload.length];
    int at = Frames.writeHeader(frame, 0, payload.length, type, Frames.FLAG_END, id);
    System.arraycopy(payload, 0, frame, at, payload.length);
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    while (bytes.hasRemaining()) channel.write(bytes);
  }
}
