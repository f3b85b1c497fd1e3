package org.greydaemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.admin.ExemptionSources;
import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.config.Configuration;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.decision.Rules;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.json.Json;
import org.greydaemon.json.JsonLine;
import org.greydaemon.json.JsonReader;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.observe.StoreNotices;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.InheritedSockets;
import org.greydaemon.server.OpenFiles;
import org.greydaemon.server.Predecessor;
import org.greydaemon.server.Privileges;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.StoreSettings;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// The steps of a start that can go wrong outside the program, each with words for the operator.
final class Start {
    private Start() {}

    /// What the daemon stands on, with the sockets that somebody has opened before it.
    ///
    /// @param parsed says whether another daemon may run, which is to make way
    static Basis basis(DaemonCommand.Parsed parsed, SteadyClock clock, LineLog log)
            throws StartException {
        Configuration configuration = parsed.configuration().orElseThrow();
        DaemonSettings settings = configuration.settings();
        Optional<Predecessor> predecessor =
                parsed.takesOver() ? predecessor(settings, log) : Optional.empty();
        InheritedSockets sockets =
                predecessor.isPresent()
                        ? predecessor.get().sockets()
                        : InheritedSockets.of(System.getenv(), ProcessHandle.current().pid());
        Orders orders = new Orders(parsed.sources(), configuration, clock);
        boolean soughtInVain = parsed.takesOver() && predecessor.isEmpty();
        if (soughtInVain) {
            sockets.awaitEndOfAnother();
        }
        return new Basis(
                settings, orders, clock, log, new Metrics(), sockets, predecessor, soughtInVain);
    }

    /// @param allowed how many files and sockets the process may have open
    static void requireFiles(long allowed) throws StartException {
        Optional<String> tooFew = OpenFiles.tooFew(allowed);
        if (tooFew.isPresent()) {
            throw StartException.toMend(tooFew.get());
        }
    }

    static DatagramServer listen(Basis basis, ConnectionServer.OnBug onBug) throws StartException {
        DaemonSettings settings = basis.settings();
        try {
            return new DatagramServer(
                    settings.listen(), basis.sockets(), settings.allowed(), onBug);
        } catch (IOException e) {
            throw new ListenFault(basis).at(settings.listen(), "ss -lunp", e);
        }
    }

    /// Reads white list and exemption files, still as the user that started the daemon.
    static void readLists(Basis basis) throws StartException {
        try {
            ExemptionLists lists =
                    ExemptionReader.read(
                            basis.settings(),
                            basis.log(),
                            warning -> basis.log().tell(Event.WHITE_LIST, warning));
            basis.orders().follow(basis.orders().configuration(), lists);
        } catch (MistakeException e) {
            throw StartException.toMend(String.join("\ngreydaemon: ", e.problems()));
        }
    }

    static void dropPrivileges(Basis basis) throws StartException {
        Optional<String> name = basis.settings().user();
        if (name.isEmpty()) {
            return;
        }
        try {
            Privileges.User user = Privileges.dropTo(name.get());
            basis.log()
                    .tell(Event.USER, "%s (%d, %d)".formatted(user.name(), user.uid(), user.gid()));
        } catch (IOException e) {
            throw StartException.toMend(
                    basis.orders()
                            .configuration()
                            .problem("listen.user", String.valueOf(e.getMessage())));
        }
    }

    /// Reads what greyctl has allowed, as the user that the daemon runs as.
    static ExemptionSources exemptions(Basis basis, ExemptionLists lists) throws StartException {
        Path allowed = basis.settings().exempt().allowed();
        try {
            return new ExemptionSources(
                    lists,
                    allowed,
                    allowed.resolveSibling(basis.settings().saveFile().getFileName() + ".expected"),
                    basis.clock(),
                    problem -> basis.log().tell(Event.WHITE_LIST, problem));
        } catch (IOException e) {
            throw refused(allowed, e);
        }
    }

    /// Reads the save file and the journal, as the user that the daemon runs as. Those of another
    /// daemon are that one's still ({@link TakingOver}).
    static MemoryStore open(Basis basis, Rules rules) throws StartException {
        DaemonSettings settings = basis.settings();
        SteadyClock clock = basis.clock();
        Path file = settings.saveFile();
        if (Files.isDirectory(file)) {
            throw StartException.toMend(
                    file + ": is a folder; name a file in it, " + file.resolve("savefile"));
        }
        StoreSettings kept =
                new StoreSettings(
                        file,
                        settings.rescue(),
                        settings.fsync(),
                        settings.entriesMax(),
                        rules.lifetimes());
        makeFolder(file, settings.user());
        try {
            goOn(kept, clock, basis.log());
            return new MemoryStore(
                    kept,
                    new StoreNotices(basis.log(), settings, clock, basis.metrics()),
                    new SecureRandom(),
                    clock.getAsLong(),
                    clock::wallOffsetSeconds,
                    basis.predecessor().isPresent());
        } catch (IOException e) {
            throw refused(file, e);
        }
    }

    /// Asks the daemon that runs to make way.
    ///
    /// @return empty if none runs
    private static Optional<Predecessor> predecessor(DaemonSettings settings, LineLog log)
            throws StartException {
        try {
            Optional<Predecessor> found = Predecessor.at(settings.control());
            Optional<String> answer =
                    found.isPresent()
                            ? found.get().ask(request(found.get(), settings))
                            : Optional.empty();
            if (answer.isEmpty()) {
                found.ifPresent(Predecessor::close);
                return Optional.empty();
            }
            if (!answer.get().startsWith("{\"ok\":true")) {
                found.get().close();
                throw StartException.notNow(
                        settings.control()
                                + ": the daemon that runs does not make way: "
                                + refusal(answer.get()));
            }
            log.tell(Event.TAKE_OVER, "from the daemon at " + settings.control());
            return found;
        } catch (IOException e) {
            throw StartException.notNow(
                    settings.control()
                            + ": the daemon that runs cannot be asked to make way: "
                            + e.getMessage()
                            + "; stop it first");
        }
    }

    /// It makes way for nobody who would go on with other files and know nothing.
    private static String request(Predecessor predecessor, DaemonSettings settings) {
        return new JsonLine()
                .put("command", "take-over")
                .put("from", predecessor.from())
                .put("savefile", settings.saveFile().toAbsolutePath().normalize().toString())
                .toString();
    }

    /// What it says against it, with its own remedy. One that does not know what it is asked for
    /// has none.
    private static String refusal(String answer) {
        String error =
                JsonReader.read(answer.getBytes(UTF_8))
                                        instanceof
                                        Json.Read.Value(Json.Members(Map<String, Json> members))
                                && members.get("error") instanceof Json.Text(String said)
                        ? EscapedText.shown(said)
                        : Mistake.quoted(answer);
        return error.contains("; ") && !error.startsWith("command: ")
                ? error
                : error + "; stop it first";
    }

    /// Makes the last folder only: a mistyped path must not begin a tree with an empty database.
    private static void makeFolder(Path file, Optional<String> user) throws StartException {
        Path folder = file.getParent();
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.toAbsolutePath().normalize().getParent();
        if (parent != null && Files.notExists(parent)) {
            throw StartException.toMend(
                    file + ": there is no folder " + parent + "; make it, or mend the path");
        }
        try {
            Files.createDirectory(folder);
        } catch (AccessDeniedException e) {
            requireEntry(file, parent, user);
            throw StartException.toMend(
                    "%s: there is no folder %s, and %s may not make one in %s; make it and give it to the user that the daemon runs as"
                            .formatted(file, folder, user.orElse("this user"), parent));
        } catch (IOException e) {
            throw refused(folder, e);
        }
    }

    /// Nobody can tell what is in a folder that may not be entered.
    private static void requireEntry(Path file, @Nullable Path parent, Optional<String> user)
            throws StartException {
        Path closed = null;
        for (Path above = parent; above != null; above = above.getParent()) {
            closed = Files.isExecutable(above) ? closed : above;
        }
        if (closed != null) {
            throw StartException.toMend(
                    "%s: %s may not enter the folder %s; let that user, or name another place"
                            .formatted(file, user.orElse("this user"), closed));
        }
    }

    /// What to do about a clock that says 1970 until NTP sets it: ages and waiting times go on from
    /// what the files know.
    private static void goOn(StoreSettings kept, SteadyClock clock, LineLog log)
            throws IOException {
        if (!clock.isWallImpossible()) {
            return;
        }
        clock.goOnFrom(MemoryStore.newestTime(kept));
        log.tell(
                Event.IMPOSSIBLE_CLOCK,
                Instant.ofEpochSecond(clock.getAsLong()) + " until it is set");
    }

    /// What to say of a file of ours that cannot be read or written.
    static StartException refused(Path file, IOException e) {
        String words = FileFault.words(file, e);
        return FileFault.stays(e) ? StartException.toMend(words) : StartException.notNow(words);
    }
}
