package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;
import org.greydaemon.net.TranslatedAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the clients of a line of a white list.
///
/// ```
/// 192.0.2.1   192.0.2   192.0   10            an address; /24, /16 and /8, also with a dot behind
/// 192.0.2.0/24   10.1/16   10.0.0.0/255.0.0.0
/// 192.0.2.*   192.0.*   192.0.[2-3].45   192.0.2-3.45       wildcards and ranges of qmail-greyd
/// 192.0.2.4-192.0.2.9
/// 2001:db8::1   2001:db8::/32
/// ```
///
/// The first two lines, except for the mask, are the original's forms. The original takes the first
/// number that it finds in any other text; here such text is an error that says what to write.
final class ClientPattern {
    private static final String REMEDY =
            "write an address or a prefix such as 192.0.2.1 or 192.0.2.0/24, and words behind #";

    private static final String DIGITS = "0123456789";
    private static final String IPV4_LETTERS = DIGITS + ".*[]-/";
    private static final String SEPARATORS = "[\\s,;]+";

    private static final int TEXT_MAX = 256;

    private ClientPattern() {}

    /// The blocks that the text stands for.
    ///
    /// @param text not empty, without blanks around it and without a comment
    /// @throws MistakeException if the text has no clear meaning
    static List<CidrBlock> parse(String text) throws MistakeException {
        if (text.length() > TEXT_MAX) {
            throw new MistakeException(
                    quoted(text) + " is longer than " + TEXT_MAX + " characters", REMEDY);
        }
        if (isOneWord(text)) {
            return parseWord(text);
        }
        String joined = text.replaceAll("\\s*([-/])\\s*", "$1"); // "10.0.0.0 / 8" has one meaning.
        String[] words = joined.split(SEPARATORS, -1);
        if (words.length == 1) {
            return parseWord(joined);
        }
        throw severalWords(text, joined, words);
    }

    private static MistakeException severalWords(String text, String joined, String[] words) {
        List<String> clients = new ArrayList<>();
        for (String word : words) {
            if (isClient(word)) {
                clients.add(word);
            }
        }
        return switch (clients.size()) {
            case 0 -> new MistakeException(quoted(text) + " is not an address", REMEDY);
            case 1 -> {
                String others = joined.replace(clients.getFirst(), "").strip();
                yield new MistakeException(
                        quoted(text) + " has words beside the address",
                        "did you mean " + quoted(clients.getFirst() + " # " + others) + "?");
            }
            default ->
                    new MistakeException(
                            quoted(text) + " has " + clients.size() + " addresses",
                            "write each of them on its own line, and a netmask behind a /");
        };
    }

    /// Whether the word is surely meant as clients: "1" alone more often counts something.
    private static boolean isClient(String word) {
        try {
            return word.matches(".*[.:/].*") && !parseWord(word).isEmpty();
        } catch (MistakeException e) {
            return false;
        }
    }

    private static List<CidrBlock> parseWord(String text) throws MistakeException {
        if (text.indexOf(':') >= 0) {
            CidrBlock block = parseIpv6(text);
            if (TranslatedAddress.holds(block)) {
                throw new MistakeException(
                        quoted(text) + " is what a translator makes of IPv4 addresses",
                        "write the IPv4 address or network, by which such clients are known");
            }
            return List.of(block);
        }
        if (consistsOf(text, IPV4_LETTERS)) {
            return Ipv4Pattern.parse(text);
        }
        if (text.chars().anyMatch(Character::isLetter)) {
            String subject = text.indexOf('@') >= 0 ? "sender " : "host ";
            throw new MistakeException(
                    quoted(text) + " is not an address",
                    "if that is meant, write the line "
                            + quoted(subject + text)
                            + " into an exemption file (exempt.files, --exempt)");
        }
        throw new MistakeException(quoted(text) + " is not an address", REMEDY);
    }

    private static CidrBlock parseIpv6(String text) throws MistakeException {
        int slash = text.indexOf('/');
        String addressText = slash < 0 ? text : text.substring(0, slash);
        Optional<IpAddress> address = IpAddress.parse(addressText);
        if (address.isEmpty()) {
            throw noIpv6(quoted(text), addressText);
        }
        if (slash < 0) {
            return CidrBlock.of(address.get());
        }
        int length = prefixLength(text, text.substring(slash + 1), 128);
        if (!address.get().isIpv4()) {
            return block(text, address.get(), length, CidrBlock.of(address.get()));
        }
        if (length < 96) {
            throw new MistakeException(
                    quoted(text) + " is an IPv4 address with an IPv6 prefix length",
                    "write " + address.get() + " with a length from 0 to 32");
        }
        return block(text, address.get(), length - 96, CidrBlock.of(address.get()));
    }

    private static MistakeException noIpv6(String shown, String text) {
        if (text.indexOf('[') >= 0) {
            return new MistakeException(
                    shown + " has brackets", "write the address without them, and without a port");
        }
        if (text.indexOf('%') >= 0) {
            return new MistakeException(
                    shown + " names an interface",
                    "write the address without " + '%' + " and what follows");
        }
        if (text.indexOf('*') >= 0 || text.indexOf('-') >= 0) {
            return new MistakeException(
                    shown + " has a wildcard or a range, which IPv4 alone can have",
                    "write a prefix such as 2001:db8::/32");
        }
        Optional<IpAddress> completed = IpAddress.parse(text + "::");
        int groups = 1 + (int) text.chars().filter(c -> c == ':').count();
        if (completed.isPresent() && !text.contains("::")) {
            return new MistakeException(
                    shown + " is not a whole IPv6 address",
                    "did you mean " + new CidrBlock(completed.get(), 16 * groups) + "?");
        }
        return new MistakeException(
                shown + " is not an IPv6 address",
                "write one such as 2001:db8::1, or a prefix such as 2001:db8::/32");
    }

    /// Reads the digits of a prefix length.
    static int prefixLength(String text, String digits, int max) throws MistakeException {
        boolean number = isNumber(digits);
        // Four digits do not overflow an int, and more are too many anyway.
        int length = number && digits.length() <= 4 ? Integer.parseInt(digits) : -1;
        if (length < 0 || length > max) {
            throw new MistakeException(
                    quoted(text) + " has the prefix length " + quoted(digits),
                    "write a number from 0 to " + max);
        }
        return length;
    }

    /// The block, if no bit is set behind the prefix.
    ///
    /// @param alone what the text without its prefix length would mean
    static CidrBlock block(String text, IpAddress address, int length, CidrBlock alone)
            throws MistakeException {
        CidrBlock block = CidrBlock.around(address, length);
        if (!CidrBlock.isFirst(address, length)) {
            throw new MistakeException(
                    quoted(text) + " has bits set behind the prefix",
                    "did you mean " + block + ", or " + alone + " alone?");
        }
        return block;
    }

    /// Whether the text is decimal digits, at least one, and nothing else.
    static boolean isNumber(String text) {
        return !text.isEmpty() && consistsOf(text, DIGITS);
    }

    private static boolean isOneWord(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) > ' ' && ",;".indexOf(text.charAt(at)) < 0) {
            at += 1;
        }
        return at == text.length();
    }

    private static boolean consistsOf(String text, String letters) {
        int at = 0;
        while (at < text.length() && letters.indexOf(text.charAt(at)) >= 0) {
            at += 1;
        }
        return at == text.length();
    }
}
