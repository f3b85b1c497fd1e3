package org.greydaemon.wire.words;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Source;
import org.greydaemon.mail.SmtpPath;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Client, sender and recipients in words. What may mean two things is an error and never a guess:
///
/// ```
/// 192.0.2.7 <a@example.org> b@example.net, c@example.net     as the documented blocks for Exim ask
/// 192.0.2.7 <> b@example.net                                 the null sender
/// 192.0.2.7 a@example.org b@example.net                      as greylistd's users ask
/// 192.0.2.7  b@example.net, c@example.net                    and its null sender, which leaves no word
///  <a@example.org> b@example.net                             no client: Exim reads from a program
/// ```
///
/// A quoted local part is a part of its word, blanks and commas in it too (RFC 5321 4.1.2).
///
/// @param client the client's address; empty if there is none
/// @param sender the sender as it is compared; empty for the null sender
/// @param recipients each once, and in an order of their own: in any order they are the same
///   message
record WordsEnvelope(String client, String sender, List<String> recipients) {
    /// The most recipients that are judged.
    static final int RECIPIENTS_MAX = 1000;

    /// What the log shows of a client that there is not, as mail servers do.
    private static final String UNKNOWN = "unknown";

    private static final String COMMA = ",";

    /// The most characters of a word that an error shows.
    private static final int SHOWN_MAX = 60;

    /// Reads words and commas, as {@link Words} finds them.
    ///
    /// @param cut whether the last word may be torn: it is left out
    static WordsEnvelope of(List<Words.Word> words, boolean cut) throws AmbiguousException {
        // No address of a client has an @, and every sender but the null sender has one.
        boolean hasClient = !words.isEmpty() && !isAddress(words.getFirst().text());
        String client = hasClient ? words.getFirst().text() : "";
        List<Words.Word> rest = words.subList(hasClient ? 1 : 0, words.size());
        if (client.equals(COMMA) || (!rest.isEmpty() && rest.getFirst().text().equals(COMMA))) {
            throw new AmbiguousException("A comma stands where an address should");
        }
        if (rest.isEmpty()) {
            return new WordsEnvelope(client, "", List.of());
        }
        if (rest.getFirst().text().startsWith("<")) {
            return of(client, bracketed(rest.getFirst()), list(rest.subList(1, rest.size()), cut));
        }
        if (rest.size() == 1 || rest.get(1).text().equals(COMMA)) {
            return of(client, "", list(rest, cut));
        }
        String sender = rest.getFirst().text();
        if (!sender.contains("@") || (hasClient && rest.getFirst().followsGap())) {
            throw new AmbiguousException(
                    "'"
                            + shown(sender)
                            + "' may be the sender or belong to the recipients; put the sender into"
                            + " angle brackets, <> for none");
        }
        return of(client, sender, list(rest.subList(1, rest.size()), cut));
    }

    private static String shown(String word) {
        return word.substring(0, Math.min(word.length(), SHOWN_MAX));
    }

    private static boolean isAddress(String word) {
        return word.startsWith("<") || word.contains("@");
    }

    private static String bracketed(Words.Word word) throws AmbiguousException {
        if (!word.text().endsWith(">")) {
            throw new AmbiguousException(
                    "No blank stands behind the sender in '" + shown(word.text()) + "'");
        }
        return word.text();
    }

    private static WordsEnvelope of(String client, String sender, List<String> recipients) {
        List<String> plain = recipients.stream().map(SmtpPath::address).toList();
        return new WordsEnvelope(
                client, SmtpPath.address(sender), List.copyOf(new TreeSet<>(plain)));
    }

    /// Recipients with a comma between any two.
    private static List<String> list(List<Words.Word> words, boolean cut)
            throws AmbiguousException {
        List<String> recipients = new ArrayList<>();
        boolean wantsAddress = true;
        for (Words.Word word : words) {
            boolean isComma = word.text().equals(COMMA);
            if (isComma == wantsAddress) {
                throw new AmbiguousException(
                        isComma
                                ? "A comma stands where a recipient should"
                                : "No comma stands before '"
                                        + shown(word.text())
                                        + "'; put one between any two recipients, and a local part"
                                        + " with a blank into quotes");
            }
            if (!isComma) {
                recipients.add(word.text());
            }
            wantsAddress = isComma;
        }
        if (cut && !recipients.isEmpty()) {
            recipients.removeLast();
        } else if (wantsAddress && !words.isEmpty()) {
            throw new AmbiguousException("A comma stands behind the last recipient");
        }
        return recipients;
    }

    /// Room for any request.
    static Attempt attempt() {
        return new Attempt(WordsHandler.REQUEST_MAX, RECIPIENTS_MAX);
    }

    /// Makes it an attempt.
    ///
    /// @param attempt made by {@link #attempt}, or with as much room
    void writeTo(Attempt attempt, Source source) {
        attempt.start(source);
        byte[] asker = (client.isEmpty() ? UNKNOWN : client).getBytes(ISO_8859_1);
        attempt.writtenClient(asker, 0, asker.length);
        byte[] from = sender.getBytes(ISO_8859_1);
        attempt.sender(from, 0, from.length);
        if (recipients.isEmpty()) {
            attempt.recipient(from, 0, 0);
        }
        for (String recipient : recipients) {
            if (attempt.hasRoom()) {
                byte[] octets = recipient.getBytes(ISO_8859_1);
                attempt.recipient(octets, 0, octets.length);
            } else {
                attempt.cut();
            }
        }
    }
}
