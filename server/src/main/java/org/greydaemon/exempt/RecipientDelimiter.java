package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.identity.SenderForm;

import java.util.List;

/// What parts a recipient's extension from its mailbox (RFC 5233): the rules know both as one
/// recipient, and who writes `bob@example.net` means what bob gets.
///
/// @param character of ASCII; `\0` if nothing does
public record RecipientDelimiter(char character) {
    /// As nearly everybody has it: `bob+news@example.net` is bob's.
    public static final RecipientDelimiter USUAL = new RecipientDelimiter('+');

    /// Whose mail that is.
    ///
    /// @param recipient in {@link NormalForm}
    String mailbox(String recipient) {
        if (character == 0 || recipient.indexOf(character, 1) < 0) {
            return recipient;
        }
        byte[] octets = recipient.getBytes(UTF_8);
        byte[] out = new byte[octets.length + SenderForm.ROOM];
        int end = SenderForm.writeRecipient(octets, 0, octets.length, character, out, 0);
        String told = new String(out, 0, end, UTF_8); // Its domain is in the form of entries.
        int at = recipient.lastIndexOf('@');
        return at < 0 ? told : told.substring(0, told.lastIndexOf('@')) + recipient.substring(at);
    }

    /// The recipient as it is, and without its extension if it has one.
    ///
    /// @param recipient in {@link NormalForm}
    List<String> forms(String recipient) {
        String mailbox = mailbox(recipient);
        return mailbox.equals(recipient) ? List.of(recipient) : List.of(recipient, mailbox);
    }
}
