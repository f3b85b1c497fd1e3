package org.greydaemon.replay;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What Exim says of what it refuses (smtp_handle_acl_fail() of its smtp_in.c, local_scan() of
/// receive.c), behind the number of the message where there is one:
///
/// ```
/// H=mx.example.org (helo) [192.0.2.1] F=<a@example.org> temporarily rejected RCPT <b@example.net>: greylisted
/// H=mx.example.org [192.0.2.1] X=TLS1.3:A:256 F=<a@example.org> A=plain:joe temporarily rejected after DATA: later
/// F=a@example.org H=mx.example.org [192.0.2.1] temporarily rejected by local_scan(): later
/// H=mx.example.org [192.0.2.1] temporarily rejected DATA: greylisted for b@example.net
/// H=mx.example.org [192.0.2.1] temporarily rejected MAIL <a@example.org>: greylisted
/// ```
///
/// @param sender empty if nobody has told, which is so at DATA itself; no text for the null sender
/// @param recipients none at MAIL, and of RCPT if the line has not room for it; none behind the
///   data, but those with which the reason ends: `greylisted for b@example.net, c@example.net`
/// @param isGreylisting whether a greylister has deferred it: that says so, or it is nothing else
/// @param saysSo whether that says so
record EximRejection(
        EximHost host,
        Optional<String> sender,
        List<String> recipients,
        boolean authenticated,
        boolean isGreylisting,
        boolean saysSo) {
    private static final String REJECTED = " rejected ";
    private static final String RECIPIENT = "RCPT ";
    private static final String SENDER = "MAIL ";
    private static final String LOCAL_SCAN = "by local_scan(): ";

    /// How much of a command Exim logs (smtp_in.c).
    private static final int COMMAND_MAX = 100;

    /// Where a message has come as far as its data.
    private static final List<String> DATA =
            List.of("DATA", "after DATA", "during MIME ACL checks", LOCAL_SCAN);

    private static final Pattern GREYLISTING = Pattern.compile("gr[ae]y");

    /// The texts of Exim's own configuration and code that defer for other reasons.
    private static final Pattern OTHERS =
            Pattern.compile(
                    "verify|verification|could not complete|unrouteable|sender address rejected"
                            + "|relay not permitted|too many|\\brate|ratelimit");

    /// The same behind the data, of what looks into it (its malware.c, spam.c, and examples).
    private static final Pattern SCANNERS =
            Pattern.compile(
                    "malware|virus|spam|\\bscan|unable to|\\bfail|error|local problem"
                            + "|unavailable|timed? ?out|invalid");

    /// Where its stage stands; less than 0 if it is about something else.
    static int stageAt(String line, int at) {
        int rejected = line.indexOf(REJECTED, at);
        int stage = rejected + REJECTED.length();
        boolean isOne =
                rejected >= 0
                        && (line.startsWith(RECIPIENT, stage)
                                || isGreylistingAtMail(line, stage)
                                || DATA.stream().anyMatch(one -> line.startsWith(one, stage)));
        return isOne ? stage : -1;
    }

    /// At MAIL other things are asked, so a greylister has to say that it is one.
    private static boolean isGreylistingAtMail(String line, int stage) {
        if (!line.startsWith(SENDER, stage)) {
            return false;
        }
        String why = reason(line, stage + SENDER.length(), true).toLowerCase(Locale.ROOT);
        return GREYLISTING.matcher(why).find();
    }

    /// Whether it is a program of this host that says SMTP to Exim: there is no client.
    static boolean isLocal(String line, int at, int stage) {
        int host = line.startsWith("H=", at) ? at : line.indexOf(" H=", at);
        int user = line.startsWith("U=", at) ? at : line.indexOf(" U=", at);
        return (host < 0 || host > stage) && user >= 0 && user < stage;
    }

    /// Reads one; empty if something is missing.
    ///
    /// @param at where it begins
    /// @param stage where its stage stands
    static Optional<EximRejection> of(String line, int at, int stage, HostLists hosts) {
        int rejected = stage - REJECTED.length();
        boolean isRecipient = line.startsWith(RECIPIENT, stage);
        boolean isMail = line.startsWith(SENDER, stage);
        int name = line.startsWith("H=", at) ? at : line.indexOf(" H=", at) + 1;
        Optional<EximHost> host =
                name == 0 ? Optional.empty() : EximHost.of(line, name, rejected, hosts);
        int argument = stage + RECIPIENT.length(); // MAIL has as many letters.
        Optional<String> said = isRecipient || isMail ? argument(line, argument) : Optional.empty();
        Optional<String> sender = isMail ? said : sender(line, at, name, rejected);
        if (host.isEmpty() || (isRecipient && sender.isEmpty())) {
            return Optional.empty();
        }
        String reason = reason(line, argument, isRecipient || isMail);
        String why = reason.toLowerCase(Locale.ROOT);
        boolean forNow = line.startsWith("temporarily", rejected - "temporarily".length());
        boolean saysSo = GREYLISTING.matcher(why).find();
        int user = line.indexOf(" A=", at);
        return Optional.of(
                new EximRejection(
                        host.get(),
                        sender,
                        isRecipient
                                ? said.stream().toList()
                                : EximRecipients.named(isMail ? "" : reason, 0),
                        user >= 0 && user < rejected,
                        forNow && (saysSo || !isOther(why, isRecipient)),
                        saysSo));
    }

    /// The address behind a command; empty if it was cut off.
    private static Optional<String> argument(String line, int at) {
        int end = argumentEnd(line, at);
        return end < 0
                ? Optional.empty()
                : Optional.of(EximRecipients.withoutBrackets(line.substring(at, end)));
    }

    private static int argumentEnd(String line, int at) {
        boolean isBracketed = line.startsWith("<", at);
        int end = line.indexOf(isBracketed ? ">: " : ": ", at);
        if (end < 0) {
            end = isBracketed && !line.endsWith(">") ? -1 : line.length();
        } else if (isBracketed) {
            end++;
        }
        return end - at > COMMAND_MAX || (end - at == COMMAND_MAX && !isBracketed) ? -1 : end;
    }

    /// What stands behind the colon.
    private static String reason(String line, int at, boolean isCommand) {
        int end = isCommand ? argumentEnd(line, at) : line.indexOf(": ", at - 1);
        int colon = end < 0 && isCommand ? at + COMMAND_MAX : end;
        return colon >= 0 && line.startsWith(": ", colon) ? line.substring(colon + 2) : "";
    }

    /// `F=<a@example.org>`, or of local_scan() `F=a@example.org` before the host.
    private static Optional<String> sender(String line, int at, int name, int rejected) {
        if (line.startsWith("F=", at) && name > at) {
            String text = line.substring(at + "F=".length(), name - 1);
            return Optional.of(text.equals("<>") ? "" : text);
        }
        int sender = line.indexOf(" F=<", at);
        int end = line.lastIndexOf("> ", rejected);
        int user = sender < 0 ? -1 : line.indexOf("> A=", sender);
        if (user >= 0 && user < end) {
            end = user;
        }
        return sender < 0 || end < sender || sender > rejected
                ? Optional.empty()
                : Optional.of(line.substring(sender + " F=<".length(), end));
    }

    private static boolean isOther(String why, boolean isRecipient) {
        return OTHERS.matcher(why).find() || (!isRecipient && SCANNERS.matcher(why).find());
    }
}
