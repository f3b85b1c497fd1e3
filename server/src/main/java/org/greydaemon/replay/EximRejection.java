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
/// ```
///
/// @param sender empty if nobody has told, which is so at DATA itself; no text for the null sender
/// @param recipients none behind the data, but those with which the reason ends: `greylisted for
///   b@example.net, c@example.net`
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
    private static final String LOCAL_SCAN = "by local_scan(): ";

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
                                || DATA.stream().anyMatch(one -> line.startsWith(one, stage)));
        return isOne ? stage : -1;
    }

    /// Reads one; empty if something is missing.
    ///
    /// @param at where it begins
    /// @param stage where its stage stands
    static Optional<EximRejection> of(String line, int at, int stage, HostLists hosts) {
        int rejected = stage - REJECTED.length();
        boolean isRecipient = line.startsWith(RECIPIENT, stage);
        int name = line.startsWith("H=", at) ? at : line.indexOf(" H=", at) + 1;
        Optional<EximHost> host =
                name == 0 ? Optional.empty() : EximHost.of(line, name, rejected, hosts);
        Optional<String> sender = sender(line, at, name, rejected);
        if (host.isEmpty() || (isRecipient && sender.isEmpty())) {
            return Optional.empty();
        }
        int address = stage + RECIPIENT.length();
        int end = line.indexOf(": ", stage);
        if (isRecipient && line.startsWith("<", address)) {
            int bracket = line.indexOf(">: ", address);
            end = bracket < 0 ? -1 : bracket + 1;
        }
        String reason = end < 0 ? "" : line.substring(end + 2);
        String why = reason.toLowerCase(Locale.ROOT);
        boolean forNow = line.startsWith("temporarily", rejected - "temporarily".length());
        boolean saysSo = GREYLISTING.matcher(why).find();
        int user = line.indexOf(" A=", at);
        return Optional.of(
                new EximRejection(
                        host.get(),
                        sender,
                        isRecipient
                                ? List.of(line.substring(address, end < 0 ? line.length() : end))
                                : EximRecipients.named(reason, 0),
                        user >= 0 && user < rejected,
                        forNow && (saysSo || !isOther(why, isRecipient)),
                        saysSo));
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
