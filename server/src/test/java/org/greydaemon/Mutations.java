package org.greydaemon;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Texts changed as disks, editors and attackers change them; every choice comes from one seed.
/// Octets stand for characters.
public final class Mutations {
    /// What has broken parsers, logs and terminals before, here or elsewhere.
    private static final List<String> HOSTILE =
            List.of(
                    "\0",
                    "\n",
                    "\r\n",
                    "\t",
                    " ",
                    "\177",
                    "\033[2J\033]0;x\007",
                    "\302\205",
                    "\205\233",
                    "\342\200\256gro.elpmaxe", // U+202E turns the text around.
                    "\342\200\250", // U+2028 ends a line.
                    "\355\240\200", // A surrogate in UTF-8.
                    "\357\273\277", // The mark of some editors.
                    "\300\257\377\376",
                    "\303\251",
                    "\\x41\\x",
                    "\\",
                    "\"",
                    "\"\"\"",
                    "'",
                    "[",
                    "]",
                    "{",
                    "=",
                    "#",
                    "*",
                    "@",
                    "/",
                    "|",
                    ".",
                    "-",
                    "%s%n",
                    "0",
                    "-1",
                    "4294967296",
                    "9223372036854775808",
                    "1e400",
                    "nan",
                    "::/0",
                    "0.0.0.0/0",
                    "fe80::1%eth0",
                    "true",
                    "1979-05-27T07:32:00Z");

    private final Random random;

    /// @param seed where the choices begin
    public Mutations(long seed) {
        random = new Random(seed);
    }

    /// A number from 0 on.
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /// True as often as that.
    public boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }

    /// One of them.
    public <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /// The lines of a file in an order that may not be right, some of them changed, missing or
    /// there twice.
    public String file(String right) {
        List<String> lines = new ArrayList<>(Arrays.asList(right.split("\n", -1)));
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(8)) {
                case 0 -> lines.set(at, "");
                case 1 -> lines.add(at, lines.get(at));
                case 2 -> lines.add(at, lines.remove(random.nextInt(lines.size())));
                case 3 -> lines.add(at, any(HOSTILE));
                case 4 -> lines.set(at, lines.get(at).repeat(1 + random.nextInt(300)));
                default -> lines.set(at, octets(lines.get(at)));
            }
        }
        String file = String.join("\n", lines);
        return oneIn(10) ? octets(file) : file;
    }

    /// A few octets changed, taken out, put in or said twice.
    public String octets(String text) {
        StringBuilder changed = new StringBuilder(text);
        for (int i = 1 + random.nextInt(3); i > 0 && !changed.isEmpty(); i--) {
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
}
