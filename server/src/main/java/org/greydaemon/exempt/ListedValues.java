package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The addresses by which a list in DNS says that it has a client (RFC 5782 2.1). Immutable.
///
/// ```
/// 127.0.0.2             this one
/// 127.0.*.1-3           an octet may be any, or from one to another
/// 127.0.0.0/24          a network
/// 127.0.0.2,127.0.0.4   either
/// ```
///
/// @param any one of these is meant
record ListedValues(List<Value> any) {
    /// Whatever a list says by.
    static final ListedValues ALL =
            new ListedValues(List.of(new Network(CidrBlock.around(IpAddress.ipv4(127 << 24), 8))));

    private static final int OCTETS = 4;
    private static final int OCTET_MAX = 255;
    private static final int LOOPBACK = 127;

    private static final Pattern OCTET = Pattern.compile("([0-9]{1,3})(?:-([0-9]{1,3}))?");

    /// Some addresses.
    sealed interface Value {
        /// Whether an address is among them.
        boolean holds(IpAddress address);
    }

    /// Those of a network.
    record Network(CidrBlock block) implements Value {
        @Override
        public boolean holds(IpAddress address) {
            return block.contains(address.high(), address.low());
        }
    }

    /// What an octet may be.
    record Range(int first, int last) {}

    /// Those whose octets may each be this.
    record Octets(List<Range> ranges) implements Value {
        @Override
        public boolean holds(IpAddress address) {
            for (int i = 0; i < OCTETS; i++) {
                int octet = (int) (address.low() >>> (8 * (OCTETS - 1 - i))) & OCTET_MAX;
                if (octet < ranges.get(i).first() || octet > ranges.get(i).last()) {
                    return false;
                }
            }
            return address.isIpv4();
        }
    }

    /// Reads them.
    ///
    /// @throws MistakeException if no list says anything by them
    static ListedValues parse(String text) throws MistakeException {
        List<Value> values = new ArrayList<>();
        for (String value : text.split(",", -1)) {
            values.add(value.contains("/") ? network(value) : octets(value));
        }
        return new ListedValues(List.copyOf(values));
    }

    private static Value network(String text) throws MistakeException {
        int slash = text.indexOf('/');
        Optional<IpAddress> address = IpAddress.parse(text.substring(0, slash));
        String length = text.substring(slash + 1);
        if (address.isEmpty()
                || !length.matches("[0-9]{1,2}")
                || Integer.parseInt(length) < 8
                || Integer.parseInt(length) > 32
                || !address.get().isIpv4()) {
            throw none(text);
        }
        CidrBlock block = CidrBlock.around(address.get(), Integer.parseInt(length));
        if ((block.address().low() >>> 24 & OCTET_MAX) != LOOPBACK) {
            throw none(text);
        }
        return new Network(block);
    }

    private static Value octets(String text) throws MistakeException {
        String[] words = text.split("\\.", -1);
        List<Range> ranges = new ArrayList<>();
        for (String word : words) {
            ranges.add(range(word, text));
        }
        if (ranges.size() != OCTETS
                || ranges.getFirst().first() > LOOPBACK
                || ranges.getFirst().last() < LOOPBACK) {
            throw none(text);
        }
        return new Octets(List.copyOf(ranges));
    }

    private static Range range(String word, String text) throws MistakeException {
        if (word.equals("*")) {
            return new Range(0, OCTET_MAX);
        }
        Matcher matcher = OCTET.matcher(word);
        if (!matcher.matches()) {
            throw none(text);
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        if (first > last || last > OCTET_MAX) {
            throw none(text);
        }
        return new Range(first, last);
    }

    private static MistakeException none(String text) {
        return new MistakeException(
                quoted(text) + " is nothing that a list in DNS says",
                "write an address that begins with"
                        + " 127, such as 127.0.0.2, 127.0.*.1-3 or 127.0.0.0/24");
    }

    /// Whether this is meant.
    boolean hold(IpAddress address) {
        return any.stream().anyMatch(value -> value.holds(address));
    }
}
