package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Key;
import org.greydaemon.store.Name;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// What one file holds, read as at start but without a store.
final class FileContents implements Recovery.Receiver {
    final Map<Name, Long> entries = new HashMap<>();
    final Map<Long, String> strange = new TreeMap<>();

    /// Where the last whole line of a journal ends.
    final long end;

    /// What a save file is.
    FileIdentity identity = FileIdentity.EMPTY;

    private final Path file;

    private FileContents(Path file, boolean isJournal) throws IOException {
        this.file = file;
        Recovery recovery = new Recovery(this);
        if (isJournal) {
            end = recovery.readJournal(file, true);
        } else {
            identity = recovery.readSaveFile(file, true);
            end = 0;
        }
    }

    static FileContents ofJournal(Path file) throws IOException {
        return new FileContents(file, true);
    }

    static FileContents ofSaveFile(Path file) throws IOException {
        return new FileContents(file, false);
    }

    @Override
    public void entry(Key key, long time, boolean isLater) {
        entries.put(Name.of(key), time);
    }

    @Override
    public void strange(Path path, long lineNumber, String line) {
        assertThat(path).isEqualTo(file);
        strange.put(lineNumber, line);
    }
}
