package org.greydaemon.config;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.StreamAddress;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The part of the table that says where the daemon listens, and for whom.
final class ListenOptions {
    /// Postgrey's port on many systems, which Postfix sites have in their configuration.
    private static final int POLICY_PORT = 10_023;

    private static final int MILTER_PORT = 10_030;

    private static final int HTTP_PORT = 8077;

    static final Option<Endpoint> UDP =
            new Option<>(
                    "listen.udp",
                    Kinds.ENDPOINT,
                    Defaults.of(new Endpoint(IpAddress.ipv4(0x7f00_0001), 1999)),
                    Reload.RESTART,
                    Switch.parameter(
                            "ipaddr[:port]", Kinds.ENDPOINT, "Where to listen (port 1999)."),
                    "Where the original's protocol is answered, qmail's and greyctl's: an address"
                            + " and a port.");

    static final Option<List<StreamAddress>> POLICY =
            new Option<>(
                    "listen.policy",
                    Kinds.places(POLICY_PORT),
                    Defaults.of(List.of()),
                    Reload.RESTART,
                    Switch.named(
                            "--policy",
                            "place",
                            Switch.Form.PLACES,
                            Kinds.places(POLICY_PORT),
                            "Answer Postfix's policy requests and greylistd's words at"
                                    + " addr[:port] or unix:path (127.0.0.1:10023); may be given"
                                    + " several times."),
                    "Where Postfix's policy requests and greylistd's words (Exim) are answered:"
                            + " places such as \"127.0.0.1:10023\" or"
                            + " \"unix:/run/greydaemon/policy\".");

    static final Option<List<StreamAddress>> MILTER =
            new Option<>(
                    "listen.milter",
                    Kinds.places(MILTER_PORT),
                    Defaults.of(List.of()),
                    Reload.RESTART,
                    Switch.named(
                            "--milter",
                            "place",
                            Switch.Form.PLACES,
                            Kinds.places(MILTER_PORT),
                            "Be a milter for Sendmail or Postfix at addr[:port] or unix:path"
                                    + " (127.0.0.1:10030); may be given several times."),
                    "Where it is a milter for Sendmail and Postfix: places such as"
                            + " \"127.0.0.1:10030\" or \"unix:/run/greydaemon/milter\".");

    static final Option<Optional<Endpoint>> HTTP =
            new Option<>(
                    "listen.http",
                    Kinds.anEndpointOrNone(HTTP_PORT),
                    Defaults.of(Optional.empty()),
                    Reload.RESTART,
                    Switch.named(
                            "--http",
                            "place",
                            Switch.Form.PLACE,
                            Kinds.anEndpoint(HTTP_PORT),
                            "Answer HTTP at addr[:port] (127.0.0.1:8077): a dashboard, health,"
                                    + " metrics and questions in JSON."),
                    "Where HTTP is answered: a dashboard, health, metrics and questions in JSON. An"
                            + " address and a port such as \"127.0.0.1:8077\"; empty: nowhere.");

    static final Option<List<String>> HTTP_NAMES =
            new Option<>(
                    "listen.http-names",
                    Kinds.HOST_NAMES,
                    Defaults.of(List.of()),
                    Reload.RESTART,
                    Optional.empty(),
                    "Names under which a browser reaches the dashboard, besides this host's: that"
                            + " of a proxy for example. Under any other name nobody is shown it.");

    static final Option<Boolean> HTTP_OPEN =
            new Option<>(
                    "listen.http-open",
                    Kinds.FLAG,
                    Defaults.of(false),
                    Reload.RESTART,
                    Optional.empty(),
                    "Whether the dashboard may be looked at without a token if listen.http is on"
                        + " loopback, asked for as localhost or by an address of loopback, and"
                        + " http-names is empty: every user of this host then sees who writes to"
                        + " whom. What changes something needs the token all the same.");

    static final Option<List<CidrBlock>> ALLOW =
            new Option<>(
                    "listen.allow",
                    Kinds.NETWORKS,
                    Defaults.of(List.of()),
                    Reload.LIVE,
                    Switch.named(
                            "--allow",
                            "network",
                            Switch.Form.VALUES,
                            Kinds.NETWORKS,
                            "Who may ask beyond the default; may be given several times."),
                    "Networks whose mail servers may ask too. Loopback always may; the private"
                            + " networks may if listen.udp is a private address or one for all of"
                            + " the host.");

    static final Option<Set<PosixFilePermission>> SOCKET_MODE =
            new Option<>(
                    "listen.socket-mode",
                    Kinds.MODE,
                    Defaults.of(PosixFilePermissions.fromString("rw-rw-rw-")),
                    Reload.RESTART,
                    Switch.named(
                            "--socket-mode",
                            "mode",
                            Switch.Form.VALUE,
                            Kinds.MODE,
                            "Permissions of unix sockets (0666)."),
                    "Permissions of the unix sockets, octal. Their folder says who comes near"
                            + " them.");

    static final Option<Optional<String>> USER =
            new Option<>(
                    "listen.user",
                    Kinds.USER,
                    Defaults.of(Optional.empty()),
                    Reload.RESTART,
                    Switch.named(
                            "-u",
                            "user",
                            Switch.Form.VALUE,
                            Kinds.USER_NAME,
                            "Become this user after binding."),
                    "Become this user after binding, if started as root. Empty: stay who you are.");

    /// In the order of the file.
    static final List<Option<?>> ALL =
            List.of(UDP, POLICY, MILTER, HTTP, HTTP_NAMES, HTTP_OPEN, ALLOW, SOCKET_MODE, USER);

    private ListenOptions() {}
}
