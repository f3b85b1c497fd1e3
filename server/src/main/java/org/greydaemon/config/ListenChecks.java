package org.greydaemon.config;

import static org.greydaemon.config.Reach.SEARCH;
import static org.greydaemon.config.Reach.WRITE;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.OpenFiles;
import org.greydaemon.server.StreamAddress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a start could listen where it is to, who looks being the one who starts it. Nothing is
/// bound that another process could want.
///
/// Known limits: that a port is taken is not looked at, as the daemon that runs has it; nor is it
/// known which sockets a start would be handed over (docs/install.md).
final class ListenChecks {
    /// The kind of a socket in its mode (inode(7)).
    private static final int S_IFMT = 0170000;

    private static final int S_IFSOCK = 0140000;

    /// The bit of CAP_NET_BIND_SERVICE (capabilities(7)).
    private static final int BIND_SERVICE = 10;

    private static final Pattern CAPABILITIES = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]+)");

    /// Folders that a supervisor makes when it starts the daemon (RuntimeDirectory=).
    private static final List<Path> RUN = List.of(Path.of("/run"), Path.of("/var/run"));

    private final Configuration configuration;
    private final Reach reach;
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    ListenChecks(Configuration configuration, Reach reach) {
        this.configuration = configuration;
        this.reach = reach;
        DaemonSettings settings = configuration.settings();
        OpenFiles.tooFew(OpenFiles.allowed()).ifPresent(errors::add);
        place(ListenOptions.UDP, settings.listen());
        settings.policy().forEach(address -> place(ListenOptions.POLICY, address));
        settings.milter().forEach(address -> place(ListenOptions.MILTER, address));
        settings.http().ifPresent(endpoint -> place(ListenOptions.HTTP, endpoint));
        if (reach.user().isPresent() && !Reach.isRootLooking()) {
            warnings.add(
                    configuration.problem(
                            ListenOptions.USER.key(),
                            "only root may become "
                                    + reach.who()
                                    + "; start as root, or as that user without this option"));
        }
    }

    List<String> errors() {
        return errors;
    }

    List<String> warnings() {
        return warnings;
    }

    private void error(Option<?> option, String problem) {
        errors.add(configuration.problem(option.key(), problem));
    }

    private void place(Option<?> option, StreamAddress address) {
        switch (address) {
            case StreamAddress.Tcp(Endpoint endpoint) -> place(option, endpoint);
            case StreamAddress.Unix(Path path) -> unix(option, address, path);
        }
    }

    private void place(Option<?> option, Endpoint endpoint) {
        IpAddress address = endpoint.address();
        try (DatagramChannel channel =
                DatagramChannel.open(
                        address.isIpv4()
                                ? StandardProtocolFamily.INET
                                : StandardProtocolFamily.INET6)) {
            // Any port: nobody can want it.
            channel.bind(new InetSocketAddress(InetAddress.getByAddress(address.toBytes()), 0));
        } catch (IOException | UnsupportedOperationException e) {
            error(
                    option,
                    endpoint + ": this host has no such address; choose one that ip address shows");
            return;
        }
        if (isKept(endpoint.port()) && !mayBindAny()) {
            error(
                    option,
                    endpoint
                            + ": this user may not listen there; choose a port from 1024 on, or"
                            + " start as root with -u");
        }
    }

    /// Whether a port is kept for who may do more than others.
    private static boolean isKept(int port) {
        int first = 1024;
        try {
            String told =
                    Files.readString(Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start"));
            first = Integer.parseInt(told.strip());
        } catch (IOException | NumberFormatException e) {
            // An old kernel, or one that does not tell.
        }
        return port > 0 && port < first;
    }

    /// Whether who starts the daemon may listen at any port.
    private boolean mayBindAny() {
        if (reach.user().isPresent() && !Reach.isRootLooking()) {
            return true; // Root is to start it.
        }
        try {
            Matcher told = CAPABILITIES.matcher(Files.readString(Path.of("/proc/self/status")));
            return !told.find()
                    || (Long.parseUnsignedLong(told.group(1), 16) >> BIND_SERVICE & 1) == 1;
        } catch (IOException e) {
            return true;
        }
    }

    private void unix(Option<?> option, StreamAddress address, Path path) {
        Path folder = Objects.requireNonNull(path.getParent());
        if (Files.notExists(folder) && RUN.contains(folder.getParent())) {
            warnings.add(
                    configuration.problem(
                            option.key(),
                            address
                                    + ": its folder is missing; create the folder, unless"
                                    + " RuntimeDirectory= in the unit does"));
            return;
        }
        inTheWay(path)
                .or(() ->
                        mayMake(folder)
                                ? Optional.empty()
                                : Optional.of(
                                        reach.who()
                                                + " may not make a socket there; give the folder to"
                                                + " the user that the daemon starts as, or choose"
                                                + " another"))
                .ifPresent(problem -> error(option, address + ": " + problem));
    }

    /// Why no socket can be made at a path, whoever makes it.
    static Optional<String> inTheWay(Path path) {
        Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
        if (Files.notExists(folder)) {
            return Optional.of("its folder is missing; create the folder");
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            return Optional.of("its folder " + folder + " is a file; name another place");
        }
        if (isNoSocket(path)) {
            return Optional.of("a file that is no socket is there; name another place");
        }
        if (Files.exists(lock(path), LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(lock(path), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of(lock(path) + " is no file; remove it, or name another place");
        }
        return Optional.empty();
    }

    private static Path lock(Path path) {
        return path.resolveSibling(path.getFileName() + ".lock");
    }

    private static boolean isNoSocket(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & S_IFMT) != S_IFSOCK;
        } catch (IOException e) {
            return false;
        }
    }

    /// The user makes it who may, else who starts the daemon.
    private boolean mayMake(Path folder) {
        Optional<Boolean> user =
                reach.user().map(its -> its.mayMakeFilesIn(folder) || !Reach.isRootLooking());
        return user.filter(may -> may).isPresent() || Reach.mayWhoLooks(folder, WRITE | SEARCH);
    }
}
