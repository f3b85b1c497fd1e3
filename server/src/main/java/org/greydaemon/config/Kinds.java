package org.greydaemon.config;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.exempt.ClientList;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.Endpoint;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.server.SyslogAddress;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The kinds of values that are no {@link Durations} and no {@link Choice}.
final class Kinds {
    /// The port of greylisting daemons that the original's clients ask.
    private static final int UDP_PORT = 1999;

    static final ValueKind<Endpoint> ENDPOINT =
            new TextKind<>(
                    "address",
                    "\"127.0.0.1:1999\"",
                    text -> endpoint(text, UDP_PORT),
                    Endpoint::toString);

    /// Networks are written as in the white list.
    static final ValueKind<List<CidrBlock>> NETWORKS =
            new ListKind<>("network", "\"192.0.2.0/24\"", Kinds::networks);

    static final ValueKind<Set<PosixFilePermission>> MODE =
            new TextKind<>("mode", "\"0660\"", Kinds::mode, Kinds::octal);

    /// In the file, no text is no user.
    static final ValueKind<Optional<String>> USER =
            new TextKind<>(
                    "user",
                    "\"greydaemon\"",
                    text -> text.isEmpty() ? Optional.empty() : Optional.of(text),
                    user -> user.orElse(""));

    /// On the command line, no text is a user that does not exist, and a start that fails: a
    /// variable that is not set must not leave the daemon with root's rights.
    static final ValueKind<Optional<String>> USER_NAME =
            new TextKind<>("user", "greydaemon", Optional::of, user -> user.orElse(""));

    /// How the names of what lies beside a save file end.
    static final List<String> BESIDE =
            List.of(
                    ".new",
                    ".journal",
                    ".journal.old",
                    ".lock",
                    ".strange",
                    ".allowed",
                    ".expected",
                    ".history",
                    ".share",
                    ".token",
                    ".token-read",
                    ".ctl");

    static final ValueKind<Path> SAVE_FILE = new PathKind<>(Kinds::saveFile, Path::toString);

    /// In the file, no text is no file.
    static final ValueKind<Optional<Path>> FILE =
            new PathKind<>(
                    text -> text.isEmpty() ? Optional.empty() : Optional.of(PathKind.path(text)),
                    file -> file.map(Path::toString).orElse(""));

    static final ValueKind<Optional<Path>> FILE_NAME =
            new PathKind<>(
                    text -> Optional.of(PathKind.path(text)),
                    file -> file.map(Path::toString).orElse(""));

    static final ValueKind<ReplyText> REPLY =
            new TextKind<>(
                    "reply",
                    "\"451 4.7.1 Greylisted, please try again in %s seconds\"",
                    Kinds::reply,
                    reply -> reply.code() + " " + reply.enhanced() + " " + reply.text());

    /// The longest link, so that a reply with a token behind it has room for a text.
    private static final int LINK_MAX = 100;

    static final ValueKind<Optional<String>> LINK =
            new TextKind<>(
                    "link",
                    "\"https://mail.example.net/why/\"",
                    Kinds::link,
                    link -> link.orElse(""));

    /// On the command line, no text is the default.
    static final ValueKind<ReplyText> REPLY_OR_DEFAULT =
            new TextKind<>(
                    "reply",
                    "",
                    text -> text.isEmpty() ? ReplyText.DEFAULT : reply(text),
                    ReplyText::text);

    /// A place of syslog; in the file, no text is none.
    static final ValueKind<Optional<SyslogAddress>> SYSLOG_OR_NONE =
            syslog(text -> text.isEmpty() ? Optional.empty() : Optional.of(syslogAddress(text)));

    /// A place of syslog.
    static final ValueKind<Optional<SyslogAddress>> SYSLOG =
            syslog(text -> Optional.of(syslogAddress(text)));

    /// Names of hosts, as browsers say them.
    static final ValueKind<List<String>> HOST_NAMES =
            new ListKind<>("name", "\"mail.example.net\"", Kinds::hostName);

    static final ValueKind<Boolean> FLAG = new Flag();

    private Kinds() {}

    /// Places to listen at.
    ///
    /// @param port the port of an address without one
    static ValueKind<List<StreamAddress>> places(int port) {
        return new ListKind<>(
                "place", "\"127.0.0.1:" + port + "\"", text -> List.of(place(text, port)));
    }

    private static StreamAddress place(String text, int port) throws MistakeException {
        StreamAddress place = StreamAddress.parse(text, port);
        if (place instanceof StreamAddress.Unix(Path path) && path.getFileName() == null) {
            throw new MistakeException(
                    quoted(text) + " names no file",
                    "write one such as unix:/run/greydaemon/policy");
        }
        return place;
    }

    /// An address to listen at; in the file, no text is none.
    ///
    /// @param port the port of an address without one
    static ValueKind<Optional<Endpoint>> anEndpointOrNone(int port) {
        return anEndpoint(
                port,
                text -> text.isEmpty() ? Optional.empty() : Optional.of(endpoint(text, port)));
    }

    /// An address to listen at.
    ///
    /// @param port the port of an address without one
    static ValueKind<Optional<Endpoint>> anEndpoint(int port) {
        return anEndpoint(port, text -> Optional.of(endpoint(text, port)));
    }

    private static ValueKind<Optional<Endpoint>> anEndpoint(
            int port, TextKind.Reader<Optional<Endpoint>> reader) {
        return new TextKind<>(
                "address",
                "\"127.0.0.1:" + port + "\"",
                reader,
                endpoint -> endpoint.map(Endpoint::toString).orElse(""));
    }

    private static ValueKind<Optional<SyslogAddress>> syslog(
            TextKind.Reader<Optional<SyslogAddress>> reader) {
        return new TextKind<>(
                "place",
                "\"unix:/dev/log\"",
                reader,
                address -> address.map(SyslogAddress::toString).orElse(""));
    }

    private static SyslogAddress syslogAddress(String text) throws MistakeException {
        return SyslogAddress.parse(text);
    }

    private static Endpoint endpoint(String text, int port) throws MistakeException {
        return Endpoint.parse(text, port);
    }

    private static List<CidrBlock> networks(String text) throws MistakeException {
        if (text.isBlank() || text.indexOf('#') >= 0) {
            throw new MistakeException(
                    quoted(text) + " is no network", "write one such as 192.0.2.0/24");
        }
        try {
            return ClientList.parse("", List.of(text)).blocks();
        } catch (MistakeException e) {
            if (text.indexOf(':') < 0 && text.chars().anyMatch(Character::isLetter)) {
                // The white list's remedy would let its mail pass, not let it ask.
                throw new MistakeException(
                        quoted(text) + " is not an address",
                        "write that of the host, or a network such as 192.0.2.0/24");
            }
            // There is one line, whose number says nothing here.
            throw e.at("");
        }
    }

    private static List<String> hostName(String text) throws MistakeException {
        if (!text.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")) {
            throw new MistakeException(
                    quoted(text) + " is no name of a host",
                    "write one such as mail.example.net, without" + " https:// and port");
        }
        return List.of(text.toLowerCase(Locale.ROOT));
    }

    private static Set<PosixFilePermission> mode(String text) throws MistakeException {
        if (!text.matches("0?[0-7]{3}")) {
            throw new MistakeException("'" + text + "' is no mode", "give one such as 0660");
        }
        int mode = Integer.parseInt(text, 8);
        StringBuilder permissions = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < permissions.length(); i++) {
            if ((mode & 0400 >> i) == 0) {
                permissions.setCharAt(i, '-');
            }
        }
        return PosixFilePermissions.fromString(permissions.toString());
    }

    private static String octal(Set<PosixFilePermission> permissions) {
        int mode = 0;
        String letters = PosixFilePermissions.toString(permissions);
        for (int i = 0; i < letters.length(); i++) {
            mode |= letters.charAt(i) == '-' ? 0 : 0400 >> i;
        }
        return "%04o".formatted(mode);
    }

    private static Path saveFile(String text) throws MistakeException {
        Path path = PathKind.path(text);
        if (path.getFileName() == null || text.isEmpty() || text.endsWith("/")) {
            throw new MistakeException("'" + text + "' names no file", "name one");
        }
        String name = path.getFileName().toString();
        Optional<String> beside = BESIDE.stream().filter(name::endsWith).findFirst();
        if (beside.isPresent()) {
            throw new MistakeException(
                    quoted(text)
                            + " ends with "
                            + beside.get()
                            + ", as what a daemon writes beside another save file does",
                    "call it otherwise");
        }
        return path;
    }

    private static Optional<String> link(String text) throws MistakeException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.length() > LINK_MAX || !text.matches("https?://[!-$&-~]+/")) {
            throw new MistakeException(
                    quoted(text)
                            + " is no web address that ends with /, in ASCII and up to "
                            + LINK_MAX
                            + " characters",
                    "write one such as https://mail.example.net/why/");
        }
        return Optional.of(text);
    }

    private static ReplyText reply(String text) throws MistakeException {
        Optional<ReplyText> reply = ReplyText.parse(text);
        if (reply.isEmpty()) {
            Mistake mistake =
                    ReplyText.mistake(text)
                            .orElse(
                                    new Mistake(
                                            "",
                                            "is not 4yz 4.y.z text",
                                            "other codes would refuse mail for good"));
            throw new MistakeException(quoted(text) + ' ' + mistake.problem(), mistake.remedy());
        }
        return reply.get();
    }

    /// A whole number.
    ///
    /// @param min the least
    /// @param max the most
    static ValueKind<Long> between(long min, long max) {
        return new Count(min, max);
    }

    private record Count(long min, long max) implements ValueKind<Long> {
        @Override
        public String name() {
            return "number";
        }

        @Override
        public String example() {
            return "2000000";
        }

        @Override
        public Optional<Long> read(Written written, Long byDefault, Problems problems) {
            long number =
                    switch (written) {
                        case Written.Whole whole -> whole.number();
                        case Written.Text text
                                when text.place() instanceof Position.OnCommandLine
                                        && text.text().matches("\\+?[0-9]{1,18}") ->
                                Long.parseLong(text.text());
                        case Written.Text _,
                                Written.Truth _,
                                Written.Several _,
                                Written.Strange _ ->
                                Long.MIN_VALUE;
                    };
            if (number < min || number > max) {
                String shown = written instanceof Written.Text text ? text.text() : written + "";
                problems.error(
                        written.place(),
                        "'"
                                + shown
                                + "' is no whole number from "
                                + min
                                + " to "
                                + max
                                + "; give one, such as "
                                + byDefault);
                return Optional.empty();
            }
            return Optional.of(number);
        }

        @Override
        public String write(Long value) {
            return Long.toString(value);
        }
    }

    private record Flag() implements ValueKind<Boolean> {
        @Override
        public String name() {
            return "truth";
        }

        @Override
        public String example() {
            return "true";
        }

        @Override
        public Optional<Boolean> read(Written written, Boolean byDefault, Problems problems) {
            if (written instanceof Written.Truth truth) {
                return Optional.of(truth.value());
            }
            problems.error(
                    written.place(), written + " is neither true nor false; write one of them");
            return Optional.empty();
        }

        @Override
        public String write(Boolean value) {
            return Boolean.toString(value);
        }
    }
}
