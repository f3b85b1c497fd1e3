package org.greydaemon.identity;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The rules of a public suffix list, in one array of octets and one of places in it: a third of a
/// megabyte. Immutable when parsed.
///
/// ```
/// octets:  length, kinds, name | length, kinds, name | ...       the first octet of all is unused
/// ```
final class SuffixRules {
    /// `name` itself is a suffix.
    private static final int EXACT = 1;

    /// `*.name`: whatever stands in front of it makes a suffix.
    private static final int WILDCARD = 2;

    /// `!name`: though a wildcard says so, it is none.
    private static final int EXCEPTION = 4;

    private static final int NAME_MAX = 253;
    private static final int HEADER = 2;

    private byte[] octets = new byte[1 << 16];
    private int end = 1;
    private int[] places = new int[1 << 14];
    private int count;

    private SuffixRules() {}

    /// Reads a list: a rule a line as far as its first blank, `//` begins a comment. What cannot be
    /// a rule is skipped.
    static SuffixRules parse(byte[] list) {
        SuffixRules rules = new SuffixRules();
        int i = 0;
        while (i < list.length) {
            int from = i;
            while (i < list.length && list[i] != '\n') {
                i++;
            }
            rules.line(list, from, i);
            i++;
        }
        rules.octets = Arrays.copyOf(rules.octets, rules.end);
        return rules;
    }

    private void line(byte[] list, int from, int lineEnd) {
        int to = from;
        boolean ascii = true;
        while (to < lineEnd && (list[to] > ' ' || list[to] < 0)) {
            ascii &= list[to] > 0;
            to++;
        }
        if (to == from || list[from] == '/') {
            return;
        }
        int kind = EXACT;
        int name = from;
        if (list[from] == '!') {
            kind = EXCEPTION;
            name++;
        } else if (to - from > 2 && list[from] == '*' && list[from + 1] == '.') {
            kind = WILDCARD;
            name += 2;
        }
        if (ascii) {
            add(list, name, to, kind);
        } else {
            addInALabels(new String(list, name, to - name, StandardCharsets.UTF_8), kind);
        }
    }

    private void addInALabels(String name, int kind) {
        try {
            byte[] labels = IDN.toASCII(name).getBytes(StandardCharsets.US_ASCII);
            add(labels, 0, labels.length, kind);
        } catch (IllegalArgumentException _) {
            // No name in DNS.
        }
    }

    private void add(byte[] text, int from, int to, int kind) {
        int length = to - from;
        if (length == 0 || length > NAME_MAX) {
            return;
        }
        int hash = 0;
        for (int i = to - 1; i >= from; i--) {
            hash = hash(hash, text[i]);
        }
        int slot = slot(hash);
        while (places[slot] != 0 && !isAt(places[slot], text, from, length)) {
            slot = slot + 1 & places.length - 1;
        }
        if (places[slot] != 0) {
            octets[places[slot] + 1] |= (byte) kind;
            return;
        }
        if (end + HEADER + length > octets.length) {
            octets = Arrays.copyOf(octets, octets.length * 2);
        }
        places[slot] = end;
        octets[end] = (byte) length;
        octets[end + 1] = (byte) kind;
        System.arraycopy(text, from, octets, end + HEADER, length);
        end += HEADER + length;
        count++;
        if (count > places.length * 3 / 4) {
            grow();
        }
    }

    private boolean isAt(int place, byte[] text, int from, int length) {
        return Byte.toUnsignedInt(octets[place]) == length
                && Arrays.equals(
                        octets, place + HEADER, place + HEADER + length, text, from, from + length);
    }

    private void grow() {
        places = new int[places.length * 2];
        for (int place = 1; place < end; ) {
            int length = Byte.toUnsignedInt(octets[place]);
            int hash = 0;
            for (int i = place + HEADER + length - 1; i >= place + HEADER; i--) {
                hash = hash(hash, octets[i]);
            }
            int slot = slot(hash);
            while (places[slot] != 0) {
                slot = slot + 1 & places.length - 1;
            }
            places[slot] = place;
            place += HEADER + length;
        }
    }

    /// How many names have a rule.
    int count() {
        return count;
    }

    /// How much of the heap they take.
    int octets() {
        return octets.length + places.length * Integer.BYTES;
    }

    /// Where the public suffix of a name begins; 0 if it is one as a whole. The longest rule
    /// counts, an exception before all; without any it is the last label.
    int suffixFrom(String host) {
        int suffix = host.lastIndexOf('.') + 1;
        int hash = 0;
        int labelEnd = host.length();
        for (int i = host.length() - 1; i >= 0; i--) {
            hash = hash(hash, (byte) host.charAt(i));
            if (i == 0 || host.charAt(i - 1) == '.') {
                int kinds = kinds(host, i, hash);
                if ((kinds & EXCEPTION) != 0) {
                    return labelEnd + 1;
                }
                if ((kinds & EXACT) != 0) {
                    suffix = Math.min(suffix, i);
                }
                if ((kinds & WILDCARD) != 0 && i > 0) {
                    suffix = Math.min(suffix, host.lastIndexOf('.', i - 2) + 1);
                }
                labelEnd = i - 1;
            }
        }
        return suffix;
    }

    /// Whether a name of one label has a rule.
    boolean isSuffix(String label) {
        int hash = 0;
        for (int i = label.length() - 1; i >= 0; i--) {
            hash = hash(hash, (byte) label.charAt(i));
        }
        return kinds(label, 0, hash) != 0;
    }

    private int kinds(String host, int from, int hash) {
        int slot = slot(hash);
        while (places[slot] != 0) {
            if (isAt(places[slot], host, from)) {
                return octets[places[slot] + 1];
            }
            slot = slot + 1 & places.length - 1;
        }
        return 0;
    }

    private boolean isAt(int place, String host, int from) {
        int length = Byte.toUnsignedInt(octets[place]);
        if (length != host.length() - from) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (octets[place + HEADER + i] != (byte) host.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }

    /// From the end of a name to its beginning, so that one walk has the hash of each suffix.
    private static int hash(int hash, byte c) {
        return (hash ^ c) * 0x0100_0193; // FNV-1a
    }

    private int slot(int hash) {
        return (hash ^ hash >>> 15) & places.length - 1;
    }
}
