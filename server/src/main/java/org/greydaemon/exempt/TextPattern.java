package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.decision.Key;
import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.mail.HostName;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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
/// Both sides are compared in {@link NormalForm}. What could never match is an error.
final class TextPattern {
    /// RFC 1035 2.3.4; what is longer has no domain that anybody could mean.
    private static final int DOMAIN_MAX = 255;

    /// What an attempt holds of what a client calls itself.
    private static final int HELO_MAX = 512;

    /// How entries hold the null sender.
    private static final String NULL_SENDER = ".";

    /// A pattern with a star and fewer letters fits nearly everything.
    private static final int FIXED_MIN = 3;

    /// Stands for any text when patterns are compared: no operator can write it.
    private static final String ANY = "\u0001";

    private static final Pattern DOMAIN = Pattern.compile("[\\p{L}\\p{M}\\p{N}._*-]*");
    private static final Pattern LITERAL = Pattern.compile("\\[[0-9A-Za-z:.*]+]");

    private static final Pattern NUMBER_LAST = Pattern.compile(".*\\.[0-9]+\\.?");

    /// What a local part cannot have outside of quotes (RFC 5321 4.1.2).
    private static final Pattern SPECIALS = Pattern.compile("[\\s()<>,;:\\\\\"\\[\\]@]");

    private static final Pattern QUOTED = Pattern.compile("\"[^\\\\\"]*+(?:\\\\.[^\\\\\"]*+)*+\"");

    private final String text;
    private final boolean isMailbox;
    private final Optional<Wildcards> wildcards;

    private TextPattern(String text, boolean isMailbox) {
        this.text = text;
        this.isMailbox = isMailbox;
        wildcards = text.indexOf('*') < 0 ? Optional.empty() : Optional.of(new Wildcards(text));
    }

    /// Reads a pattern.
    ///
    /// @param word not empty, without blanks outside of quotes
    /// @throws MistakeException if it has no clear meaning
    static TextPattern parse(Subject subject, String word) throws MistakeException {
        if (word.length() > 2 && word.startsWith("/") && word.endsWith("/")) {
            throw new MistakeException(
                    quoted(word) + " looks like a regular expression, of which there are none here",
                    "write * for any characters");
        }
        TextPattern pattern =
                switch (subject) {
                    case SENDER, RECIPIENT -> new TextPattern(mailbox(subject, word), true);
                    case HOST -> new TextPattern(host(word), false);
                    case HELO -> new TextPattern(helo(word), false);
                    case CLIENT, CONFIRMED, SUSPECT, SPF, LISTED, TLS, TIME ->
                            throw new IllegalArgumentException(subject + " is no text");
                };
        int most = subject.isMailbox() ? Key.ADDRESS_MAX - 1 : HELO_MAX;
        if (pattern.text.length() > most) {
            throw new MistakeException(
                    quoted(word) + " is longer than " + most + " characters",
                    "write a shorter one");
        }
        return pattern;
    }

    private static String host(String word) throws MistakeException {
        if (IpAddress.parse(word).isPresent()) {
            throw new MistakeException(quoted(word) + " is an address", "write client " + word);
        }
        if (word.indexOf('@') >= 0) {
            throw new MistakeException(
                    quoted(word) + " is a mail address", "write sender " + word + " or recipient");
        }
        if (word.equalsIgnoreCase(HostName.UNKNOWN)) {
            throw new MistakeException(
                    quoted(word)
                            + " stands for no name, and a line that asks for a name means none of"
                            + " these",
                    "write client and the addresses");
        }
        String name = domain(word, " is no host name", "write one such as mail.example.org");
        checkNotNumber(word);
        return below(name);
    }

    /// No name ends with a number (RFC 1123 2.1), so it would never match; mostly clients are
    /// meant.
    private static void checkNotNumber(String word) throws MistakeException {
        if (word.endsWith("*")) {
            return; // Letters may follow.
        }
        if (isClient(word)) {
            throw new MistakeException(
                    quoted(word) + " is an address or a network", "write client " + word);
        }
        if (NUMBER_LAST.matcher(word).matches()) {
            throw new MistakeException(
                    quoted(word) + " ends with a number, as no host name does",
                    "write one such as mail.example.org");
        }
    }

    private static boolean isClient(String word) {
        try {
            return !ClientPattern.parse(word).isEmpty();
        } catch (MistakeException _) {
            return false;
        }
    }

    private static String helo(String word) throws MistakeException {
        String plain = NormalForm.domain(word);
        if (plain.isEmpty() || plain.endsWith(".")) {
            throw new MistakeException(
                    quoted(word) + " is no host name", "write one such as mail.example.org");
        }
        return below(plain);
    }

    /// All names below a domain. With a star somewhere a text is compared as a whole, and none
    /// begins with a dot.
    private static String below(String domain) {
        return domain.startsWith(".") && domain.contains("*") ? "*" + domain : domain;
    }

    /// The name, of which labels may be missing at the front, or stand for others.
    private static String domain(String word, String problem, String remedy)
            throws MistakeException {
        String plain = NormalForm.domain(word);
        if (plain.isEmpty()
                || plain.equals(".")
                || plain.contains("..")
                || plain.length() > DOMAIN_MAX
                || !DOMAIN.matcher(word).matches()) {
            throw new MistakeException(quoted(word) + problem, remedy);
        }
        for (String label : plain.split("\\.", -1)) {
            if (label.startsWith("xn--") && label.contains("*")) {
                throw new MistakeException(
                        quoted(word)
                                + " has a * among the letters behind xn--, which stand for others",
                        "write the name in these");
            }
        }
        return plain;
    }

    private static String mailbox(Subject subject, String word) throws MistakeException {
        if (word.equals("<>")) {
            if (subject == Subject.SENDER) {
                return NULL_SENDER;
            }
            throw new MistakeException("'<>' is the null sender, and no recipient", "take it out");
        }
        String plain =
                word.startsWith("<") && word.endsWith(">")
                        ? word.substring(1, word.length() - 1)
                        : word;
        int at = plain.lastIndexOf('@');
        if (at < 0 && !plain.contains(".")) {
            throw new MistakeException(
                    quoted(word) + " is neither an address nor a domain",
                    "write "
                            + word
                            + "@ for this local part of any domain, or @"
                            + word
                            + " for this domain");
        }
        if (plain.equals("@")) {
            throw new MistakeException(
                    "'@' has neither local part nor domain", "write one of them");
        }
        String domain = at + 1 == plain.length() ? "" : mailDomain(plain.substring(at + 1));
        String local = plain.substring(0, Math.max(0, at));
        if (local.isEmpty()) {
            return allOf(domain);
        }
        if (SPECIALS.matcher(local).find() && !QUOTED.matcher(local).matches()) {
            throw new MistakeException(
                    quoted(word) + " has before its last @ what an address can only have in quotes",
                    "write one address a line, and \"a b\"@example.org if that is meant");
        }
        String normal = NormalForm.mailbox(local + "@");
        if (normal.equals("@")) {
            throw new MistakeException(
                    quoted(word) + " has nothing in its quotes, and is no domain",
                    "write @" + domain + " if all of the domain are meant");
        }
        boolean isOfAny = domain.isEmpty() && normal.contains("*");
        return normal + (isOfAny || domain.startsWith(".") ? "*" : "") + domain;
    }

    /// All addresses of a domain, or of the domains below one.
    private static String allOf(String domain) {
        boolean isCompared = domain.contains("*"); // As a whole, so its local part is anything.
        return domain.startsWith(".") && !isCompared
                ? domain
                : (isCompared ? "*@" : "@") + below(domain);
    }

    private static String mailDomain(String domain) throws MistakeException {
        return LITERAL.matcher(domain).matches()
                ? NormalForm.domain(domain)
                : domain(domain, " is no domain of mail", "write one such as example.org");
    }

    /// Whether it has a `*`, so that it has to be tried.
    boolean hasWildcard() {
        return wildcards.isPresent();
    }

    /// What every text that a pattern with a `*` means begins with.
    String head() {
        return wildcards.map(Wildcards::head).orElse(text);
    }

    /// What every text that a pattern with a `*` means ends with.
    String tail() {
        return wildcards.map(Wildcards::tail).orElse(text);
    }

    /// One of the {@link #keys} of every text that it matches, unless it has a wildcard.
    String key() {
        return text;
    }

    /// By which patterns a text may be found.
    ///
    /// @param text in normal form
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
        for (int dot = text.indexOf('.', at + 1);
                dot >= 0 && dot + 1 < text.length();
                dot = text.indexOf('.', dot + 1)) {
            keys.add(text.substring(dot));
        }
        return keys;
    }

    /// How many characters are looked at in a comparison.
    int steps(String other) {
        return hasWildcard() ? text.length() + other.length() : text.length();
    }

    /// Whether a text is meant.
    ///
    /// @param other in normal form
    boolean matches(String other) {
        if (wildcards.isPresent()) {
            return wildcards.get().matches(other);
        }
        if (other.equals(text)) {
            return true;
        }
        int at = isMailbox ? other.lastIndexOf('@') : -1;
        if ((isMailbox && at < 0)
                || other.length() - at > DOMAIN_MAX + 1
                || text.equals(NULL_SENDER)) {
            return false;
        }
        if (isMailbox && text.endsWith("@")) {
            return at + 1 == text.length() && other.startsWith(text);
        }
        int begin = other.length() - text.length();
        return (isMailbox && text.startsWith("@"))
                ? begin == at && other.endsWith(text)
                : text.startsWith(".") && begin > at && other.endsWith(text);
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

    /// Whether it means texts of so many owners that nobody can know them: every text, every name
    /// or address below a public suffix (`.co.uk`, `@com`), or whatever has a letter or two in it
    /// (`*e*`).
    ///
    /// @param suffixes where domains begin that somebody has registered
    boolean isTooWide(PublicSuffixes suffixes) {
        if (text.equals(NULL_SENDER)) {
            return false;
        }
        int at = isMailbox ? text.lastIndexOf('@') : -1;
        String local = text.substring(0, Math.max(0, at));
        String domain = text.substring(at + 1);
        if (!local.isEmpty() && !local.contains("*")) {
            return false; // postmaster@ is one mailbox of each.
        }
        // What all names that are meant end with, a whole number of labels of it.
        String end = domain.substring(domain.lastIndexOf('*') + 1);
        String labels = end.startsWith(".") ? end.substring(1) : end;
        boolean isSuffix = suffixes.isSuffix(aLabels(labels)) || isTopLevel(domain);
        String fixed = isSuffix ? text.substring(0, text.length() - labels.length()) : text;
        return fixed.replaceAll("[*@.]", "").length() < (hasWildcard() ? FIXED_MIN : 1);
    }

    /// Whether it is about the names below a top-level domain, whichever that is.
    private static boolean isTopLevel(String domain) {
        return domain.matches("\\*?\\.[^.*]+");
    }

    private static String aLabels(String name) {
        try {
            return IDN.toASCII(name);
        } catch (IllegalArgumentException _) {
            return name; // No name in DNS.
        }
    }

    /// Whether it means the null sender and nothing else.
    boolean isNullSender() {
        return isMailbox && text.equals(NULL_SENDER);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TextPattern pattern
                && text.equals(pattern.text)
                && isMailbox == pattern.isMailbox;
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
