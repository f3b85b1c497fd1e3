package org.greydaemon.exempt;

import static org.greydaemon.net.AddressException.quoted;

import org.greydaemon.mail.Octets;
import org.greydaemon.net.AddressException;
import org.greydaemon.net.IpAddress;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Which host names or mail addresses an operator means. Immutable.
///
/// ```
/// mail.example.org        this name           alice@example.org   this address
/// .example.org            every name below    example.org         every address of the domain, as @example.org
/// mx*.example.org         * is anything       .example.org        every address of domains below
///                                             postmaster@         this local part of any domain
///                                             news-*@example.org  * is anything
///                                             <>                  the null sender
/// ```
///
/// There are no regular expressions: these texts come from the network, and an expression that is
/// slow for one of them would stop the answers.
///
/// Texts are compared as octets, of which each is a character here (ISO 8859-1), in lower case.
final class TextPattern {
    /// RFC 1035 2.3.4; what is longer has no domain that anybody could mean.
    private static final int DOMAIN_MAX = 255;

    /// How entries hold the null sender.
    private static final String NULL_SENDER = ".";

    /// Stands for any text when patterns are compared: no operator can write it.
    private static final String ANY = "\u0001";

    private final String text;
    private final boolean isMailbox;

    private TextPattern(String text, boolean isMailbox) {
        this.text = text;
        this.isMailbox = isMailbox;
    }

    /// Reads a pattern.
    ///
    /// @param word not empty, without blanks
    /// @throws AddressException if it has no clear meaning
    static TextPattern parse(Subject subject, String word) throws AddressException {
        if (word.length() > 2 && word.startsWith("/") && word.endsWith("/")) {
            throw new AddressException(
                    quoted(word)
                            + " looks like a regular expression, of which there are none here;"
                            + " write * for any characters");
        }
        String text = octets(word);
        return subject.isMailbox()
                ? new TextPattern(mailbox(subject, word, text), true)
                : new TextPattern(name(subject, word, text), false);
    }

    private static String octets(String word) {
        byte[] octets = word.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < octets.length; i++) {
            octets[i] = Octets.lower(octets[i]);
        }
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static String name(Subject subject, String word, String text) throws AddressException {
        if (subject == Subject.HOST && IpAddress.parse(word).isPresent()) {
            throw new AddressException(quoted(word) + " is an address; write client " + word);
        }
        if (subject == Subject.HOST && !text.matches("[a-z0-9._*-]+")) {
            throw new AddressException(
                    quoted(word)
                            + " is no host name; write one such as mail.example.org, names with"
                            + " other letters as xn--...");
        }
        String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (plain.isEmpty() || plain.contains("..")) {
            throw new AddressException(
                    quoted(word) + " is no host name; write one such as mail.example.org");
        }
        return plain;
    }

    private static String mailbox(Subject subject, String word, String text)
            throws AddressException {
        if (text.equals("<>")) {
            if (subject == Subject.SENDER) {
                return NULL_SENDER;
            }
            throw new AddressException("'<>' is the null sender, and no recipient; take it out");
        }
        String plain =
                text.startsWith("<") && text.endsWith(">")
                        ? text.substring(1, text.length() - 1)
                        : text;
        int at = plain.lastIndexOf('@');
        if (at < 0 && !plain.contains(".")) {
            throw new AddressException(
                    quoted(word)
                            + " is neither an address nor a domain; write "
                            + word
                            + "@ for this local part of any domain, or @"
                            + word
                            + " for this domain");
        }
        if (at < 0) {
            return plain.startsWith(".") ? plain : (plain.contains("*") ? "*@" : "@") + plain;
        }
        if (plain.equals("@")) {
            throw new AddressException("'@' has neither local part nor domain; write one of them");
        }
        return plain.startsWith("@.") ? plain.substring(1) : plain;
    }

    /// Whether an index cannot find it, so that it has to be tried.
    boolean hasWildcard() {
        return text.indexOf('*') >= 0;
    }

    /// One of the {@link #keys} of every text that it matches, unless it has a wildcard.
    String key() {
        return text;
    }

    /// By which patterns a text may be found.
    ///
    /// @param text in lower case
    static List<String> keys(Subject subject, String text) {
        List<String> keys = new ArrayList<>();
        keys.add(text);
        int at = subject.isMailbox() ? text.lastIndexOf('@') : -1;
        if (text.length() - at > DOMAIN_MAX + 1) {
            return keys;
        }
        if (at >= 0) {
            keys.add(text.substring(at));
            keys.add(text.substring(0, at + 1));
        } else if (subject.isMailbox()) {
            return keys;
        }
        for (int dot = text.indexOf('.', at + 1); dot >= 0; dot = text.indexOf('.', dot + 1)) {
            keys.add(text.substring(dot));
        }
        return keys;
    }

    /// Whether a text is meant.
    ///
    /// @param other in lower case
    boolean matches(String other) {
        if (hasWildcard()) {
            return matchesWildcards(text, other);
        }
        return keys(isMailbox ? Subject.SENDER : Subject.HOST, other).contains(text);
    }

    /// Each `*` takes as little as it can, and one octet more whenever what follows it does not
    /// match: at most as many steps as both lengths multiplied.
    private static boolean matchesWildcards(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int taken = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                taken = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++taken;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /// Whether it means every text that the other one means.
    boolean covers(TextPattern other) {
        return matches(other.sample());
    }

    /// A text that the pattern means, in which {@link #ANY} stands wherever anything may: what
    /// matches this matches all.
    String sample() {
        if (hasWildcard()) {
            return text.replace("*", ANY);
        }
        if (text.equals(NULL_SENDER)) {
            return text;
        }
        String sample = text.startsWith(".") ? ANY + text : text;
        if (isMailbox && text.startsWith(".")) {
            sample = ANY + "@" + sample;
        } else if (isMailbox && text.startsWith("@")) {
            sample = ANY + sample;
        } else if (isMailbox && text.endsWith("@")) {
            sample = sample + ANY;
        }
        return sample;
    }

    /// Whether it means every text, or every name of a top-level domain, which are hardly one
    /// organisation's.
    boolean isTooWide() {
        String rest = text.replaceAll("[*@.]", "");
        return (rest.isEmpty() && !text.equals(NULL_SENDER))
                || text.matches("(\\*@)?\\*?\\.[^.*@]+");
    }

    /// Whether it means the null sender and nothing else.
    boolean isNullSender() {
        return isMailbox && text.equals(NULL_SENDER);
    }

    @Override
    public String toString() {
        return text;
    }
}
