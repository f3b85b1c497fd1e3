package org.greydaemon.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What this host is called. Stateless.
public final class OwnName {
    private static final Path FILE = Path.of("/proc/sys/kernel/hostname");

    private OwnName() {}

    /// The name that the kernel has, without asking DNS; empty if there is no /proc, as in some
    /// containers.
    public static Optional<String> find() {
        try {
            return Optional.of(Files.readString(FILE).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
