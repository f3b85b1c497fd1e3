package org.greydaemon.e2e.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Every choice of one case, from one seed. Octets stand for characters.
final class Choices {
    /// What has broken parsers, logs and terminals before, here or elsewhere.
    private static final List<String> HOSTILE =
            List.of(
                    "",
                    " ",
                    "\0",
                    "\n",
                    "\r\n",
                    "\n\n",
                    "\r\n\r\n",
                    "\t",
                    "\177",
                    "\033[2J\033]0;x\007",
                    "\302\205",
                    "\205\233",
                    "\342\200\256gro.elpmaxe", // U+202E turns the text around.
                    "\342\200\250", // U+2028 ends a line.
                    "\355\240\200", // A surrogate in UTF-8.
                    "\300\257\377\376",
                    "\303\251",
                    "\\x41\\x",
                    "\\",
                    "\\ud800",
                    "\"",
                    "'",
                    "<",
                    ">",
                    "<>",
                    "<<>>",
                    "@",
                    "=",
                    ",",
                    ":",
                    "%",
                    "%s%n%1$s",
                    "{\"",
                    "postmaster",
                    "postmaster@",
                    "unknown",
                    "0",
                    "-1",
                    "2147483648",
                    "9223372036854775807",
                    "99999999999999999999",
                    "1e400",
                    "0.0.0.0",
                    "::",
                    "::ffff:198.51.100.9",
                    "fe80::1%eth0",
                    "[198.51.100.9]",
                    "IPv6:2001:db8::9",
                    "198.51.100.0/24",
                    "a@b",
                    "\"a b,c\"@example.org",
                    "prvs=1234567890=a@example.org",
                    "SRS0=abc=de=example.com=a@example.org");

    private static final int[] LENGTHS = {
        64, 255, 256, 257, 1_000, 2_000, 2_048, 2_049, 4_096, 4_097, 16_384, 16_385, 70_000
    };

    private final Random random;

    /// One value in so many is wrong: some dialogues are nearly right and lead far, in others
    /// nothing is.
    private final int calm;

    Choices(long seed) {
        random = new Random(seed);
        calm = 2 << random.nextInt(6);
    }

    /// A number from 0 on.
    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /// Whether something is to be wrong here.
    boolean isWrong() {
        return random.nextInt(calm) == 0;
    }

    /// A value in its place: usually the right one, else a changed or a hostile one.
    String value(String right) {
        if (!isWrong()) {
            return right;
        }
        return switch (random.nextInt(5)) {
            case 0 -> any(HOSTILE);
            case 1 -> right + any(HOSTILE);
            case 2 -> any(HOSTILE) + right;
            case 3 -> octets(right);
            default -> oneIn(4) ? (oneIn(2) ? right : any(HOSTILE)).repeat(length()) : right;
        };
    }

    private int length() {
        return 1 + LENGTHS[random.nextInt(LENGTHS.length)] / (1 + random.nextInt(20));
    }

    /// A length at one of the bounds that programs have.
    int bound() {
        return LENGTHS[random.nextInt(LENGTHS.length)];
    }

    /// A few octets changed, taken out, put in or said twice.
    String octets(String text) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = 1 + random.nextInt(4); i > 0 && !changed.isEmpty(); i--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(6)) {
                case 0 -> changed.setCharAt(at, (char) random.nextInt(256));
                case 1 -> changed.insert(at, any(HOSTILE));
                case 2 -> changed.deleteCharAt(at);
                case 3 -> changed.setLength(at);
                case 4 ->
                        changed.append(changed, at, at + random.nextInt(changed.length() - at + 1));
                default -> changed.setCharAt(at, (char) (changed.charAt(at) ^ 1 << below(8)));
            }
        }
        return changed.toString();
    }

    /// Parts of a dialogue in an order that may not be right: some left out, said twice, in
    /// another's place, or others between them.
    List<String> order(List<String> right, Supplier<String> other) {
        List<String> parts = new ArrayList<>(right);
        for (int i = isWrong() ? 1 + random.nextInt(3) : 0; i > 0 && !parts.isEmpty(); i--) {
            int at = random.nextInt(parts.size());
            switch (random.nextInt(5)) {
                case 0 -> parts.remove(at);
                case 1 -> parts.add(at, parts.get(at));
                case 2 -> parts.add(parts.remove(random.nextInt(parts.size())));
                case 3 -> parts.add(at, other.get());
                default -> parts.set(at, octets(parts.get(at)));
            }
        }
        return parts;
    }

    /// A text as the network may cut it.
    List<String> pieces(String text) {
        if (oneIn(2)) {
            return List.of(text);
        }
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < text.length() && pieces.size() < 20; ) {
            int to = Math.min(text.length(), at + 1 + below(oneIn(3) ? 8 : 400));
            pieces.add(text.substring(at, to));
            at = to;
        }
        int said = pieces.stream().mapToInt(String::length).sum();
        pieces.add(text.substring(said));
        return pieces;
    }

    /// A client that others of the same network ask about too, so that some have proven themselves.
    String client() {
        return value(
                oneIn(4)
                        ? "2001:db9:" + below(30) + "::" + below(9)
                        : "198.51." + below(60) + "." + below(4));
    }

    /// A sender's or recipient's address.
    String address() {
        return value("user" + below(5) + "@" + (oneIn(3) ? "example.net" : "mail.example.org"));
    }

    /// What a client's host is called.
    String host() {
        return value(any(List.of("unknown", "mail.example.org", "host-198-51-100-7.dsl.example")));
    }
}
