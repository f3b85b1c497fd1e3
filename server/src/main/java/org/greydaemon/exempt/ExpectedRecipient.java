package org.greydaemon.exempt;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

import java.util.List;
import java.util.regex.Pattern;

/// A recipient of whom somebody says that mail is {@link Expected}: one address, in the form in
/// which recipients are compared. No state.
public final class ExpectedRecipient {
    /// A local part that needs no quotes, whatever stands before it.
    private static final Pattern PLAIN = Pattern.compile("[^\\s()<>,;:\\\\\"\\[\\]@#/]+");

    private ExpectedRecipient() {}

    /// The recipient in the form in which it is compared.
    ///
    /// @throws MistakeException if it is no address; it says what to write
    public static String parse(String text) throws MistakeException {
        String word = text.strip();
        if (word.startsWith("\"") && word.contains(" ")) {
            throw new MistakeException(
                    Mistake.quoted(word)
                            + " has a blank, without which addresses are compared: it would be"
                            + " another mailbox",
                    "write it without the blank if that one is meant");
        }
        boolean isOneWord = !word.isEmpty() && !(word.contains(" ") && !word.startsWith("\""));
        if (isOneWord && word.indexOf('@') > 0) {
            TextPattern pattern = TextPattern.parse(Subject.RECIPIENT, word);
            if (isAddress(pattern) && isReadAgain(pattern.key())) {
                return pattern.key();
            }
        }
        throw new MistakeException(
                Mistake.quoted(word) + " is no address of a recipient",
                "write one such as carol@example.net");
    }

    /// Whether the file says the same of the recipient, with any end.
    private static boolean isReadAgain(String recipient) {
        try {
            List<ExemptionLine> read =
                    KeptFile.readAgain("recipient " + written(recipient) + " until 2027-01-31");
            return read.size() == 1
                    && read.getFirst().conditions().size() == 1
                    && read.getFirst()
                            .pattern(Subject.RECIPIENT)
                            .filter(its -> its.key().equals(recipient))
                            .isPresent();
        } catch (MistakeException e) {
            return false;
        }
    }

    /// The recipient as a line has it: in quotes, if it cannot be written without.
    static String written(String recipient) {
        int at = recipient.lastIndexOf('@');
        String local = recipient.substring(0, at);
        return PLAIN.matcher(local).matches()
                ? recipient
                : '"' + local.replaceAll("([\\\\\"])", "\\\\$1") + '"' + recipient.substring(at);
    }

    /// Whether it stands for one address, and for nothing else.
    static boolean isAddress(TextPattern pattern) {
        String key = pattern.key();
        int at = key.lastIndexOf('@');
        return !pattern.hasWildcard()
                && at > 0
                && at + 1 < key.length()
                && key.charAt(at + 1) != '.';
    }
}
