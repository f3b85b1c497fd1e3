package org.greydaemon.config;

import org.greydaemon.file.RegularFile;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Files that came by a pipe, as `/dev/stdin` or a shell's `<(...)`. A start may read them; a
/// reload finds nothing there, and nothing is a good configuration and a good list. Stateless.
final class PipedFiles {
    private static final String PROBLEM =
            "is a pipe or a terminal, was read at the start and cannot be read again; start the"
                    + " daemon anew, or name a file";

    private PipedFiles() {}

    /// Whether the configuration file can be read again.
    ///
    /// @param problems hears of it
    static boolean isGone(Optional<Path> file, Problems problems) {
        Optional<Path> piped = file.filter(RegularFile::isReadOnce);
        piped.ifPresent(path ->
                problems.error(new Position.OnCommandLine(path.toString()), "it " + PROBLEM));
        return piped.isPresent();
    }

    /// Takes such lists out of what is written.
    ///
    /// @param problems hears of them
    static void keepOut(Map<String, Written> written, Problems problems) {
        for (String key : SecretFiles.LISTS) {
            Written list = written.get(key);
            for (Path path : SecretFiles.paths(list)) {
                if (list != null && RegularFile.isReadOnce(path)) {
                    problems.error(list.place(), path + " " + PROBLEM);
                    written.remove(key);
                }
            }
        }
    }
}
