package org.greydaemon.config;

import org.greydaemon.log.LogFormat;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.server.SyslogAddress;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The part of the table that says what clients, the log and the operator are told.
final class OutputOptions {
    static final Option<ReplyText> REPLY =
            new Option<>(
                    "reply.text",
                    Kinds.REPLY,
                    Defaults.of(ReplyText.DEFAULT),
                    Reload.LIVE,
                    Switch.named(
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
                    Switch.named(
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
                    Switch.named(
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
                    Switch.named(
                            "-d",
                            "",
                            Switch.Form.FLAG,
                            Kinds.FLAG,
                            "Show what is loaded and save after every round of answers."),
                    "Show what is loaded, and save after every round of answers; for looking at"
                            + " what requests do, not for a busy server.");

    static final Option<Optional<Path>> CONTROL =
            new Option<>(
                    "admin.control",
                    Kinds.FILE,
                    Defaults.of(Optional.empty()),
                    Reload.RESTART,
                    Switch.named(
                            "--ctl",
                            "path",
                            Switch.Form.VALUE,
                            Kinds.FILE_NAME,
                            "Where greyctl is answered (savefile.ctl)."),
                    "The unix socket on which greyctl is answered; only root, the daemon's"
                            + " user and the group of that user's name may. Empty: the save"
                            + " file's name with .ctl behind it.");

    /// In the order of the file.
    static final List<Option<?>> ALL =
            List.of(REPLY, REPLY_LINK, LOG_FORMAT, SYSLOG, DEBUG, CONTROL);

    private OutputOptions() {}
}
