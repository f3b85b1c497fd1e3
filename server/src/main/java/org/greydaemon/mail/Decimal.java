package org.greydaemon.mail;

/// Decimal numbers as octets, without a string in between.
public final class Decimal {
    /// The most octets that {@link #write} writes.
    public static final int LENGTH_MAX = 20;

    private Decimal() {}

    /// Writes a number.
    ///
    /// @param to must have room for {@link #LENGTH_MAX} octets from `at` on
    /// @return the index behind the last octet written
    public static int write(long number, byte[] to, int at) {
        int out = at;
        long rest = number;
        if (rest < 0) {
            to[out++] = '-';
        }
        int digits = 1;
        for (long n = rest / 10; n != 0; n /= 10) {
            digits++;
        }
        for (int i = out + digits - 1; i >= out; i--) {
            to[i] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        }
        return out + digits;
    }
}
