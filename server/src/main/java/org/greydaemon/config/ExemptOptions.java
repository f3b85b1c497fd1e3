package org.greydaemon.config;

import org.greydaemon.net.Endpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The part of the table that says whose mail passes or waits by the operator's word.
final class ExemptOptions {
    private static final int DNS_PORT = 53;

    static final Option<Optional<Path>> WHITE_LIST =
            new Option<>(
                    "exempt.white-list",
                    Kinds.FILE,
                    Defaults.of(Optional.empty()),
                    Reload.LIVE,
                    Switch.named(
                            "-w",
                            "file",
                            Switch.Form.VALUE,
                            Kinds.FILE_NAME,
                            "White list: clients that always pass."),
                    "File of clients that always pass, read again at a reload. packaging/greywhite"
                            + " is one to begin with. Empty: there is none.");

    static final Option<List<Path>> EXEMPT_FILES =
            new Option<>(
                    "exempt.files",
                    new PathsKind(),
                    Defaults.of(List.of()),
                    Reload.LIVE,
                    Switch.named(
                            "--exempt",
                            "file",
                            Switch.Form.VALUES,
                            new PathsKind(),
                            "Exemptions: clients, hosts, senders and recipients that always pass;"
                                    + " may be given several times."),
                    "Files of lines beyond the white list, read again at a reload: who passes, who"
                        + " waits and how long, by client, host, HELO, sender, recipient, SPF,"
                        + " lists in DNS and more, each with an end and a reason."
                        + " packaging/exemptions shows the form, greydaemon.exempt(5) has all of"
                        + " it.");

    static final Option<Boolean> POSTMASTER =
            new Option<>(
                    "exempt.postmaster",
                    Kinds.FLAG,
                    new Defaults<>(false, true),
                    Reload.LIVE,
                    Optional.empty(),
                    "Whether mail to postmaster and abuse, at any domain, always passes: people"
                            + " write to them when other mail does not come.");

    static final Option<Boolean> SHIPPED =
            new Option<>(
                    "exempt.shipped",
                    Kinds.FLAG,
                    Defaults.of(true),
                    Reload.LIVE,
                    Optional.empty(),
                    "Whether the list of the package counts, behind all lines of exempt.files:"
                        + " senders that never try again. Only the modern rules with rules.hosts"
                        + " know names of hosts, which it is about.");

    static final Option<Optional<Endpoint>> RESOLVER =
            new Option<>(
                    "exempt.resolver",
                    Kinds.anEndpointOrNone(DNS_PORT),
                    Defaults.of(Optional.empty()),
                    Reload.RESTART,
                    Optional.empty(),
                    "The DNS server that finds the names of hosts when an exemption asks for them"
                            + " and the mail server has not told them. Empty: those of"
                            + " /etc/resolv.conf.");

    /// In the order of the file.
    static final List<Option<?>> ALL =
            List.of(WHITE_LIST, EXEMPT_FILES, POSTMASTER, SHIPPED, RESOLVER);

    private ExemptOptions() {}
}
