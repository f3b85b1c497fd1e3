package org.greydaemon.admin;

/// A number of things in words.
public final class Amount {
    private Amount() {}

    /// `0 entries`, `1 entry`, `2 entries`.
    public static String entries(long count) {
        return of(count, "entry", "entries");
    }

    /// The number with the word for one or the word for several.
    public static String of(long count, String one, String several) {
        return count + " " + (count == 1 ? one : several);
    }
}
