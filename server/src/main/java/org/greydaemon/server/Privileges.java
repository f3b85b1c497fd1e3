package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.greydaemon.system.SystemCall;
import org.greydaemon.system.ThreadFile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Gives up root for good: user, group and supplementary groups of every thread.
///
/// The C library's setuid and its relatives change all threads of the process (nptl(7)); what came
/// of it is checked thread by thread.
@SuppressWarnings("restricted") // Reads the C library's struct passwd.
public final class Privileges {
    /// Where struct passwd holds the ids, on every Unix with 64-bit pointers and 32-bit ids: behind
    /// the name and the password.
    private static final long PASSWD_UID = 16;

    private static final long PASSWD_GID = 20;
    private static final long PASSWD_SIZE = 24;

    private Privileges() {}

    /// The user that the process has become.
    ///
    /// @param name its name
    /// @param uid its number
    /// @param gid the number of its group
    public record User(String name, int uid, int gid) {
        /// Whether this user may make files in a folder, by its permissions and those of the
        /// folders above it.
        public boolean mayMakeFilesIn(Path folder) {
            try {
                Path real = folder.toRealPath();
                for (Path above = real.getParent(); above != null; above = above.getParent()) {
                    if (!may(SEARCH, above)) {
                        return false;
                    }
                }
                return may(WRITE | SEARCH, real);
            } catch (IOException e) {
                return false;
            }
        }

        private boolean may(int wanted, Path path) throws IOException {
            int mode = (int) Files.getAttribute(path, "unix:mode");
            int shift =
                    (int) Files.getAttribute(path, "unix:uid") == uid
                            ? 6
                            : (int) Files.getAttribute(path, "unix:gid") == gid ? 3 : 0;
            return uid == 0 || (mode >> shift & wanted) == wanted;
        }
    }

    // The bits of a class of users in a file's mode (inode(7)).
    private static final int WRITE = 2;
    private static final int SEARCH = 1;

    /// Becomes another user.
    ///
    /// @throws IOException if there is no such user, the process may not become it, or it did not
    ///   work in every thread; the message is for the operator
    public static User dropTo(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            User user = find(name, arena, errno).orElseThrow(() -> new IOException(noUser(name)));
            MemorySegment groups = arena.allocateFrom(JAVA_INT, user.gid());
            check("setgroups", SETGROUPS.call(errno, 1, groups.address()), errno, name);
            check("setgid", SETGID.call(errno, user.gid()), errno, name);
            check("setuid", SETUID.call(errno, user.uid()), errno, name);
            if (user.uid() != 0 && SETUID.call(errno, 0) == 0) {
                throw new IOException("'" + name + "': the way back to root is open; not going on");
            }
            verify(user);
            return user;
        }
    }

    /// Looks a user up.
    public static Optional<User> find(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return find(name, arena, SystemCall.errnoState(arena));
        }
    }

    /// Tells the operator that there is none.
    public static String noUser(String name) {
        return "there is no user '" + name + "'; create it, or name another";
    }

    private static Optional<User> find(String name, Arena arena, MemorySegment errno) {
        MemorySegment asked = arena.allocateFrom(name);
        long found = GETPWNAM.callLong(errno, asked.address(), 0, 0, 0);
        if (found == 0) {
            return Optional.empty();
        }
        MemorySegment passwd = MemorySegment.ofAddress(found).reinterpret(PASSWD_SIZE);
        return Optional.of(
                new User(name, passwd.get(JAVA_INT, PASSWD_UID), passwd.get(JAVA_INT, PASSWD_GID)));
    }

    private static void check(String call, int result, MemorySegment errno, String name)
            throws IOException {
        if (result != 0) {
            throw new IOException(
                    "only root may become '"
                            + name
                            + "' ("
                            + call
                            + ": "
                            + SystemCall.message(SystemCall.errno(errno))
                            + "); start as root, or as that user without this option");
        }
    }

    /// Checks each thread's ids as the kernel tells them; systems without /proc have only the
    /// calls' own word.
    private static void verify(User user) throws IOException {
        Path tasks = Path.of("/proc/self/task");
        if (!Files.isDirectory(tasks)) {
            return;
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                verify(user, thread);
            }
        }
    }

    private static void verify(User user, Path thread) throws IOException {
        String uids = ids(user.uid());
        String gids = ids(user.gid());
        String status = ThreadFile.read(thread.resolve("status")).orElse("");
        for (String line : status.lines().toList()) {
            if ((line.startsWith("Uid:") && !line.equals("Uid:" + uids))
                    || (line.startsWith("Gid:") && !line.equals("Gid:" + gids))) {
                throw new IOException(
                        "'"
                                + user.name()
                                + "': thread "
                                + thread.getFileName()
                                + " has still other ids: "
                                + line
                                + "; not going on");
            }
        }
    }

    /// Real, effective, saved and file system id, as the kernel prints them.
    private static String ids(int id) {
        return ("\t" + Integer.toUnsignedString(id)).repeat(4);
    }

    private static final SystemCall GETPWNAM = new SystemCall("getpwnam");
    private static final SystemCall SETGROUPS = new SystemCall("setgroups");
    private static final SystemCall SETGID = new SystemCall("setgid");
    private static final SystemCall SETUID = new SystemCall("setuid");
}
