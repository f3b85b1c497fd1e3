package org.greydaemon.exchange;

import org.greydaemon.net.CidrBlock;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The context file that IndiMail's qmail-greyd writes when it ends (`save_context` in
/// qmail-greyd.c 1.37): a line for each message with all its recipients,
///
/// ```
/// ip NUL sender NUL length NUL (T recipient NUL)... timestamp NUL status
/// ```
///
/// where `length` is that of all recipients, and `status` is one octet with a small number.
final class QmailGreydContext implements Reading {
    private static final Pattern LINE =
            Pattern.compile(
                    "([^\0]*)\0([^\0]*)\0([0-9]{1,9})\0(.*\0)([0-9]{1,12})\0([\0-\7])",
                    Pattern.DOTALL);

    /// `RECORD_OK` and `RECORD_GREY`: it has passed. What passed as a bounce (6) is counted from
    /// then on as if it was new.
    private static final String PASSED = "\4\5";

    @Override
    public List<Found> line(String line) {
        if (line.isEmpty()) {
            return List.of();
        }
        Matcher form = LINE.matcher(line);
        if (!form.matches() || Integer.parseInt(form.group(3)) != form.group(4).length()) {
            return List.of(
                    new Found.Malformed(
                            FieldText.shown(line) + " is no line of qmail-greyd's context file"));
        }
        Optional<CidrBlock> client = ClientText.single(form.group(1));
        if (client.isEmpty()) {
            return List.of(Found.noClient(form.group(1)));
        }
        OptionalLong time = FieldText.seconds(form.group(5));
        if (time.isEmpty()) {
            return List.of(Found.noTime(form.group(5)));
        }
        return PASSED.contains(form.group(6))
                ? List.of(Found.proven(client.get(), time.getAsLong()))
                : triplets(client.get(), form.group(2), form.group(4), time.getAsLong());
    }

    private static List<Found> triplets(
            CidrBlock client, String sender, String recipients, long firstSeen) {
        List<Found> triplets = new ArrayList<>();
        for (String recipient : recipients.split("\0", -1)) {
            if (recipient.startsWith("T")) {
                triplets.add(Found.waiting(client, sender, recipient.substring(1), firstSeen));
            }
        }
        return triplets;
    }
}
