package org.greydaemon.store.memory;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/// A real folder behind a file system that hears of every change before it is made, and may refuse
/// it. Paths of {@link #path} lead there; the code under test knows no difference.
final class Disk extends FileSystemProvider {
    /// Hears of changes.
    interface Watcher {
        /// A change is about to be made.
        ///
        /// @param what `create`, `write`, `truncate`, `force`, `rename`, `delete` or `force folder`
        /// @param file the name of the file
        /// @param to its new name for `rename`; for `create` and `force` what tells the file from
        ///   others that had the name
        /// @throws IOException what the disk says instead of making it
        void before(String what, String file, String to) throws IOException;

        /// A change was made.
        default void after(String what, String file, String to) throws IOException {}

        /// Somebody looks what a file is, which waits as well while a disk stands still.
        default void look(String file) {}

        /// How many of so many octets a write takes.
        default int takes(String file, int octets) {
            return octets;
        }
    }

    private final WatchedSystem system = new WatchedSystem();
    private final FileSystemProvider real;

    volatile Watcher watcher = (what, file, to) -> {};

    Disk(Path folder) {
        real = folder.getFileSystem().provider();
    }

    /// The same path, through this file system.
    Path path(Path path) {
        InvocationHandler handler =
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getFileSystem")) {
                        return system;
                    }
                    Object[] given = arguments == null ? new Object[0] : arguments.clone();
                    Arrays.setAll(
                            given,
                            i -> given[i] instanceof Path p && isOurs(p) ? real(p) : given[i]);
                    try {
                        Object result = method.invoke(path, given);
                        return result instanceof Path p ? path(p) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                };
        Handle handle = new Handle(path, handler);
        return (Path)
                Proxy.newProxyInstance(
                        Disk.class.getClassLoader(), new Class<?>[] {Path.class}, handle);
    }

    private record Handle(Path path, InvocationHandler next) implements InvocationHandler {
        @Override
        public Object invoke(Object proxy, java.lang.reflect.Method method, Object[] arguments)
                throws Throwable {
            return next.invoke(proxy, method, arguments);
        }
    }

    private static boolean isOurs(Path path) {
        return Proxy.isProxyClass(path.getClass());
    }

    /// The path of the real file system.
    static Path real(Path path) {
        return isOurs(path) ? ((Handle) Proxy.getInvocationHandler(path)).path() : path;
    }

    static String name(Path path) {
        return real(path).getFileName().toString();
    }

    @Override
    public FileChannel newFileChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        boolean makes = options.contains(WRITE) && Files.notExists(real(path));
        if (makes) {
            watcher.before("create", name(path), "");
        }
        FileChannel channel = FileChannel.open(real(path), options, attributes);
        String key =
                String.valueOf(
                        Files.readAttributes(real(path), BasicFileAttributes.class).fileKey());
        if (makes) {
            watcher.after("create", name(path), key);
        }
        boolean isFolder = Files.isDirectory(real(path));
        return new DiskChannel(channel, this, isFolder ? "" : name(path), key);
    }

    @Override
    public void delete(Path path) throws IOException {
        if (Files.exists(real(path), LinkOption.NOFOLLOW_LINKS)) {
            watcher.before("delete", name(path), "");
        }
        real.delete(real(path));
        watcher.after("delete", name(path), "");
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        watcher.before("rename", name(from), name(to));
        real.move(real(from), real(to), options);
        watcher.after("rename", name(from), name(to));
    }

    @Override
    public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
        return real.newInputStream(real(path), options);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return options.contains(READ) || options.isEmpty()
                ? real.newByteChannel(real(path), options, attributes)
                : newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
            Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
        return real.newDirectoryStream(real(path), filter);
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        real.createDirectory(real(path), attributes);
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
        real.copy(real(from), real(to), options);
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return real.isSameFile(real(path), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return real.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return real.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real.checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return real.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
            Path path, Class<A> type, LinkOption... options) throws IOException {
        watcher.look(name(path));
        return real.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
            throws IOException {
        return real.readAttributes(real(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
            throws IOException {
        real.setAttribute(real(path), name, value, options);
    }

    @Override
    public String getScheme() {
        return "watched";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    private final class WatchedSystem extends FileSystem {
        @Override
        public FileSystemProvider provider() {
            return Disk.this;
        }

        @Override
        public void close() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return "/";
        }

        @Override
        public Iterable<Path> getRootDirectories() {
            return Set.of();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            return Set.of();
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return Set.of("basic", "posix", "unix");
        }

        @Override
        public Path getPath(String first, String... more) {
            return path(Path.of(first, more));
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }
}
