package org.greydaemon.net;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The address of an SMTP client in the forms in which mail servers write it. Stateless.
///
/// | form | who writes it |
/// |---|---|
/// | `192.0.2.14`, `2001:db8::1`, `::ffff:192.0.2.14` | all |
/// | `IPv6:2001:db8::1` | Sendmail, and Postfix' XCLIENT (RFC 5321 4.1.3) |
/// | `[192.0.2.14]`, `[2001:db8::1]`, `[IPv6:2001:db8::1]` | an address literal (RFC 5321 4.1.3) |
/// | `fe80::1%eth0` | the system, for a link-local address (RFC 4007 11.2) |
///
/// Nothing else is an address; nor is `0.0.0.0` or `::`, which no client has (RFC 1122 3.2.1.3, RFC
/// 4291 2.5.2) and which is written where nobody knows one.
public final class ClientAddress {
    private static final byte[] TAG = {'i', 'p', 'v', '6', ':'};

    private ClientAddress() {}

    /// Reads the address that fills exactly the octets `from` (inclusive) to `to` (exclusive).
    ///
    /// @param parser has the address afterwards
    /// @return false if they are none
    public static boolean parse(AddressParser parser, byte[] text, int from, int to) {
        int start = from;
        int end = to;
        if (end - start >= 2 && text[start] == '[' && text[end - 1] == ']') {
            start++;
            end--;
        }
        boolean tagged = isTagged(text, start, end);
        if (tagged) {
            start += TAG.length;
        }
        int zone = zone(text, start, end);
        boolean isIpv6Text = tagged || zone < end;
        return (!isIpv6Text || hasColon(text, start, zone))
                && zone + 1 != end // A zone has a name.
                && parser.parse(text, start, zone)
                && !isUnspecified(parser);
    }

    /// Reads an address.
    ///
    /// @return empty if the text is anything else
    public static Optional<IpAddress> parse(String text) {
        // A character beyond Latin-1 becomes "?", which is in no address.
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        AddressParser parser = new AddressParser();
        return parse(parser, octets, 0, octets.length)
                ? Optional.of(new IpAddress(parser.high(), parser.low()))
                : Optional.empty();
    }

    private static boolean isTagged(byte[] text, int from, int to) {
        if (to - from < TAG.length) {
            return false;
        }
        for (int i = 0; i < TAG.length; i++) {
            int c = text[from + i];
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != TAG[i]) {
                return false;
            }
        }
        return true;
    }

    /// Where the sign before a zone is; the end if there is none.
    private static int zone(byte[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] != '%') {
            at++;
        }
        return at;
    }

    private static boolean hasColon(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] == ':') {
                return true;
            }
        }
        return false;
    }

    private static boolean isUnspecified(AddressParser parser) {
        return parser.high() == 0 && (parser.low() == 0 || parser.low() == IpAddress.ipv4Low(0));
    }
}
