package org.greydaemon;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ClientListException;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.Privileges;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.MemoryStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/// The steps of a start that can go wrong outside the program, each with words for the operator.
final class Start {
    private Start() {}

    static DatagramServer listen(DaemonSettings settings, Thread.UncaughtExceptionHandler onBug)
            throws StartException {
        try {
            return new DatagramServer(settings.listen(), settings.allowed(), onBug);
        } catch (IOException e) {
            throw new StartException(
                    settings.listen()
                            + ": "
                            + e.getMessage()
                            + "; stop what listens there, or choose another address or port");
        }
    }

    /// Reads the white list, still as the user that started the daemon.
    static ClientList whiteList(DaemonSettings settings, LineLog log) throws StartException {
        try {
            return WhiteList.read(settings, log);
        } catch (ClientListException e) {
            throw new StartException(String.join("\ngreydaemon: ", e.problems()));
        }
    }

    static void dropPrivileges(DaemonSettings settings, LineLog log) throws StartException {
        if (settings.user().isEmpty()) {
            return;
        }
        try {
            Privileges.User user = Privileges.dropTo(settings.user().get());
            log.tell(Event.USER, "%s (%d, %d)".formatted(user.name(), user.uid(), user.gid()));
        } catch (IOException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    /// Reads the save file and the journal, as the user that the daemon runs as.
    static MemoryStore open(
            DaemonSettings settings, LineLog log, SteadyClock clock, Metrics metrics)
            throws StartException {
        Path file = settings.saveFile();
        try {
            Path directory = file.getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            StoreNotices notices = new StoreNotices(log, settings, clock, metrics);
            MemoryStore store =
                    new MemoryStore(
                            new MemoryStore.Settings(
                                    file,
                                    settings.fsync(),
                                    settings.entriesMax(),
                                    settings.rules().lifetimes()),
                            notices,
                            new SecureRandom(),
                            clock.getAsLong(),
                            clock::wallOffsetSeconds);
            notices.loadingEnds();
            return store;
        } catch (IOException e) {
            throw new StartException(StoreNotices.words(file, e));
        }
    }
}
