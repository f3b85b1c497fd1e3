package org.greydaemon.server;

import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The permissions that new files do not get (umask(2)). They belong to the whole process.
public final class Umask {
    /// Others than the daemon's user and group have no business with what it writes.
    private static final int OTHERS = 027;

    private static final int ALL = 0777;

    private static final SystemCall UMASK = new SystemCall("umask");

    private Umask() {}

    /// Makes something.
    interface Step {
        void run() throws IOException;
    }

    /// From now on others may not read what the process writes.
    public static void keepOthersOut() {
        int _ = set(OTHERS);
    }

    /// Makes something that has just these permissions from the beginning: what changes them
    /// afterwards by the path could change those of another file. Other threads that make a file
    /// meanwhile set its permissions themselves.
    static synchronized void making(Set<PosixFilePermission> permissions, Step step)
            throws IOException {
        int before = set(ALL & ~bits(permissions));
        try {
            step.run();
        } finally {
            int _ = set(before);
        }
    }

    /// As chmod(1) takes them.
    static String octal(Set<PosixFilePermission> permissions) {
        return "%04o".formatted(bits(permissions));
    }

    private static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (char c : PosixFilePermissions.toString(permissions).toCharArray()) {
            bits = bits << 1 | (c == '-' ? 0 : 1); // Nine letters, such as rw-r-----.
        }
        return bits;
    }

    private static int set(int mask) {
        try (Arena arena = Arena.ofConfined()) {
            return UMASK.call(SystemCall.errnoState(arena), mask);
        }
    }
}
