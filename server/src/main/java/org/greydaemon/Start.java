package org.greydaemon;

import org.greydaemon.admin.ExemptionSources;
import org.greydaemon.config.Configuration;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.UnusableListException;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.Privileges;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.MemoryStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/// The steps of a start that can go wrong outside the program, each with words for the operator.
final class Start {
    private Start() {}

    static DatagramServer listen(DaemonSettings settings, Thread.UncaughtExceptionHandler onBug)
            throws StartException {
        try {
            return new DatagramServer(settings.listen(), settings.allowed(), onBug);
        } catch (IOException e) {
            throw ListenFault.at(settings.listen(), "ss -lunp", e);
        }
    }

    /// Reads white list and exemption files, still as the user that started the daemon.
    static ExemptionLists exemptionLists(DaemonSettings settings, LineLog log)
            throws StartException {
        try {
            return ExemptionReader.read(settings, log);
        } catch (UnusableListException e) {
            throw StartException.toMend(String.join("\ngreydaemon: ", e.problems()));
        }
    }

    static void dropPrivileges(Configuration configuration, LineLog log) throws StartException {
        Optional<String> name = configuration.settings().user();
        if (name.isEmpty()) {
            return;
        }
        try {
            Privileges.User user = Privileges.dropTo(name.get());
            log.tell(Event.USER, "%s (%d, %d)".formatted(user.name(), user.uid(), user.gid()));
        } catch (IOException e) {
            throw StartException.toMend(
                    configuration.problem("listen.user", String.valueOf(e.getMessage())));
        }
    }

    /// Reads what greyctl has allowed, as the user that the daemon runs as.
    static ExemptionSources exemptions(
            ExemptionLists lists, DaemonSettings settings, SteadyClock clock, LineLog log)
            throws StartException {
        try {
            return new ExemptionSources(
                    lists,
                    settings.exempt().allowed(),
                    clock,
                    problem -> log.tell(Event.WHITE_LIST, problem));
        } catch (IOException e) {
            throw refused(settings.exempt().allowed(), e);
        }
    }

    /// Reads the save file and the journal, as the user that the daemon runs as.
    static MemoryStore open(
            DaemonSettings settings, LineLog log, SteadyClock clock, Metrics metrics)
            throws StartException {
        Path file = settings.saveFile();
        if (Files.isDirectory(file)) {
            throw StartException.toMend(
                    file + ": is a folder; name a file in it, " + file.resolve("savefile"));
        }
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
            throw refused(file, e);
        }
    }

    /// What to say of a file of ours that cannot be read or written.
    static StartException refused(Path file, IOException e) {
        String words = FileFault.words(file, e);
        return FileFault.stays(e) ? StartException.toMend(words) : StartException.notNow(words);
    }
}
