package org.greydaemon.config;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.share.ShareSettings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The part of the table that says with whom a host shares what it remembers
/// (docs/several-hosts.md).
final class ShareOptions {
    private static final String NAME = "[A-Za-z0-9._-]{1,64}";

    /// A name or an address, an IPv6 address in brackets, and a port.
    private static final String SERVER =
            "([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(:[0-9]{1,5})?";

    private static final int PORT_MAX = 65_535;

    static final Option<List<String>> SERVERS =
            live(
                    "share.servers",
                    new ListKind<>("server", "\"valkey.example.net:6379\"", ShareOptions::server),
                    List.of(),
                    "The Valkey or Redis (7.0 or later) through which several hosts remember the"
                        + " same: host and port (6379 unless one is written, for Sentinels too);"
                        + " several of a Cluster, or the Sentinels. Empty: this host remembers for"
                        + " itself. See docs/several-hosts.md.");

    static final Option<Optional<String>> SENTINEL =
            live(
                    "share.sentinel",
                    text("name", "\"mymaster\""),
                    Optional.empty(),
                    "What the Sentinels that servers names call it; they are asked without TLS and"
                            + " without a password. Empty: they are no Sentinels.");

    static final Option<Boolean> CLUSTER =
            live("share.cluster", Kinds.FLAG, false, "Whether servers are of a Cluster.");

    static final Option<Optional<String>> USER =
            live(
                    "share.username",
                    text("user", "\"greydaemon\""),
                    Optional.empty(),
                    "Its user for us (ACL). Empty: the one that it calls default.");

    static final Option<Optional<String>> PASSWORD =
            live(
                    "share.password",
                    new SecretKind(),
                    Optional.empty(),
                    "The user's password. Who may read this file may read it.");

    static final Option<Optional<Path>> PASSWORD_FILE =
            live(
                    "share.password-file",
                    Kinds.FILE,
                    Optional.empty(),
                    "A file with the password alone; read whenever it connects.");

    static final Option<Boolean> TLS =
            live("share.tls", Kinds.FLAG, false, "Whether connections to it are TLS.");

    static final Option<Optional<Path>> AUTHORITIES =
            live(
                    "share.ca-file",
                    Kinds.FILE,
                    Optional.empty(),
                    "Who may have signed its certificate, in PEM. Empty: those that Java knows.");

    static final Option<Optional<Path>> CERTIFICATE =
            live(
                    "share.certificate-file",
                    Kinds.FILE,
                    Optional.empty(),
                    "Our own certificate, in PEM, if it asks for one.");

    static final Option<Optional<Path>> KEY =
            live(
                    "share.key-file",
                    Kinds.FILE,
                    Optional.empty(),
                    "The private key of that certificate, in PEM (PKCS #8).");

    static final Option<String> SITE =
            live(
                    "share.name",
                    new TextKind<>("name", "\"greydaemon\"", ShareOptions::name, text -> text),
                    "greydaemon",
                    "Hosts that remember the same have the same name here; another name is another"
                            + " site on the same server.");

    /// In the order of the file.
    static final List<Option<?>> ALL =
            List.of(
                    SERVERS,
                    SENTINEL,
                    CLUSTER,
                    USER,
                    PASSWORD,
                    PASSWORD_FILE,
                    TLS,
                    AUTHORITIES,
                    CERTIFICATE,
                    KEY,
                    SITE);

    private ShareOptions() {}

    private static <T> Option<T> live(String key, ValueKind<T> kind, T byDefault, String help) {
        return new Option<>(key, kind, Defaults.of(byDefault), Reload.LIVE, Optional.empty(), help);
    }

    private static ValueKind<Optional<String>> text(String name, String example) {
        return new TextKind<>(
                name,
                example,
                text -> text.isEmpty() ? Optional.empty() : Optional.of(text),
                text -> text.orElse(""));
    }

    private static List<String> server(String text) throws MistakeException {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > text.lastIndexOf(']') && colon >= 0;
        if (!text.matches(SERVER) || (hasPort && !isPort(text.substring(colon + 1)))) {
            String shown = Secrets.hidden(text);
            throw new MistakeException(
                    Mistake.quoted(shown) + " is no host with a port",
                    "write one such as valkey.example.net:6379, or [2001:db8::1]:6379"
                            + (shown.equals(text)
                                    ? ""
                                    : "; user and password are share.username and share.password"
                                            + " or share.password-file"));
        }
        return List.of(hasPort ? text : text + ":" + ShareSettings.PORT);
    }

    private static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port > 0 && port <= PORT_MAX;
    }

    private static String name(String text) throws MistakeException {
        if (!text.matches(NAME)) {
            throw new MistakeException(
                    "'" + text + "' is no name", "give letters, digits, dots, - and _, 64 at most");
        }
        return text;
    }

    /// What checked values mean; empty if nothing is shared.
    static Optional<ShareSettings> settings(Values values) {
        if (values.get(SERVERS).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new ShareSettings(
                        values.get(SERVERS),
                        values.get(SENTINEL),
                        values.get(CLUSTER),
                        values.get(USER),
                        values.get(PASSWORD),
                        values.get(PASSWORD_FILE),
                        values.get(TLS)
                                ? Optional.of(
                                        new ShareSettings.TlsPaths(
                                                values.get(AUTHORITIES),
                                                values.get(CERTIFICATE),
                                                values.get(KEY)))
                                : Optional.empty(),
                        values.get(SITE)));
    }
}
