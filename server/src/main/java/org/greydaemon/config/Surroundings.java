package org.greydaemon.config;

import static org.greydaemon.config.Reach.READ;
import static org.greydaemon.config.Reach.SEARCH;
import static org.greydaemon.config.Reach.WRITE;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.file.RegularFile;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.Privileges;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.share.ShareSettings;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a configuration needs of the machine: its user, and files that this user can reach. Looks
/// and changes nothing. What a start refuses is an error here too. {@link Reach} has the limits.
///
/// Without `listen.user` the user is the one who looks.
public final class Surroundings {
    /// What lies beside the save file and is written in place.
    private static final List<String> WRITTEN =
            List.of(
                    ".journal",
                    ".journal.new",
                    ".new",
                    ".lock",
                    ".allowed",
                    ".allowed.new",
                    ".expected",
                    ".expected.new");

    /// Of that, what no start goes on without.
    private static final List<String> NEEDED = List.of(".journal", ".lock");

    /// What is read there if HTTP is answered.
    private static final List<String> TOKENS = List.of(".token", ".token-read");

    private final Configuration configuration;
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Reach reach;

    /// Looks.
    ///
    /// @param file the configuration file, which a reload reads as the user
    public Surroundings(Configuration configuration, Optional<Path> file) {
        this.configuration = configuration;
        Optional<String> name = configuration.settings().user();
        reach = new Reach(name.flatMap(Privileges::find));
        if (name.isPresent() && reach.user().isEmpty()) {
            error(ListenOptions.USER, Privileges.noUser(name.get()));
            return;
        }
        saveFile(configuration.settings().saveFile());
        configuration.settings().rescue().ifPresent(this::rescue);
        control(configuration.settings().control());
        ListenChecks places = new ListenChecks(configuration, reach);
        errors.addAll(places.errors());
        warnings.addAll(places.warnings());
        if (reach.user().isPresent()) {
            file.ifPresent(path -> reload(path, path.toString()));
            configuration
                    .settings()
                    .whiteList()
                    .ifPresent(path -> reload(path, ExemptOptions.WHITE_LIST.key()));
            configuration
                    .settings()
                    .exempt()
                    .files()
                    .forEach(path -> reload(path, ExemptOptions.EXEMPT_FILES.key()));
            configuration.poolFiles().forEach(path -> reload(path, IdentityOptions.POOLS.key()));
            configuration
                    .settings()
                    .share()
                    .flatMap(ShareSettings::passwordFile)
                    .ifPresent(path -> reload(path, ShareOptions.PASSWORD_FILE.key()));
            configuration.settings().share().flatMap(ShareSettings::tls).ifPresent(this::reloadTls);
        }
    }

    /// Mail would be answered all the same, and `greyctl` not.
    private void control(Path socket) {
        int octets = socket.toString().getBytes(UTF_8).length;
        StreamAddress.Unix place = new StreamAddress.Unix(socket);
        String problem = "";
        if (octets > StreamAddress.Unix.PATH_MAX) {
            problem =
                    "has a path of "
                            + octets
                            + " octets, and the system allows a socket "
                            + StreamAddress.Unix.PATH_MAX;
        } else if (configuration.settings().connections().stream().anyMatch(place::isInTheWayOf)) {
            problem = "is where mail servers ask";
        } else if (!isBesideSaveFile(socket)) {
            problem =
                    ListenChecks.inTheWay(socket)
                            .map(words -> "cannot be made: " + words)
                            .orElse("");
            Path folder = Objects.requireNonNull(socket.toAbsolutePath().getParent());
            if (problem.isEmpty() && !reach.may(folder, WRITE | SEARCH)) {
                problem = "cannot be made: " + reach.who() + " may not write in " + folder;
            }
        }
        if (!problem.isEmpty()) {
            warnings.add(
                    configuration.problem(
                            OutputOptions.CONTROL.key(),
                            socket
                                    + " "
                                    + problem
                                    + ", so greyctl is not answered; name another place"));
        }
    }

    /// A start makes that folder, and says what is wrong with it.
    private boolean isBesideSaveFile(Path socket) {
        Path saveFile = configuration.settings().saveFile().toAbsolutePath().normalize();
        Path own = socket.toAbsolutePath().normalize();
        return Objects.equals(own.getParent(), saveFile.getParent());
    }

    /// What a start would stumble over.
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /// What a reload would stumble over, and what a start goes on without.
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    private void error(Option<?> option, String text) {
        errors.add(configuration.problem(option.key(), text));
    }

    private void saveFile(Path named) {
        if (Files.isDirectory(named)) {
            error(
                    StoreOptions.SAVE_FILE,
                    named + " is a folder; name a file in it, " + named.resolve("savefile"));
            return;
        }
        Path folder = Objects.requireNonNull(named.toAbsolutePath().normalize().getParent());
        // A start makes the last folder if it is missing.
        Path found = Files.exists(folder) ? folder : folder.getParent();
        if (found == null) {
            return;
        }
        if (Files.notExists(found)) {
            error(
                    StoreOptions.SAVE_FILE,
                    "there is no folder " + found + "; make it, or mend the path");
            return;
        }
        boolean leadsNowhere =
                !found.equals(folder) && Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
        if (leadsNowhere) {
            error(
                    StoreOptions.SAVE_FILE,
                    folder + " is a link to a folder that is missing; make that, or mend the link");
        } else if (Files.exists(found) && !Files.isDirectory(found)) {
            error(StoreOptions.SAVE_FILE, found + " is no folder, but a file; name another place");
        } else if (!reach.may(found, WRITE | SEARCH)) {
            String what =
                    found.equals(folder) ? " may not write in " : " may not make a folder in ";
            error(
                    StoreOptions.SAVE_FILE,
                    reach.who() + what + found + "; " + remedy(found, folder));
        } else {
            ours(named);
        }
    }

    private void rescue(Path named) {
        check(StoreOptions.RESCUE, named, READ, " may not read ");
        Path folder = Objects.requireNonNull(named.toAbsolutePath().normalize().getParent());
        if (Files.isDirectory(folder) && !reach.may(folder, WRITE | SEARCH)) {
            warnings.add(
                    configuration.problem(
                            StoreOptions.RESCUE.key(),
                            reach.who()
                                    + " may not write in "
                                    + folder
                                    + "; "
                                    + remedy(folder, folder)));
        }
    }

    private String remedy(Path found, Path folder) {
        String owner = reach.user().map(Privileges.User::name).orElse("the daemon's user");
        return found.equals(folder)
                ? "give it to " + owner
                : "make " + folder + " and give it to " + owner;
    }

    /// What an earlier daemon, perhaps one of root, has left must not be out of reach.
    private void ours(Path saveFile) {
        check(saveFile, READ, " may not read ");
        check(beside(saveFile, ".journal.old"), READ, " may not read ");
        for (String ending : WRITTEN) {
            Path file = beside(saveFile, ending);
            if (NEEDED.contains(ending) || !Files.isDirectory(file)) {
                check(file, READ | WRITE, " may not write ");
            } else {
                checkDispensable(file, READ | WRITE, " may not write ");
            }
        }
        checkDispensable(beside(saveFile, ".history"), READ | WRITE, " may not write ");
        if (configuration.settings().http().isPresent()) {
            for (String ending : TOKENS) {
                checkDispensable(beside(saveFile, ending), READ, " may not read ");
            }
        }
    }

    /// A start goes on without it, and says so.
    private void checkDispensable(Path file, int what, String words) {
        if (Files.isDirectory(file)) {
            warnings.add(
                    configuration.problem(
                            StoreOptions.SAVE_FILE.key(),
                            file + " is a folder, where the daemon has a file; remove it"));
        } else {
            unreachable(StoreOptions.SAVE_FILE, file, what, words).ifPresent(warnings::add);
        }
    }

    private static Path beside(Path saveFile, String ending) {
        return saveFile.resolveSibling(saveFile.getFileName() + ending);
    }

    private void check(Path file, int what, String words) {
        check(StoreOptions.SAVE_FILE, file, what, words);
    }

    private void check(Option<?> option, Path file, int what, String words) {
        try {
            boolean _ = RegularFile.exists(file);
        } catch (FileAlreadyExistsException e) {
            error(option, file + " " + e.getReason());
            return;
        } catch (AccessDeniedException e) {
            return; // Nobody can tell who may not enter its folder; a start will.
        } catch (IOException e) {
            error(option, FileFault.words(file, e));
            return;
        }
        unreachable(option, file, what, words).ifPresent(errors::add);
    }

    private Optional<String> unreachable(Option<?> option, Path file, int what, String words) {
        return Files.exists(file) && !reach.may(file, what)
                ? Optional.of(
                        configuration.problem(
                                option.key(),
                                reach.who() + words + file + "; give the file to that user"))
                : Optional.empty();
    }

    private void reload(Path file, String where) {
        if (Files.exists(file) && !reach.may(file, READ)) {
            warnings.add(
                    where
                            + ": "
                            + reach.who()
                            + " may not read "
                            + file
                            + ", which a reload does; let that user read it");
        }
    }

    private void reloadTls(ShareSettings.TlsPaths tls) {
        tls.authorities().ifPresent(path -> reload(path, ShareOptions.AUTHORITIES.key()));
        tls.certificate().ifPresent(path -> reload(path, ShareOptions.CERTIFICATE.key()));
        tls.key().ifPresent(path -> reload(path, ShareOptions.KEY.key()));
    }
}
