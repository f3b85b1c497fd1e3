package org.greydaemon.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many files and sockets this process may have open (getrlimit(2), RLIMIT_NOFILE). The JVM has
/// raised the soft limit to the hard one when it started.
public final class OpenFiles {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern SOFT = Pattern.compile("(?m)^Max open files +(\\d+)");

    private OpenFiles() {}

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
