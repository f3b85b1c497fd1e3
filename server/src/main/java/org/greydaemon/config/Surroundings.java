package org.greydaemon.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.file.RegularFile;
import org.greydaemon.server.Privileges;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.share.ShareSettings;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What a configuration needs of the machine: its user, and files that this user can reach. Looks
/// and changes nothing.
///
/// Known limits: owners and modes are looked at, and neither access control lists nor file systems
/// that are mounted read-only. Without `listen.user` the user is the one who looks.
public final class Surroundings {
    private static final int READ = 4;
    private static final int WRITE = 2;
    private static final int SEARCH = 1;

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

    /// What is read there if HTTP is answered.
    private static final List<String> TOKENS = List.of(".token", ".token-read");

    private final Configuration configuration;
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Optional<Privileges.User> user;

    /// Looks.
    ///
    /// @param file the configuration file, which a reload reads as the user
    public Surroundings(Configuration configuration, Optional<Path> file) {
        this.configuration = configuration;
        Optional<String> name = configuration.settings().user();
        user = name.flatMap(Privileges::find);
        if (name.isPresent() && user.isEmpty()) {
            error(ListenOptions.USER, Privileges.noUser(name.get()));
            return;
        }
        saveFile(configuration.settings().saveFile());
        configuration.settings().rescue().ifPresent(this::rescue);
        control(configuration.settings().control());
        if (user.isPresent()) {
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
        } else if (configuration.settings().connections().contains(place)) {
            problem = "is where mail servers ask";
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
        if (Files.exists(found) && !Files.isDirectory(found)) {
            error(StoreOptions.SAVE_FILE, found + " is no folder, but a file; name another place");
        } else if (!may(found, WRITE | SEARCH)) {
            String what =
                    found.equals(folder) ? " may not write in " : " may not make a folder in ";
            error(StoreOptions.SAVE_FILE, who() + what + found + "; " + remedy(found, folder));
        } else {
            ours(named);
        }
    }

    private void rescue(Path named) {
        Path folder = Objects.requireNonNull(named.toAbsolutePath().normalize().getParent());
        if (Files.isDirectory(folder) && !may(folder, WRITE | SEARCH)) {
            warnings.add(
                    configuration.problem(
                            StoreOptions.RESCUE.key(),
                            who() + " may not write in " + folder + "; " + remedy(folder, folder)));
        }
    }

    private String remedy(Path found, Path folder) {
        String owner = user.map(Privileges.User::name).orElse("the daemon's user");
        return found.equals(folder)
                ? "give it to " + owner
                : "make " + folder + " and give it to " + owner;
    }

    /// What an earlier daemon, perhaps one of root, has left must not be out of reach.
    private void ours(Path saveFile) {
        check(saveFile, READ, " may not read ");
        for (String ending : WRITTEN) {
            check(beside(saveFile, ending), READ | WRITE, " may not write ");
        }
        // Without these a start goes on.
        unreachable(beside(saveFile, ".history"), READ | WRITE, " may not write ")
                .ifPresent(warnings::add);
        if (configuration.settings().http().isPresent()) {
            for (String ending : TOKENS) {
                unreachable(beside(saveFile, ending), READ, " may not read ")
                        .ifPresent(warnings::add);
            }
        }
    }

    private static Path beside(Path saveFile, String ending) {
        return saveFile.resolveSibling(saveFile.getFileName() + ending);
    }

    private void check(Path file, int what, String words) {
        try {
            boolean _ = RegularFile.exists(file);
        } catch (FileAlreadyExistsException e) {
            error(StoreOptions.SAVE_FILE, file + " " + e.getReason());
            return;
        } catch (IOException e) {
            return; // Nobody can tell who may not enter its folder; a start will.
        }
        unreachable(file, what, words).ifPresent(errors::add);
    }

    private Optional<String> unreachable(Path file, int what, String words) {
        return Files.exists(file) && !may(file, what)
                ? Optional.of(
                        configuration.problem(
                                StoreOptions.SAVE_FILE.key(),
                                who() + words + file + "; give the file to that user"))
                : Optional.empty();
    }

    private void reload(Path file, String where) {
        if (Files.exists(file) && !may(file, READ)) {
            warnings.add(
                    where
                            + ": "
                            + who()
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

    private String who() {
        return user.map(found -> "user '" + found.name() + "'").orElse("this user");
    }

    /// Whether the user may, as far as it can be told; if it cannot, yes.
    private boolean may(Path path, int what) {
        if (user.isEmpty()) {
            return ((what & READ) == 0 || Files.isReadable(path))
                    && ((what & WRITE) == 0 || Files.isWritable(path))
                    && ((what & SEARCH) == 0 || Files.isExecutable(path));
        }
        Path absolute = path.toAbsolutePath().normalize();
        for (Path above = absolute.getParent(); above != null; above = above.getParent()) {
            if (!may(user.get(), above, SEARCH)) {
                return false;
            }
        }
        return may(user.get(), absolute, what);
    }

    /// The kernel's rule for modes (path_resolution(7)): the first that fits of owner, group and
    /// others decides. The daemon has no groups but its user's own.
    private static boolean may(Privileges.User user, Path path, int what) {
        try {
            int bits = (int) Files.getAttribute(path, "unix:mode");
            if ((int) Files.getAttribute(path, "unix:uid") == user.uid()) {
                bits >>= 6;
            } else if ((int) Files.getAttribute(path, "unix:gid") == user.gid()) {
                bits >>= 3;
            }
            return user.uid() == 0 || (bits & what) == what;
        } catch (IOException e) {
            return true;
        }
    }
}
