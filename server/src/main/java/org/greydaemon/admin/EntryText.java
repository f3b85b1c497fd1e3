package org.greydaemon.admin;

import org.greydaemon.decision.Key;
import org.greydaemon.mail.EscapedText;

import java.nio.charset.StandardCharsets;

/// The fields of a key as the log and the save file show them: {@link EscapedText#writeField}. The
/// null sender, which entries hold as `.`, is empty.
///
/// @param client the client
/// @param sender the sender; empty for a client's entry
/// @param recipient the recipient; empty for a client's entry
record EntryText(String client, String sender, String recipient) {
    /// The fields of a key.
    static EntryText of(Key key) {
        int sender = key.clientLength();
        int recipient = sender + key.senderLength();
        String from = field(key, sender, recipient);
        return new EntryText(
                field(key, 0, sender),
                from.equals(".") ? "" : from,
                field(key, recipient, key.length()));
    }

    private static String field(Key key, int from, int to) {
        byte[] escaped = new byte[EscapedText.EXPANSION_MAX * (to - from) + Long.BYTES];
        int end = EscapedText.writeField(key.bytes(), from, to, escaped, 0);
        return new String(escaped, 0, end, StandardCharsets.UTF_8);
    }
}
