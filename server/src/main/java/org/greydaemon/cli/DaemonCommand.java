package org.greydaemon.cli;

import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ClientListException;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.net.AddressException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.store.memory.Fsync;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The classic command line, that of the original, and the long options that go beyond it. The
/// manual page greydaemon(8) is checked against this class.
@Command(
        name = "greydaemon",
        sortOptions = false,
        abbreviateSynopsis = true,
        customSynopsis =
                "greydaemon [-d] [-u user] [-w file] [-s min] [-t days] [-g hours] [-m min]"
                        + " [--option=value ...] ipaddr[:port] savefile",
        description = "Greylisting for mail servers. See greydaemon(8).")
public final class DaemonCommand {
    /// The port of greylisting daemons that the original's clients ask.
    private static final int PORT = 1999;

    /// Postgrey's port on many systems, which Postfix sites have in their configuration.
    private static final int POLICY_PORT = 10_023;

    private static final int MILTER_PORT = 10_030;

    private static final int HTTP_PORT = 8077;

    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3600;
    private static final int SECONDS_PER_DAY = 86_400;

    /// Longer times than a century are a mistake.
    private static final double SECONDS_MAX = 100.0 * 366 * SECONDS_PER_DAY;

    @Option(names = "-d", description = "Show what is loaded and save after every answer.")
    private boolean debug;

    @Option(names = "-u", paramLabel = "user", description = "Become this user after binding.")
    private @Nullable String user;

    @Option(
            names = "-w",
            paramLabel = "file",
            description = "White list: clients that always pass.")
    private @Nullable Path whiteList;

    @Option(names = "-s", paramLabel = "min", description = "Minutes between saves (10).")
    private String save = "";

    @Option(
            names = "-t",
            paramLabel = "days",
            description = "Days that a quiet proven client is known (7; modern 35).")
    private String retention = "";

    @Option(
            names = "-g",
            paramLabel = "hours",
            description = "Hours after which a retry is late (12; modern 24).")
    private String windowEnd = "";

    @Option(
            names = "-m",
            paramLabel = "min",
            description = "Minutes before which a retry is early (5; modern 4).")
    private String windowStart = "";

    @Option(names = "--rules", paramLabel = "name", description = "original or modern (original).")
    private RuleSet ruleSet = RuleSet.original;

    @Option(
            names = "--allow",
            paramLabel = "network",
            description = "Who may ask beyond the default; may be given several times.")
    private List<String> allow = new ArrayList<>();

    @Option(
            names = "--fsync",
            paramLabel = "when",
            description = "Force the journal to the disk: always, everysec or never (everysec).")
    private FsyncWhen fsync = FsyncWhen.everysec;

    @Option(
            names = "--max-entries",
            paramLabel = "n",
            description = "The most clients and triplets in memory (2000000).")
    private String entriesMax = "2000000";

    @Option(
            names = "--policy",
            paramLabel = "place",
            arity = "0..1",
            description =
                    "Answer Postfix's policy requests and greylistd's words at addr[:port] or"
                            + " unix:path (127.0.0.1:10023); may be given several times.")
    private List<String> policy = new ArrayList<>();

    @Option(
            names = "--milter",
            paramLabel = "place",
            arity = "0..1",
            description =
                    "Be a milter for Sendmail or Postfix at addr[:port] or unix:path"
                            + " (127.0.0.1:10030); may be given several times.")
    private List<String> milter = new ArrayList<>();

    @Option(
            names = "--http",
            paramLabel = "place",
            arity = "0..1",
            description =
                    "Answer HTTP at addr[:port] (127.0.0.1:8077): health, metrics and questions in"
                            + " JSON.")
    private @Nullable String http;

    @Option(
            names = "--socket-mode",
            paramLabel = "mode",
            description = "Permissions of unix sockets (0666).")
    private String socketMode = "0666";

    @Option(
            names = "--reply",
            paramLabel = "text",
            description =
                    "What deferred clients are told, %%s being seconds"
                            + " (451 4.7.1 Greylisted, please try again in %%s seconds).")
    private String reply = "";

    @Option(names = "--help", usageHelp = true, description = "Show this and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;

    @Parameters(
            index = "0",
            paramLabel = "ipaddr[:port]",
            description = "Where to listen (port 1999).")
    private String address = "";

    @Parameters(index = "1", paramLabel = "savefile", description = "Where entries are saved.")
    private String saveFile = "";

    private final List<String> warnings = new ArrayList<>();

    /// The rule sets as the command line names them.
    private enum RuleSet {
        original,
        modern
    }

    /// {@link Fsync} as the command line names it.
    private enum FsyncWhen {
        always,
        everysec,
        never
    }

    private DaemonCommand() {}

    /// What came of reading a command line.
    ///
    /// @param settings what to run with; empty if there is nothing to run
    /// @param warnings what the operator should know first
    /// @param exitStatus 0, or 2 if the command line is wrong; what is wrong has been printed
    public record Parsed(
            Optional<DaemonSettings> settings, List<String> warnings, int exitStatus) {}

    /// Reads a command line; prints help and usage errors.
    public static Parsed parse(String... args) {
        DaemonCommand command = new DaemonCommand();
        CommandLine line = new CommandLine(command).setExpandAtFiles(false);
        try {
            line.parseArgs(withPlaces(args));
            if (line.isUsageHelpRequested()) {
                line.usage(System.out);
                return new Parsed(Optional.empty(), List.of(), 0);
            }
            DaemonSettings settings = command.settings();
            return new Parsed(Optional.of(settings), command.warnings, 0);
        } catch (ParameterException e) {
            return wrong(e.getMessage());
        } catch (UsageException e) {
            return wrong(e.getMessage());
        }
    }

    private static Parsed wrong(@Nullable String message) {
        System.err.println("greydaemon: " + message + "; greydaemon --help shows the options");
        return new Parsed(Optional.empty(), List.of(), 2);
    }

    /// A wrong command line; the message says what is wrong and what to do.
    private static final class UsageException extends Exception {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    private DaemonSettings settings() throws UsageException {
        Endpoint listen = endpoint();
        return new DaemonSettings(
                listen,
                saveFile(),
                Optional.ofNullable(user),
                Optional.ofNullable(whiteList),
                debug,
                duration("-s", save, 10, SECONDS_PER_MINUTE),
                rules(),
                ruleSet == RuleSet.original,
                allowed(listen.address()),
                Fsync.valueOf(fsync.name().toUpperCase(java.util.Locale.ROOT)),
                entriesMax(),
                places("--policy", policy, POLICY_PORT),
                places("--milter", milter, MILTER_PORT),
                http(),
                socketMode(),
                reply());
    }

    /// A switch for a place has its value behind a `=`, or none: what follows `--policy` may be the
    /// address to listen at.
    private static String[] withPlaces(String... args) {
        return Arrays.stream(args)
                .map(arg ->
                        List.of("--policy", "--milter", "--http").contains(arg)
                                ? arg + "=127.0.0.1"
                                : arg)
                .toArray(String[]::new);
    }

    private static List<StreamAddress> places(String option, List<String> texts, int port)
            throws UsageException {
        List<StreamAddress> places = new ArrayList<>();
        for (String text : texts) {
            try {
                places.add(StreamAddress.parse(text, port));
            } catch (AddressException e) {
                throw new UsageException(option + ": " + e.getMessage());
            }
        }
        return List.copyOf(places);
    }

    private Optional<Endpoint> http() throws UsageException {
        if (http == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Endpoint.parse(http, HTTP_PORT));
        } catch (AddressException e) {
            throw new UsageException("--http: " + e.getMessage());
        }
    }

    private Set<PosixFilePermission> socketMode() throws UsageException {
        if (!socketMode.matches("0?[0-7]{3}")) {
            throw new UsageException(
                    "--socket-mode: '" + socketMode + "' is no mode; give one such as 0660");
        }
        int mode = Integer.parseInt(socketMode, 8);
        StringBuilder permissions = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < permissions.length(); i++) {
            if ((mode & 0400 >> i) == 0) {
                permissions.setCharAt(i, '-');
            }
        }
        return PosixFilePermissions.fromString(permissions.toString());
    }

    private ReplyText reply() throws UsageException {
        if (reply.isEmpty()) {
            return ReplyText.DEFAULT;
        }
        return ReplyText.parse(reply)
                .orElseThrow(() ->
                        new UsageException(
                                "--reply: "
                                        + AddressException.quoted(reply)
                                        + " is not 4yz 4.y.z text with one %s at most, in"
                                        + " ASCII and up to "
                                        + ReplyText.TEXT_MAX
                                        + " characters; other codes would refuse mail for"
                                        + " good"));
    }

    private long entriesMax() throws UsageException {
        try {
            long number = Long.parseLong(entriesMax);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The same sentence says what to do.
        }
        throw new UsageException(
                "--max-entries: '"
                        + entriesMax
                        + "' is no whole number from 1 on; give one, such as 2000000");
    }

    private Endpoint endpoint() throws UsageException {
        try {
            return Endpoint.parse(address, PORT);
        } catch (AddressException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private Path saveFile() throws UsageException {
        try {
            Path path = Path.of(saveFile);
            if (path.getFileName() == null || saveFile.endsWith("/")) {
                throw new UsageException("savefile: '" + saveFile + "' names no file; name one");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new UsageException("savefile: '" + saveFile + "' is no path; name a file");
        }
    }

    private Rules rules() throws UsageException {
        boolean original = ruleSet == RuleSet.original;
        long min = duration("-m", windowStart, original ? 5 : 4, SECONDS_PER_MINUTE);
        long max = duration("-g", windowEnd, original ? 12 : 24, SECONDS_PER_HOUR);
        long retentionSeconds = duration("-t", retention, original ? 7 : 35, SECONDS_PER_DAY);
        if (min >= max) {
            throw new UsageException(
                    "-m and -g: a retry is early for "
                            + min
                            + " s and late from "
                            + max
                            + " s on, so no mail could ever pass; lower -m or raise -g");
        }
        RetryWindow window = new RetryWindow(min, max);
        Retention retention = new Retention(retentionSeconds);
        return original ? new OriginalRules(window, retention) : new ModernRules(window, retention);
    }

    /// Reads a number that may have a fraction, and rounds the seconds up: as the original compares
    /// whole seconds with the fraction, it makes no difference.
    private long duration(String option, String text, int byDefault, int unitSeconds)
            throws UsageException {
        double number = text.isEmpty() ? 0 : number(option, text, byDefault);
        if (!(number >= 0 && number * unitSeconds <= SECONDS_MAX)) {
            throw new UsageException(
                    option
                            + ": "
                            + text
                            + " is not between 0 and a century; give a number such as "
                            + byDefault);
        }
        if (number == 0) {
            if (!text.isEmpty()) {
                warnings.add(option + " 0 means the default, " + byDefault + ", as it always has");
            }
            number = byDefault;
        }
        return (long) Math.ceil(number * unitSeconds);
    }

    private static double number(String option, String text, int byDefault) throws UsageException {
        try {
            // Java reads 5d as a number, and whoever writes it means days.
            if (!Character.isLetter(text.charAt(text.length() - 1))) {
                return Double.parseDouble(text);
            }
        } catch (NumberFormatException e) {
            // The same sentence says what to do.
        }
        throw new UsageException(
                option + ": '" + text + "' is no number; give one, such as " + byDefault);
    }

    /// The default is loopback, and the private networks when one of them is listened on; nobody
    /// else unless told to.
    private CidrSet allowed(IpAddress listen) throws UsageException {
        List<CidrBlock> blocks =
                new ArrayList<>(networks(List.of("127.0.0.0/8", "::1/128")).blocks());
        ClientList privateNetworks =
                networks(List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"));
        if (listen.equals(IpAddress.ipv4(0))
                || listen.equals(new IpAddress(0, 0))
                || privateNetworks.contains(listen.high(), listen.low())) {
            blocks.addAll(privateNetworks.blocks());
        }
        blocks.addAll(networks(allow).blocks());
        return CidrSet.of(blocks);
    }

    /// Networks are written as in the white list.
    private static ClientList networks(List<String> texts) throws UsageException {
        try {
            return ClientList.parse("--allow", texts);
        } catch (ClientListException e) {
            String problems = String.join("; ", e.problems());
            throw new UsageException(
                    problems.replaceAll("(?<=--allow):\\d+", "")); // No lines here.
        }
    }
}
