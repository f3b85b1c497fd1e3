package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The mail servers that can be looked at.
public enum MailServer {
    /// Postfix, by `postconf`.
    POSTFIX("Postfix", "/etc/postfix", "`postfix reload`"),
    /// Exim, by `exim -bP config`.
    EXIM(
            "Exim",
            "",
            "update-exim4.conf on Debian, then HUP to its daemon: `systemctl reload exim4`"),
    /// Sendmail, by its sendmail.cf.
    SENDMAIL("Sendmail", "/etc/mail/sendmail.cf", "`systemctl restart sendmail`"),
    /// OpenSMTPD, by its smtpd.conf.
    OPENSMTPD(
            "OpenSMTPD",
            "/etc/smtpd.conf",
            "`rcctl restart smtpd`, or `systemctl restart opensmtpd`"),
    /// qmail and its relatives, by qmail-smtpd, its service and tcpserver's rules.
    QMAIL(
            "qmail",
            "/var/qmail",
            "tcprules for its rules, then `svc -t` of its service for the run file");

    private final String title;
    private final String usual;
    private final String reload;

    MailServer(String title, String usual, String reload) {
        this.title = title;
        this.usual = usual;
        this.reload = reload;
    }

    /// What it is called.
    public String title() {
        return title;
    }

    /// What has the running one read its configuration again.
    public String reload() {
        return reload;
    }

    /// What turns a deferral into a refusal for good.
    public String refuses() {
        return switch (this) {
            case POSTFIX -> "postconf -e access_map_defer_code=450, then postfix reload";
            case EXIM ->
                    "the statement that judges the answer has to begin with defer, see"
                            + " docs/exim.md";
            case SENDMAIL, OPENSMTPD, QMAIL ->
                    "the daemon's own reply has a code 4yz: find what changes it, such as a proxy,"
                            + " a filter or a wrapper before the mail server";
        };
    }

    /// Whether it asks about every client, this host's own over loopback too, as it is configured.
    ///
    /// @param config its file; empty for the usual one
    public boolean asksAboutLoopback(Optional<Path> config, Machine machine) {
        return switch (this) {
            case SENDMAIL -> true;
            case OPENSMTPD ->
                    machine.read(config.orElse(Path.of(usual)))
                            .map(text -> OpenSmtpdFindings.asksAboutAll(text, machine))
                            .orElse(false);
            case POSTFIX, EXIM, QMAIL -> false; // They spare it, where they ask as they should.
        };
    }

    /// The one with a name.
    public static Optional<MailServer> named(String name) {
        return List.of(values()).stream()
                .filter(one -> one.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    /// Which one it is.
    ///
    /// @param banner what it says of itself; empty if nobody takes mail
    public static Optional<MailServer> of(String banner, Machine machine) {
        // Its first word is the host's name, which may be called after anybody (RFC 5321 4.2).
        String said = banner.strip().replaceFirst("^\\S+\\s+", "").toLowerCase(Locale.ROOT);
        for (MailServer one : values()) {
            if (said.contains(one.title.toLowerCase(Locale.ROOT))) {
                return Optional.of(one);
            }
        }
        // Many say nothing of themselves.
        if (machine.run(List.of("postconf", "-h", "mail_version"), "").isPresent()) {
            return Optional.of(POSTFIX);
        }
        for (MailServer one : List.of(OPENSMTPD, SENDMAIL)) {
            if (machine.read(Path.of(one.usual)).isPresent()) {
                return Optional.of(one);
            }
        }
        return machine.read(Path.of(QMAIL.usual, "control/me")).isPresent()
                ? Optional.of(QMAIL)
                : machine.run(List.of("exim", "-bV"), "").map(_ -> EXIM);
    }

    /// What is wrong with its configuration.
    ///
    /// @param config its file or folder; empty for the usual one
    /// @param port at which it takes mail
    public List<Finding> findings(Optional<Path> config, int port, Daemon daemon, Machine machine) {
        return switch (this) {
            case POSTFIX ->
                    Postfix.of(machine, config, port)
                            .map(postfix -> PostfixFindings.of(postfix, daemon, machine))
                            .orElseGet(() ->
                                    unreadable(
                                            "what postconf says"
                                                    + config.map(path -> " of " + path)
                                                            .orElse("")));
            case EXIM ->
                    exim(config, machine)
                            .map(text -> EximFindings.of(text, daemon, machine))
                            .orElseGet(() ->
                                    unreadable(
                                            config.map(Path::toString)
                                                    .orElse("what exim -bP config says")));
            case SENDMAIL ->
                    machine.read(config.orElse(Path.of(usual)))
                            .map(text ->
                                    SendmailFindings.of(
                                            text,
                                            machine.read(
                                                    config.orElse(Path.of(usual))
                                                            .resolveSibling("sendmail.mc")),
                                            daemon,
                                            machine))
                            .orElseGet(() -> unreadable(config.map(Path::toString).orElse(usual)));
            case OPENSMTPD ->
                    machine.read(config.orElse(Path.of(usual)))
                            .map(text -> OpenSmtpdFindings.of(text, daemon, machine))
                            .orElseGet(() -> unreadable(config.map(Path::toString).orElse(usual)));
            case QMAIL ->
                    QmailService.of(config.orElse(Path.of(usual)), machine)
                            .map(service -> QmailFindings.of(service, daemon, machine::read))
                            .orElseGet(() ->
                                    unreadable(
                                            config.map(Path::toString).orElse(usual)
                                                    + "/bin/qmail-smtpd"));
        };
    }

    private static Optional<String> exim(Optional<Path> config, Machine machine) {
        if (config.isPresent()) {
            return machine.read(config.get());
        }
        return machine.run(List.of("exim", "-bP", "config"), "")
                .or(() -> machine.run(List.of("exim4", "-bP", "config"), ""));
    }

    private static List<Finding> unreadable(String what) {
        return List.of(
                new Finding(
                        what + " cannot be read, so nothing is known of the configuration",
                        "be root, or name the file or folder with --mail-config"));
    }

    /// The recipient to try.
    public Optional<String> recipient(Optional<Path> config, int port, Machine machine) {
        return this == POSTFIX
                ? Postfix.of(machine, config, port).flatMap(Postfix::recipient)
                : Optional.empty();
    }
}
