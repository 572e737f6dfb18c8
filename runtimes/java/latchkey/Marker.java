package latchkey;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The file that tells, however this process ends, which request of each gateway thread was begun
 * last. Mapped: what is written there outlives the process and takes no call of the system.
 */
final class Marker {
  private static final int NUMBER = 4;
  private static final int BYTES_LEAST = 4 * 1024;
  private static final int BYTES_MAX = 1024 * 1024;

  private final MappedByteBuffer file;

  private Marker(MappedByteBuffer file) {
    this.file = file;
  }

  static Marker ofProcess() {
    return new Marker(map());
  }

  static Marker none() {
    return new Marker(null);
  }

  private static MappedByteBuffer map() {
    try {
      FileChannel channel = Descriptors.fileOfNumber(NUMBER).getChannel();
      long bytes = Math.min(BYTES_MAX, Math.max(BYTES_LEAST, channel.size()));
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
      mapped.order(ByteOrder.LITTLE_ENDIAN);
      return mapped;
    } catch (IOException | ReflectiveOperationException error) {
      // Without an engine there is no marker file.
      return null;
    }
  }

  /** Just before the handler of the call is begun. */
  synchronized void begun(Connection connection, int id) {
    // Ids wrap at 32 bits: newer is a positive difference.
    if (id - connection.begunId <= 0) return;
    connection.begunId = id;
    write(connection.threadIndex, id);
  }

  synchronized void greeted(Connection connection) {
    connection.begunId = 0;
    write(connection.threadIndex, 0);
  }

  private void write(int threadIndex, int id) {
    if (file != null && threadIndex >= 0 && threadIndex < file.capacity() / 4) {
      file.putInt(4 * threadIndex, id);
    }
  }
}
