package org.greydaemon.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many files and sockets this process may have open (getrlimit(2), RLIMIT_NOFILE). The JVM has
/// raised the soft limit to the hard one when it started.
public final class OpenFiles {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern SOFT = Pattern.compile("(?m)^Max open files +(\\d+)");

    /// With so many there are some connections of each front end.
    private static final long MIN = 128;

    private OpenFiles() {}

    /// Why so few are too few, for the operator: not even the Java machine could load what it
    /// needs; empty if they are not.
    public static Optional<String> tooFew(long allowed) {
        return allowed >= MIN
                ? Optional.empty()
                : Optional.of(
                        "open files: the system allows "
                                + allowed
                                + ", of which few would be left for connections; allow at least "
                                + MIN
                                + ", better 1024, with ulimit -n or LimitNOFILE= in the unit");
    }

    /// What the system allows; as many as can be if it does not say.
    public static long allowed() {
        try {
            Matcher soft = SOFT.matcher(Files.readString(LIMITS));
            return soft.find() ? Long.parseLong(soft.group(1)) : Long.MAX_VALUE;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
