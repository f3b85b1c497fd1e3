package org.greydaemon.doctor;

import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where somebody listens, as a mail server writes it or the daemon. Immutable.
///
/// @param path of a unix socket; empty for one of TCP
/// @param host an address or a name; empty for a unix socket
/// @param port of TCP; 0 for a unix socket
public record Place(String path, String host, int port) {
    /// `host:port`, `[::1]:port`, `port@host` (Sendmail) and what stands before them.
    private static final Pattern TCP =
            Pattern.compile("(?:inet6?:)?(?:\\[([^]]+)]|([^:@]+)|([0-9a-fA-F:]+)):([0-9]{1,5})");

    private static final Pattern SENDMAIL = Pattern.compile("inet6?:([0-9]{1,5})@(.+)");

    /// Without a host Postfix and Sendmail ask this one.
    private static final Pattern PORT = Pattern.compile("inet(6?):([0-9]{1,5})");

    private static final Pattern UNIX = Pattern.compile("(?:unix|local):(.+)|(/.+)");

    /// Reads a place.
    ///
    /// @param folder which paths that do not begin with `/` are in
    /// @return empty if it is none
    public static Optional<Place> of(String text, String folder) {
        Matcher unix = UNIX.matcher(text);
        if (unix.matches()) {
            String path = unix.group(1) != null ? unix.group(1) : unix.group(2);
            return Optional.of(
                    new Place(Path.of(folder).resolve(path).normalize().toString(), "", 0));
        }
        Matcher sendmail = SENDMAIL.matcher(text);
        if (sendmail.matches()) {
            return Optional.of(tcp(sendmail.group(2), Integer.parseInt(sendmail.group(1))));
        }
        Matcher port = PORT.matcher(text);
        if (port.matches()) {
            String loopback = port.group(1).isEmpty() ? "127.0.0.1" : "::1";
            return Optional.of(tcp(loopback, Integer.parseInt(port.group(2))));
        }
        Matcher tcp = TCP.matcher(text);
        if (tcp.matches()) {
            String host =
                    tcp.group(1) != null
                            ? tcp.group(1)
                            : tcp.group(2) != null ? tcp.group(2) : tcp.group(3);
            return Optional.of(tcp(host, Integer.parseInt(tcp.group(4))));
        }
        return Optional.empty();
    }

    /// Brackets stand around an address in every mail server's places but where they need not, and
    /// an address has many forms.
    private static Place tcp(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$", "");
        return new Place("", IpAddress.parse(name).map(IpAddress::toString).orElse(name), port);
    }

    /// The places that a host's name stands for; none if it is an address, or nobody knows it.
    List<Place> named() {
        if (isUnix() || IpAddress.parse(host).isPresent()) {
            return List.of();
        }
        try {
            return Stream.of(InetAddress.getAllByName(host))
                    .map(address -> tcp(address.getHostAddress(), port))
                    .toList();
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    /// As Postfix and the libmilter of mail servers write it: `inet:127.0.0.1:10023`. Who listens
    /// everywhere is asked over loopback.
    String asked() {
        return isUnix()
                ? toString()
                : "inet:" + (isEverywhere() ? "127.0.0.1:" + port : toString());
    }

    boolean isUnix() {
        return !path.isEmpty();
    }

    /// Whether it is this host's whatever that is called.
    boolean isLoopback() {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    /// Whether who connects to the other one reaches who listens here. Over IPv6 nobody reaches
    /// `0.0.0.0`; `::` takes both.
    boolean takes(Place asked) {
        if (isUnix()) {
            return asked.isUnix() && leads(Path.of(path)).equals(leads(Path.of(asked.path())));
        }
        boolean isOverIpv6 = asked.host().contains(":");
        boolean isAny = host.equals("::") || (host.equals("0.0.0.0") && !isOverIpv6);
        return equals(asked)
                || (!asked.isUnix()
                        && port == asked.port()
                        && (asked.isLocalhost(host) || (isAny && asked.isThisHosts())));
    }

    /// Whether it is at an address of this host; of a name see {@link #named}.
    private boolean isThisHosts() {
        if (isLoopback() || isEverywhere()) {
            return true;
        }
        try {
            return IpAddress.parse(host).isPresent()
                    && NetworkInterface.getByInetAddress(InetAddress.getByName(host)) != null;
        } catch (UnknownHostException | SocketException e) {
            return false;
        }
    }

    private boolean isEverywhere() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /// Where a path leads, as far as there is something: `/var/run` is a link to `/run`.
    private static Path leads(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path folder = path.getParent();
            return folder == null ? path : leads(folder).resolve(folder.relativize(path));
        }
    }

    /// Whatever the resolver says of the name.
    private boolean isLocalhost(String address) {
        return host.equals("localhost") && (address.equals("127.0.0.1") || address.equals("::1"));
    }

    @Override
    public String toString() {
        return isUnix()
                ? "unix:" + path
                : (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
