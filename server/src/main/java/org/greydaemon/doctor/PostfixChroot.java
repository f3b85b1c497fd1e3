package org.greydaemon.doctor;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Whether a chrooted smtpd can ask anybody for a client's name: the resolver reads the
/// `etc/resolv.conf` of the queue directory then (resolv.conf(5); BASIC_CONFIGURATION_README).
/// Debian's service copies it there when Postfix is started, `postfix start` itself does not.
/// Stateless.
final class PostfixChroot {
    private static final String FILE = "etc/resolv.conf";
    private static final Pattern SERVER = Pattern.compile("(?m)^nameserver[ \\t]+\\S");

    /// Whom the resolver asks if nobody says otherwise.
    private static final Place DNS = new Place("", "127.0.0.1", 53);

    /// nscd(8) answers for it, with the files of the whole host.
    private static final List<String> NSCD = List.of("run/nscd/socket", "var/run/nscd/socket");

    private PostfixChroot() {}

    /// What it lacks, in words; empty if it lacks nothing, or nobody can see that.
    ///
    /// @param files what a file holds; empty if it cannot be read
    /// @param listens whether somebody listens at a place
    static Optional<String> lacking(
            Postfix postfix, Function<Path, Optional<String>> files, Predicate<Place> listens) {
        if (!postfix.isChrooted()) {
            return Optional.empty();
        }
        try {
            Path queue = Path.of(postfix.get("queue_directory"));
            boolean isSeen = isRunning(queue, files) && !hasNscd(new Chroot(queue));
            return isSeen
                    ? lacking(queue, files)
                            .filter(_ -> !listens.test(DNS)) // Last, as it may take time.
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /// One that is yet to be started may find the file by then.
    private static boolean isRunning(Path queue, Function<Path, Optional<String>> files) {
        return files.apply(queue.resolve("pid/master.pid"))
                .map(String::strip)
                .filter(pid -> pid.matches("[1-9][0-9]{0,8}"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                .isPresent();
    }

    private static boolean hasNscd(Chroot chroot) {
        return NSCD.stream()
                .flatMap(socket -> chroot.leads(socket).stream())
                .anyMatch(path -> !Files.notExists(path));
    }

    private static Optional<String> lacking(Path queue, Function<Path, Optional<String>> files) {
        Optional<Path> file = new Chroot(queue).leads(FILE);
        if (file.isEmpty() || Files.notExists(file.get())) {
            return Optional.of(
                    Files.isSymbolicLink(queue.resolve(FILE))
                            ? FILE + " is a link that leads nowhere there"
                            : "there is no " + FILE);
        }
        return files.apply(file.get())
                .filter(text -> !SERVER.matcher(text).find())
                .map(_ -> FILE + " names no nameserver");
    }
}
