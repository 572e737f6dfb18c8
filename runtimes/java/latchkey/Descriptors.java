package latchkey;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Field;
import java.nio.channels.SocketChannel;

/**
 * What the process was started with by number, and sockets as plain descriptors. Java has no public
 * way to either, and a channel of its own is closed when a thread that writes to it is interrupted:
 * a cancelled handler would take the whole connection with it.
 */
final class Descriptors {
  private Descriptors() {}

  static FileDescriptor ofNumber(int number) throws ReflectiveOperationException {
    FileDescriptor descriptor = new FileDescriptor();
    numberField().setInt(descriptor, number);
    return descriptor;
  }

  /** For reading, writing and mapping, whatever the file's name and permissions are by now. */
  static RandomAccessFile fileOfNumber(int number) throws ReflectiveOperationException, IOException {
    RandomAccessFile file = new RandomAccessFile("/dev/null", "rw");
    numberField().setInt(file.getFD(), number);
    return file;
  }

  static FileDescriptor ofSocket(SocketChannel channel) throws ReflectiveOperationException {
    Field field = channel.getClass().getDeclaredField("fd");
    field.setAccessible(true);
    return (FileDescriptor) field.get(channel);
  }

  private static Field numberField() throws ReflectiveOperationException {
    Field field = FileDescriptor.class.getDeclaredField("fd");
    field.setAccessible(true);
    return field;
  }
}
