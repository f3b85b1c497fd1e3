package org.greydaemon.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// postgrey's two databases as text for `db_load`, see {@link PostgreyDump}. Keys are what postgrey
/// 1.37 makes of a request with its default options.
final class PostgreyLoad {
    /// From how many messages on a client passes by default (`--auto-whitelist-clients`).
    private static final int PASSED = 5;

    private static final List<String> HEADER =
            List.of("VERSION=3", "format=print", "type=btree", "HEADER=END");
    private static final List<String> FOOTER = List.of("DATA=END");

    private static final Pattern BATV_TAG = Pattern.compile("[0-9a-z]{10}.*");
    private static final Pattern NUMBER = Pattern.compile("\\b\\d+\\b");

    private PostgreyLoad() {}

    /// postgrey_clients.db.
    static final class Clients implements Writing {
        @Override
        public List<String> begin() {
            return HEADER;
        }

        @Override
        public List<String> lines(FoundEntry entry) {
            return entry instanceof FoundEntry.ProvenClient(String client, long lastSeen)
                    ? IpAddress.parse(client)
                            .map(address ->
                                    List.of(" " + text(address), " " + PASSED + "," + lastSeen))
                            .orElse(List.of())
                    : List.of();
        }

        @Override
        public List<String> end() {
            return FOOTER;
        }

        @Override
        public String leftOut() {
            return "postgrey has triplets in its other database, see --to postgrey; it knows"
                    + " clients by their addresses, so a /64 is proven there once more";
        }
    }

    /// postgrey.db.
    static final class Triplets implements Writing {
        @Override
        public List<String> begin() {
            return HEADER;
        }

        @Override
        public List<String> lines(FoundEntry entry) {
            if (!(entry
                    instanceof
                    FoundEntry.Triplet(
                            String client,
                            String sender,
                            String recipient,
                            long first))) {
                return List.of();
            }
            Optional<IpAddress> address = ClientText.masked(client).map(CidrBlock::address);
            if (address.isEmpty() || !FieldText.isPlain(sender) || !FieldText.isPlain(recipient)) {
                return List.of();
            }
            // Of a key in lower case, which addresses are here already.
            String network = network(address.get()).toLowerCase(Locale.ROOT);
            String key = network + "/" + normalised(sender) + "/" + recipient;
            return List.of(" " + printed(key), " " + first + "," + first);
        }

        @Override
        public List<String> end() {
            return FOOTER;
        }

        @Override
        public String leftOut() {
            return "postgrey has clients in its other database, see --to postgrey-clients; what it"
                    + " cannot write waits once more";
        }
    }

    private static String network(IpAddress address) {
        return text(CidrBlock.around(address, address.isIpv4() ? 24 : 64).address());
    }

    /// As Perl's NetAddr::IP has it: of IPv6 all eight groups, in capitals.
    private static String text(IpAddress address) {
        if (address.isIpv4()) {
            return address.toString();
        }
        StringBuilder groups = new StringBuilder();
        for (long half : new long[] {address.high(), address.low()}) {
            for (int shift = 48; shift >= 0; shift -= 16) {
                groups.append(groups.isEmpty() ? "" : ":")
                        .append("%X".formatted(half >>> shift & 0xffff));
            }
        }
        return groups.toString();
    }

    /// The sender without what changes with every message (`do_sender_substitutions`).
    private static String normalised(String sender) {
        int at = sender.indexOf('@');
        if (at < 0) {
            return sender;
        }
        String user = sender.substring(0, at);
        String[] parts = user.split("=", -1);
        if (user.startsWith("prvs=") && parts.length == 3) { // BATV, of which there are two kinds.
            boolean tagIsLast =
                    BATV_TAG.matcher(parts[2]).matches() && !BATV_TAG.matcher(parts[1]).matches();
            user = parts[tagIsLast ? 1 : 2];
        }
        int extension = user.indexOf('+');
        user = extension < 0 ? user : user.substring(0, extension);
        return NUMBER.matcher(user).replaceAll("#") + sender.substring(at);
    }

    /// As `db_dump -p` writes octets.
    private static String printed(String key) {
        StringBuilder text = new StringBuilder();
        for (char c : new String(key.getBytes(UTF_8), ISO_8859_1).toCharArray()) {
            if (c == '\\') {
                text.append("\\\\");
            } else if (c < ' ' || c > '~') {
                text.append("\\%02x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
