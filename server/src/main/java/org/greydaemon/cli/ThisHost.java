package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The host that this runs on.
final class ThisHost {
    private ThisHost() {}

    /// Its name, without asking anybody; `localhost` if it has none that can be shown.
    static String name() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname"), US_ASCII).strip();
            return name.matches("[A-Za-z0-9.-]{1,255}") ? name : "localhost";
        } catch (IOException e) {
            return "localhost";
        }
    }
}
