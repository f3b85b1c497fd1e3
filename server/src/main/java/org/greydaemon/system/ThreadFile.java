package org.greydaemon.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// A file in which Linux tells of one thread (proc_pid_task(5)). The JVM ends threads as it likes,
/// its compilers first of all: between the list of them and the reading of one, no error at all. No
/// state; safe for use by several threads.
public final class ThreadFile {
    private ThreadFile() {}

    /// Reads it as a whole.
    ///
    /// @param file in the thread's folder
    /// @return one char for each octet; empty if the thread has ended
    /// @throws IOException if the system does not tell for another reason
    public static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file, ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // Since it was listed.
        } catch (IOException e) {
            if (Files.exists(file)) {
                throw e;
            }
            return Optional.empty(); // Since the file was opened (ESRCH, in the system's language).
        }
    }
}
