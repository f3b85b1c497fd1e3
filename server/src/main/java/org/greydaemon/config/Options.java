package org.greydaemon.config;

import org.greydaemon.log.LogFormat;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.server.SyslogAddress;
import org.greydaemon.store.memory.Fsync;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The table of options. Readers, checks, help, sample and manual follow from it.
public final class Options {
    /// Postgrey's port on many systems, which Postfix sites have in their configuration.
    private static final int POLICY_PORT = 10_023;

    private static final int MILTER_PORT = 10_030;

    private static final int HTTP_PORT = 8077;

    private static final int DNS_PORT = 53;

    static final Option<Endpoint> UDP =
            new Option<>(
                    "listen.udp",
                    Kinds.ENDPOINT,
                    Defaults.of(new Endpoint(IpAddress.ipv4(0x7f00_0001), 1999)),
                    Reload.RESTART,
                    parameter("ipaddr[:port]", Kinds.ENDPOINT, "Where to listen (port 1999)."),
                    "Where the original's protocol is answered, qmail's and greyctl's: an address"
                            + " and a port.");

    static final Option<List<StreamAddress>> POLICY =
            new Option<>(
                    "listen.policy",
                    Kinds.places(POLICY_PORT),
                    Defaults.of(List.of()),
                    Reload.RESTART,
                    option(
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
                    option(
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
                    option(
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
                        + " loopback: every user of this host then sees who writes to whom. What"
                        + " changes something needs the token all the same.");

    static final Option<List<CidrBlock>> ALLOW =
            new Option<>(
                    "listen.allow",
                    Kinds.NETWORKS,
                    Defaults.of(List.of()),
                    Reload.LIVE,
                    option(
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
                    option(
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
                    option(
                            "-u",
                            "user",
                            Switch.Form.VALUE,
                            Kinds.USER_NAME,
                            "Become this user after binding."),
                    "Become this user after binding, if started as root. Empty: stay who you are.");

    static final Option<Duration> DELAY =
            new Option<>(
                    "retry.delay",
                    Durations.KIND,
                    new Defaults<>(Duration.ofMinutes(5), Duration.ofMinutes(4)),
                    Reload.LIVE,
                    number(
                            "-m",
                            "min",
                            Duration.ofMinutes(1),
                            "Minutes before which a retry is early (5; modern 4)."),
                    "A retry passes from then on; before that it is early and deferred. Six of the"
                            + " known senders retry after 300 to 305 seconds, which is why it is"
                            + " less.");

    static final Option<Duration> WINDOW =
            new Option<>(
                    "retry.window",
                    Durations.KIND,
                    new Defaults<>(Duration.ofHours(12), Duration.ofHours(24)),
                    Reload.LIVE,
                    number(
                            "-g",
                            "hours",
                            Duration.ofHours(1),
                            "Hours after which a retry is late (12; modern 24)."),
                    "A retry from then on is late: it is deferred, and the wait starts over.");

    static final Option<Boolean> SOME_NEVER_PASS =
            new Option<>(
                    "retry.some-never-pass",
                    Kinds.FLAG,
                    Defaults.of(false),
                    Reload.LIVE,
                    Optional.empty(),
                    "Delay and window are meant although mail of some known senders then never"
                            + " passes; else they are refused.");

    static final Option<Duration> RETENTION =
            new Option<>(
                    "retry.retention",
                    Durations.KIND,
                    new Defaults<>(Duration.ofDays(7), Duration.ofDays(35)),
                    Reload.LIVE,
                    number(
                            "-t",
                            "days",
                            Duration.ofDays(1),
                            "Days that a quiet proven client is known (7; modern 35)."),
                    "A proven client is forgotten after so long without mail. 35 days keep those"
                            + " who write once a month.");

    static final Option<RuleSet> RULES =
            new Option<>(
                    "rules.set",
                    new Choice<>(RuleSet.class),
                    new Defaults<>(RuleSet.ORIGINAL, RuleSet.MODERN),
                    Reload.LIVE,
                    option(
                            "--rules",
                            "name",
                            Switch.Form.VALUE,
                            new Choice<>(RuleSet.class),
                            "original or modern (original)."),
                    "\"modern\" are the rules of RFC 6647; \"original\" those of the Perl daemon,"
                            + " which have other defaults. See RULES in greydaemon(8).");

    static final Option<Boolean> OBSERVE =
            new Option<>(
                    "rules.observe",
                    Kinds.FLAG,
                    Defaults.of(false),
                    Reload.LIVE,
                    Optional.empty(),
                    "A trial: everything is judged, remembered, logged (observed=defer) and"
                            + " counted, but all mail passes.");

    static final Option<Otherwise> OTHERWISE =
            new Option<>(
                    "rules.otherwise",
                    new Choice<>(Otherwise.class),
                    Defaults.of(Otherwise.GREYLIST),
                    Reload.LIVE,
                    Optional.empty(),
                    "What happens to mail that no line of exempt.files decides: \"greylist\", or"
                            + " \"pass\", where only that is to wait which lines greylist.");

    static final Option<Path> SAVE_FILE =
            new Option<>(
                    "store.save-file",
                    Kinds.SAVE_FILE,
                    Defaults.of(Path.of("/var/lib/greydaemon/savefile")),
                    Reload.RESTART,
                    parameter("savefile", Kinds.SAVE_FILE, "Where entries are saved."),
                    "The save file; the journal lies beside it. The daemon's user must be able to"
                            + " write in its folder.");

    static final Option<Duration> SAVE_INTERVAL =
            new Option<>(
                    "store.save-interval",
                    Durations.KIND,
                    Defaults.of(Duration.ofMinutes(10)),
                    Reload.LIVE,
                    number("-s", "min", Duration.ofMinutes(1), "Minutes between saves (10)."),
                    "Time between saves. Nothing that was answered depends on it, each change is in"
                            + " the journal before its answer leaves.");

    static final Option<Fsync> FSYNC =
            new Option<>(
                    "store.fsync",
                    new Choice<>(Fsync.class),
                    Defaults.of(Fsync.EVERYSEC),
                    Reload.RESTART,
                    option(
                            "--fsync",
                            "when",
                            Switch.Form.VALUE,
                            new Choice<>(Fsync.class),
                            "Force the journal to the disk: always, everysec or never"
                                    + " (everysec)."),
                    "When the journal is forced to the disk: \"always\" (before each answer),"
                            + " \"everysec\" (once a second) or \"never\". It says how much a power"
                            + " failure can take; the end of the process takes nothing with any.");

    static final Option<Duration> STOP_WAIT =
            new Option<>(
                    "store.stop-wait",
                    Durations.KIND,
                    Defaults.of(Duration.ofSeconds(30)),
                    Reload.RESTART,
                    number(
                            "--stop-wait",
                            "s",
                            Duration.ofSeconds(1),
                            "Seconds that a stop tries again if it cannot save (30)."),
                    "For how long a stop tries again when the disk does not take the last save and"
                            + " changes are in memory only. Another SIGTERM ends it.");

    static final Option<Optional<Path>> RESCUE =
            new Option<>(
                    "store.rescue-folder",
                    Kinds.FILE,
                    Defaults.of(Optional.empty()),
                    Reload.RESTART,
                    option(
                            "--rescue",
                            "folder",
                            Switch.Form.VALUE,
                            Kinds.FILE_NAME,
                            "Where a stop saves if it cannot save otherwise."),
                    "A folder on another disk, of this daemon alone: if the last save fails for"
                            + " longer than stop-wait, it is written there under the save file's"
                            + " name, and the next start reads it. Empty: then what is in memory"
                            + " only is lost, the log says how much, and the exit status is 74.");

    static final Option<Long> MAX_ENTRIES =
            new Option<>(
                    "store.max-entries",
                    Kinds.COUNT,
                    Defaults.of(2_000_000L),
                    Reload.RESTART,
                    option(
                            "--max-entries",
                            "n",
                            Switch.Form.VALUE,
                            Kinds.COUNT,
                            "The most clients and triplets in memory (2000000)."),
                    "The most proven clients and triplets in memory, about 100 octets each.");

    static final Option<Optional<Path>> WHITE_LIST =
            new Option<>(
                    "exempt.white-list",
                    Kinds.FILE,
                    Defaults.of(Optional.empty()),
                    Reload.LIVE,
                    option(
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
                    option(
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

    static final Option<ReplyText> REPLY =
            new Option<>(
                    "reply.text",
                    Kinds.REPLY,
                    Defaults.of(ReplyText.DEFAULT),
                    Reload.LIVE,
                    option(
                            "--reply",
                            "text",
                            Switch.Form.VALUE,
                            Kinds.REPLY_OR_DEFAULT,
                            "What deferred clients are told, %s being seconds (451 4.7.1"
                                    + " Greylisted, please try again in %s seconds)."),
                    "What clients are told when their mail is deferred: a code 4yz, a status 4.y.z"
                            + " and a text, in which %s becomes the seconds until a retry passes"
                            + " (some senders read them), %t the time of the day when that is, %c"
                            + " the client, %r the recipient and %u a link, see link.");

    static final Option<Optional<String>> REPLY_LINK =
            new Option<>(
                    "reply.link",
                    Kinds.LINK,
                    Defaults.of(Optional.empty()),
                    Reload.LIVE,
                    Optional.empty(),
                    "What %u begins with in texts: a web address of yours that leads to /why/ of"
                            + " listen.http. A token follows that says why and for how long, and"
                            + " neither who has sent the mail nor to whom.");

    static final Option<LogFormat> LOG_FORMAT =
            new Option<>(
                    "log.format",
                    new Choice<>(LogFormat.class),
                    new Defaults<>(LogFormat.ORIGINAL, LogFormat.LOGFMT),
                    Reload.LIVE,
                    option(
                            "--log",
                            "form",
                            Switch.Form.VALUE,
                            new Choice<>(LogFormat.class),
                            "Form of the log: original, logfmt or json (original; modern"
                                    + " logfmt)."),
                    "Form of the log: \"logfmt\" (keys and values, one line for each request),"
                            + " \"json\" (an object on each line) or \"original\" (the Perl"
                            + " daemon's).");

    static final Option<Optional<SyslogAddress>> SYSLOG =
            new Option<>(
                    "log.syslog",
                    Kinds.SYSLOG_OR_NONE,
                    Defaults.of(Optional.empty()),
                    Reload.RESTART,
                    option(
                            "--syslog",
                            "place",
                            Switch.Form.LOG_PLACE,
                            Kinds.SYSLOG,
                            "Send the log to syslog at unix:path or udp:addr[:port]"
                                    + " (unix:/dev/log), instead of to standard output."),
                    "Where syslog takes the log: \"unix:/dev/log\", or a host such as"
                            + " \"udp:192.0.2.10:514\". Empty: it goes to standard output.");

    static final Option<Boolean> DEBUG =
            new Option<>(
                    "log.debug",
                    Kinds.FLAG,
                    Defaults.of(false),
                    Reload.RESTART,
                    option(
                            "-d",
                            "",
                            Switch.Form.FLAG,
                            Kinds.FLAG,
                            "Show what is loaded and save after every answer."),
                    "Show what is loaded, and save after every round of answers; for looking at"
                            + " what requests do, not for a busy server.");

    static final Option<Optional<Path>> CONTROL =
            new Option<>(
                    "admin.control",
                    Kinds.FILE,
                    Defaults.of(Optional.empty()),
                    Reload.RESTART,
                    option(
                            "--ctl",
                            "path",
                            Switch.Form.VALUE,
                            Kinds.FILE_NAME,
                            "Where greyctl is answered (savefile.ctl)."),
                    "The unix socket on which greyctl is answered; only root, the daemon's"
                            + " user and the group of that user's name may. Empty: the save"
                            + " file's name with .ctl behind it.");

    /// All options in the order of the file.
    public static final List<Option<?>> ALL =
            Stream.of(
                            List.of(
                                    UDP,
                                    POLICY,
                                    MILTER,
                                    HTTP,
                                    HTTP_NAMES,
                                    HTTP_OPEN,
                                    ALLOW,
                                    SOCKET_MODE,
                                    USER,
                                    DELAY,
                                    WINDOW,
                                    SOME_NEVER_PASS,
                                    RETENTION),
                            IdentityOptions.RETRY,
                            List.of(RULES, OBSERVE, OTHERWISE),
                            IdentityOptions.RULES,
                            List.of(
                                    SAVE_FILE,
                                    SAVE_INTERVAL,
                                    FSYNC,
                                    STOP_WAIT,
                                    RESCUE,
                                    MAX_ENTRIES),
                            ShareOptions.ALL,
                            List.of(
                                    WHITE_LIST,
                                    EXEMPT_FILES,
                                    POSTMASTER,
                                    SHIPPED,
                                    RESOLVER,
                                    REPLY,
                                    REPLY_LINK,
                                    LOG_FORMAT,
                                    SYSLOG,
                                    DEBUG,
                                    CONTROL))
                    .<Option<?>>flatMap(List::stream)
                    .toList();

    /// Those that the command line names, in the order of its help: the original's first, in its
    /// order.
    public static final List<Option<?>> SWITCHES =
            List.of(
                    DEBUG,
                    USER,
                    WHITE_LIST,
                    SAVE_INTERVAL,
                    RETENTION,
                    WINDOW,
                    DELAY,
                    RULES,
                    EXEMPT_FILES,
                    ALLOW,
                    FSYNC,
                    STOP_WAIT,
                    RESCUE,
                    IdentityOptions.SUSPECT_DELAY,
                    MAX_ENTRIES,
                    POLICY,
                    MILTER,
                    HTTP,
                    CONTROL,
                    SOCKET_MODE,
                    REPLY,
                    LOG_FORMAT,
                    SYSLOG,
                    UDP,
                    SAVE_FILE);

    private Options() {}

    private static <T> Optional<Switch<T>> option(
            String name, String label, Switch.Form form, ValueKind<T> reads, String help) {
        return Optional.of(new Switch<>(name, label, form, reads, help));
    }

    static Optional<Switch<Duration>> number(
            String name, String label, Duration unit, String help) {
        return option(name, label, Switch.Form.VALUE, new Durations.NumberOf(unit), help);
    }

    private static <T> Optional<Switch<T>> parameter(String name, ValueKind<T> reads, String help) {
        return option(name, name, Switch.Form.PARAMETER, reads, help);
    }

    /// The option with this key.
    static Optional<Option<?>> find(String key) {
        return ALL.stream().filter(option -> option.key().equals(key)).findFirst();
    }

    /// Whether there are options below this.
    static boolean isGroup(String name) {
        return ALL.stream().anyMatch(option -> option.group().equals(name));
    }

    /// All keys.
    static List<String> keys() {
        return ALL.stream().map(Option::key).toList();
    }
}
