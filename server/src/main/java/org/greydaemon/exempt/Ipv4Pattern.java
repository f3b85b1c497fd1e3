package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The IPv4 forms of {@link ClientPattern}: four octets, each a range, of which the last ones may
/// be missing and are then any.
///
/// Octets up to the last one that is not "any" make one range of addresses for each combination of
/// the octets before it, and a range is spanned by prefix blocks.
final class Ipv4Pattern {
    /// The most blocks of one line: two octets of wildcards before a number.
    static final int BLOCKS_MAX = 65_536;

    private static final int OCTETS = 4;
    private static final int OCTET_MAX = 255;

    private final String text;
    private final List<OctetRange> octets;

    /// The values that an octet may have.
    private record OctetRange(int first, int last) {
        static final OctetRange ANY = new OctetRange(0, OCTET_MAX);

        boolean isAny() {
            return size() == OCTET_MAX + 1;
        }

        int size() {
            return last - first + 1;
        }
    }

    private Ipv4Pattern(String text, List<OctetRange> octets) {
        this.text = text;
        this.octets = octets;
    }

    /// @param text digits and the letters `.*[]-/`
    static List<CidrBlock> parse(String text) throws MistakeException {
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return List.of(parsePrefix(text, text.substring(0, slash), text.substring(slash + 1)));
        }
        int dash = text.indexOf('-');
        if (dash >= 0 && dash == text.lastIndexOf('-')) {
            Optional<IpAddress> first = IpAddress.parse(text.substring(0, dash));
            Optional<IpAddress> last = IpAddress.parse(text.substring(dash + 1));
            if (first.isPresent() && last.isPresent()) {
                return range(text, first.get(), last.get());
            }
        }
        return new Ipv4Pattern(text, octets(text, text)).blocks();
    }

    private static List<CidrBlock> range(String text, IpAddress first, IpAddress last)
            throws MistakeException {
        if (first.compareTo(last) > 0) {
            throw new MistakeException(
                    quoted(text) + " ends before it begins",
                    "did you mean " + last + "-" + first + "?");
        }
        return CidrBlock.spanning(first, last);
    }

    private static CidrBlock parsePrefix(String text, String plain, String length)
            throws MistakeException {
        if (plain.indexOf('*') >= 0 || plain.indexOf('-') >= 0) {
            throw new MistakeException(
                    quoted(text) + " has a prefix length behind a wildcard or range",
                    "write one or the" + " other");
        }
        CidrBlock alone = new Ipv4Pattern(text, octets(text, plain)).blocks().getFirst();
        int bits =
                length.indexOf('.') >= 0
                        ? netmaskLength(text, length)
                        : ClientPattern.prefixLength(text, length, Integer.SIZE);
        return ClientPattern.block(text, alone.address(), bits, alone);
    }

    private static int netmaskLength(String text, String netmask) throws MistakeException {
        Optional<IpAddress> address = IpAddress.parse(netmask);
        if (address.isPresent()) {
            int mask = (int) address.get().low();
            int length = Integer.bitCount(mask);
            // The one mask of as many ones that has them all in front.
            if (mask == (length == 0 ? 0 : -1 << (Integer.SIZE - length))) {
                return length;
            }
        }
        throw new MistakeException(
                quoted(text)
                        + " has the netmask "
                        + quoted(netmask)
                        + ", which is not ones and then zeros",
                "write a prefix length such as /24");
    }

    private static List<OctetRange> octets(String text, String dotted) throws MistakeException {
        String[] words = dotted.split("\\.", -1);
        int count = words.length;
        if (count > 1 && words[count - 1].isEmpty()) {
            count -= 1; // "10.1." is "10.1".
        }
        checkCount(text, count, dotted.indexOf('-') >= 0);
        List<OctetRange> octets = new ArrayList<>();
        for (int i = 0; i < count; i += 1) {
            octets.add(octet(text, words[i]));
        }
        while (octets.size() < OCTETS) {
            octets.add(OctetRange.ANY);
        }
        return octets;
    }

    private static void checkCount(String text, int count, boolean ranges) throws MistakeException {
        if (count > OCTETS) {
            throw new MistakeException(
                    quoted(text) + " has more than 4 numbers",
                    "write an address such as 192.0.2.1, or"
                            + " a range such as 192.0.2.4-192.0.2.9");
        }
        if (count < OCTETS && ranges) {
            throw new MistakeException(
                    quoted(text) + " has a range and fewer than 4 numbers",
                    "write all 4, with * for any");
        }
    }

    private static OctetRange octet(String text, String word) throws MistakeException {
        if (word.equals("*")) {
            return OctetRange.ANY;
        }
        boolean bracketed = word.startsWith("[") && word.endsWith("]");
        String range = bracketed ? word.substring(1, word.length() - 1) : word;
        int dash = range.indexOf('-');
        if (dash < 0) {
            int number = number(text, bracketed ? word : range);
            return new OctetRange(number, number);
        }
        int first = number(text, range.substring(0, dash));
        int last = number(text, range.substring(dash + 1));
        if (first > last) {
            throw new MistakeException(
                    quoted(text) + " has the range " + range + ", which ends before it begins",
                    "did you mean " + last + "-" + first + "?");
        }
        return new OctetRange(first, last);
    }

    private static int number(String text, String digits) throws MistakeException {
        if (!ClientPattern.isNumber(digits)) {
            throw new MistakeException(
                    quoted(text) + " has " + quoted(digits) + " where a number belongs",
                    "write a number from 0 to 255, *, or a range" + " such as 3-4");
        }
        if (digits.length() > 1 && digits.startsWith("0")) {
            throw new MistakeException(
                    quoted(text) + " has the number " + digits + ", which may be octal",
                    "write it without the leading zero");
        }
        int number = digits.length() <= 3 ? Integer.parseInt(digits) : OCTET_MAX + 1;
        if (number > OCTET_MAX) {
            throw new MistakeException(
                    quoted(text) + " has the number " + digits, "write a number from 0 to 255");
        }
        return number;
    }

    private List<CidrBlock> blocks() throws MistakeException {
        int varying = OCTETS - 1;
        while (varying > 0 && octets.get(varying).isAny()) {
            varying -= 1;
        }
        int combinations = 1;
        for (OctetRange octet : octets.subList(0, varying)) {
            combinations *= octet.size();
        }
        long count = (long) combinations * range(0, varying).size();
        if (count > BLOCKS_MAX) {
            throw new MistakeException(
                    quoted(text) + " stands for " + count + " prefixes, more than " + BLOCKS_MAX,
                    "write wider ones");
        }
        List<CidrBlock> blocks = new ArrayList<>((int) count);
        for (int i = 0; i < combinations; i += 1) {
            blocks.addAll(range(i, varying));
        }
        return blocks;
    }

    /// The blocks of one combination of the octets before the varying one, all numbered in order.
    private List<CidrBlock> range(int combination, int varying) {
        int shift = Byte.SIZE * (OCTETS - 1 - varying);
        int network = 0;
        int rest = combination;
        for (int i = varying - 1; i >= 0; i -= 1) {
            OctetRange octet = octets.get(i);
            network |= (octet.first() + rest % octet.size()) << (Byte.SIZE * (OCTETS - 1 - i));
            rest /= octet.size();
        }
        int first = network | octets.get(varying).first() << shift;
        int last = network | octets.get(varying).last() << shift | ((1 << shift) - 1);
        return CidrBlock.spanning(IpAddress.ipv4(first), IpAddress.ipv4(last));
    }
}
