package org.greydaemon.exchange;

import org.greydaemon.net.IpAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Triplets as rows for sqlgrey's SQLite database, see {@link SqlgreyDump}. Whether sqlgrey will
/// look for the client's address or for its network depends on the client's name at that time, so
/// each triplet is there for both.
final class SqlgreyInserts implements Writing {
    // What its columns hold.
    private static final int NAME_MAX = 64;
    private static final int ADDRESS_MAX = 255;

    @Override
    public List<String> begin() {
        return List.of("BEGIN TRANSACTION;");
    }

    @Override
    public List<String> lines(FoundEntry entry) {
        if (!(entry
                instanceof
                FoundEntry.Triplet(String client, String sender, String recipient, long first))) {
            return List.of();
        }
        Optional<IpAddress> address = IpAddress.parse(client);
        // A backslash means itself to SQLite and PostgreSQL and escapes a quote for MySQL: an
        // address with one could say other statements there.
        if (address.isEmpty() || sender.contains("\\") || recipient.contains("\\")) {
            return List.of();
        }
        int at = sender.indexOf('@');
        String name = at < 0 ? sender : sender.substring(0, at);
        String domain = at < 0 ? SqlgreyDump.UNDEFINED : sender.substring(at + 1);
        List<String> lines = new ArrayList<>();
        for (String src : sources(address.get())) {
            lines.add(
                    "INSERT INTO connect VALUES(%s,%s,%s,%s,%d);"
                            .formatted(
                                    quoted(
                                            sender.isEmpty() ? SqlgreyDump.UNDEFINED : name,
                                            NAME_MAX),
                                    quoted(domain, ADDRESS_MAX),
                                    quoted(src, ADDRESS_MAX),
                                    quoted(recipient, ADDRESS_MAX),
                                    first));
        }
        return lines;
    }

    @Override
    public List<String> end() {
        return List.of("COMMIT;");
    }

    @Override
    public String leftOut() {
        return "sqlgrey knows no client without a sender; put the clients of the I lines of greyctl"
                + " export --state proven into its clients_ip_whitelist.local; triplets of a"
                + " /64, which is no address, or with a backslash, which databases do not agree"
                + " about, wait once more";
    }

    /// The client as sqlgrey names it: what Postfix says, or its network (`client_identifier`). It
    /// shortens an IPv6 address only if that was made of a network card's, and else pads it.
    private static List<String> sources(IpAddress address) {
        if (address.isIpv4()) {
            String text = address.toString();
            return List.of(text, text.substring(0, text.lastIndexOf('.')));
        }
        StringBuilder padded = new StringBuilder();
        for (byte octet : address.toBytes()) {
            padded.append(padded.length() % 5 == 4 ? ":" : "").append("%02x".formatted(octet));
        }
        boolean isCards = (address.low() >>> 24 & 0xffff) == 0xfffe && address.high() >>> 61 == 1;
        return List.of(address.toString(), isCards ? padded.substring(0, 19) : padded.toString());
    }

    private static String quoted(String text, int max) {
        String cut = text.substring(0, Math.min(max, text.length()));
        return "'" + cut.replace("'", "''") + "'";
    }
}
