package org.greydaemon.admin;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Key;
import org.greydaemon.mail.EscapedText;

import java.nio.charset.StandardCharsets;

/// The fields of a key as the log and the save file show them: {@link EscapedText#writeField}. The
/// null sender, which entries hold as `.`, is empty.
///
/// @param client the client; empty if an attempt names none
/// @param sender the sender; empty for a client's entry
/// @param recipient the recipient, the first one of an attempt; empty for a client's entry
record EntryText(String client, String sender, String recipient) {
    /// The fields of a key.
    static EntryText of(Key key) {
        int sender = key.clientLength();
        int recipient = sender + key.senderLength();
        String from = field(key.bytes(), sender, recipient);
        return new EntryText(
                field(key.bytes(), 0, sender),
                from.equals(".") ? "" : from,
                field(key.bytes(), recipient, key.length()));
    }

    /// The fields of an attempt, as far as it makes sense.
    static EntryText of(Attempt attempt) {
        if (attempt.fault() == Attempt.Fault.NO_CLIENT) {
            return new EntryText("", "", "");
        }
        String client = field(attempt.text(), 0, attempt.clientTo());
        if (attempt.fault() == Attempt.Fault.NO_SENDER) {
            return new EntryText(client, "", "");
        }
        return new EntryText(
                client,
                attempt.isNullSender()
                        ? ""
                        : field(attempt.text(), attempt.clientTo(), attempt.senderTo()),
                attempt.recipients() == 0 ? "" : recipient(attempt, 0));
    }

    /// One recipient of an attempt.
    static String recipient(Attempt attempt, int index) {
        return field(
                attempt.text(), attempt.recipientFrom(index), attempt.recipientFrom(index + 1));
    }

    /// The first confirmed name of the client's host; empty if there is none.
    static String hostName(Attempt attempt) {
        if (attempt.fault() == Attempt.Fault.NO_CLIENT) {
            return "";
        }
        byte[] name = new byte[Evidence.HOST_NAME_MAX];
        return field(name, 0, attempt.evidence().writeHostName(name));
    }

    private static String field(byte[] text, int from, int to) {
        if (EscapedText.isPlain(text, from, to)) {
            return new String(text, from, to - from, StandardCharsets.US_ASCII);
        }
        byte[] escaped = new byte[EscapedText.EXPANSION_MAX * (to - from) + Long.BYTES];
        int end = EscapedText.writeField(text, from, to, escaped, 0);
        return new String(escaped, 0, end, StandardCharsets.UTF_8);
    }
}
