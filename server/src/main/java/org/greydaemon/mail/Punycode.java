package org.greydaemon.mail;

import java.util.Optional;

/// Reads and writes the labels of international domain names as they stand in DNS, RFC 3492. The
/// JDK's `java.net.IDN` is of IDNA 2003, for which `straße` is another spelling of `strasse`; today
/// they are two names (RFC 5891). Stateless.
public final class Punycode {
    private static final int BASE = 36;
    private static final int T_MIN = 1;
    private static final int T_MAX = 26;
    private static final int SKEW = 38;
    private static final int DAMP = 700;
    private static final int FIRST_BIAS = 72;
    private static final int FIRST_CODE_POINT = 0x80;

    /// RFC 1035 2.3.4.
    private static final int LABEL_MAX = 63;

    private Punycode() {}

    /// The letters that a text stands for.
    ///
    /// @param text what follows `xn--`, in lower case
    /// @return empty if it stands for none
    public static Optional<String> decode(String text) {
        int delimiter = text.lastIndexOf('-');
        StringBuilder decoded = new StringBuilder(text.substring(0, Math.max(0, delimiter)));
        int codePoint = FIRST_CODE_POINT;
        int index = 0;
        int bias = FIRST_BIAS;
        int count = decoded.length();
        int at = delimiter + 1;
        if (text.length() > LABEL_MAX) {
            return Optional.empty();
        }
        while (at < text.length()) {
            int before = index;
            long weight = 1;
            long delta = 0;
            for (int k = BASE; ; k += BASE) {
                int digit = at < text.length() ? digit(text.charAt(at++)) : -1;
                delta += digit * weight;
                if (digit < 0 || delta > Integer.MAX_VALUE) {
                    return Optional.empty();
                }
                int threshold = Math.clamp(k - bias, T_MIN, T_MAX);
                if (digit < threshold) {
                    break;
                }
                weight *= BASE - threshold;
            }
            count++;
            long sum = before + delta;
            bias = adapt(delta, count, before == 0 && codePoint == FIRST_CODE_POINT);
            long next = codePoint + sum / count;
            if (next > Character.MAX_CODE_POINT
                    || Character.getType((int) next) == Character.SURROGATE) {
                return Optional.empty();
            }
            codePoint = (int) next;
            index = (int) (sum % count);
            decoded.insert(decoded.offsetByCodePoints(0, index), Character.toString(codePoint));
            index++;
        }
        return Optional.of(decoded.toString());
    }

    private static int digit(char c) {
        return c >= 'a' && c <= 'z' ? c - 'a' : c >= '0' && c <= '9' ? c - '0' + 26 : -1;
    }

    /// What stands for some letters behind `xn--` (RFC 3492 6.3).
    ///
    /// @param letters of one label
    /// @return empty if it is longer than a label
    static Optional<String> encode(String letters) {
        if (letters.length() > LABEL_MAX) {
            return Optional.empty();
        }
        int[] points = letters.codePoints().toArray();
        StringBuilder out = new StringBuilder();
        letters.chars().filter(c -> c < FIRST_CODE_POINT).forEach(c -> out.append((char) c));
        int done = out.length();
        boolean isFirst = true;
        out.append(done > 0 ? "-" : "");
        long delta = 0;
        int bias = FIRST_BIAS;
        int before = FIRST_CODE_POINT;
        while (done < points.length) {
            int next = least(points, before);
            delta += (long) (next - before) * (done + 1);
            for (int point : points) {
                delta += point < next ? 1 : 0;
                if (point == next) {
                    write(delta, bias, out);
                    done++;
                    bias = adapt(delta, done, isFirst);
                    isFirst = false;
                    delta = 0;
                }
            }
            delta++;
            before = next + 1;
        }
        return out.length() > LABEL_MAX ? Optional.empty() : Optional.of(out.toString());
    }

    private static int least(int[] points, int from) {
        int least = Integer.MAX_VALUE;
        for (int point : points) {
            least = point >= from ? Math.min(least, point) : least;
        }
        return least;
    }

    private static void write(long delta, int bias, StringBuilder out) {
        long rest = delta;
        for (int k = BASE; ; k += BASE) {
            int threshold = Math.clamp(k - bias, T_MIN, T_MAX);
            if (rest < threshold) {
                out.append(digit((int) rest));
                return;
            }
            out.append(digit(threshold + (int) ((rest - threshold) % (BASE - threshold))));
            rest = (rest - threshold) / (BASE - threshold);
        }
    }

    private static char digit(int value) {
        return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }

    private static int adapt(long delta, int count, boolean isFirst) {
        long rest = isFirst ? delta / DAMP : delta / 2;
        rest += rest / count;
        int k = 0;
        while (rest > (BASE - T_MIN) * T_MAX / 2) {
            rest /= BASE - T_MIN;
            k += BASE;
        }
        return (int) (k + (BASE - T_MIN + 1) * rest / (rest + SKEW));
    }
}
