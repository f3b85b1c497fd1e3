package org.greydaemon.identity;

/// Finds the recipient that a mailing system has written into the sender, so that each bounce says
/// whose it is: `list-return-7-bob=example.net@lists.example.org` (D. Bernstein, Variable Envelope
/// Return Paths, 1997). Stateless.
final class Verp {
    /// Where nothing is found.
    static final long NONE = range(-1, -1);

    /// Between user and host stands `=` mostly, else `%`, `.at.`, `==a==` (Sympa) and the like.
    private static final int BETWEEN_MAX = 6;

    private Verp() {}

    static int from(long range) {
        return (int) (range >> Integer.SIZE);
    }

    static int to(long range) {
        return (int) range;
    }

    private static long range(int from, int to) {
        return (long) from << Integer.SIZE | Integer.toUnsignedLong(to);
    }

    /// The part of a local part `text[from..to)` that says the recipient, user before host or host
    /// before user; {@link #NONE} if there is none.
    static long find(byte[] text, int from, int to, byte[] recipient, int rFrom, int rTo) {
        int mark = rTo - 1;
        while (mark > rFrom && recipient[mark] != '@') {
            mark--;
        }
        int hostTo = rTo;
        while (hostTo > mark + 1 && recipient[hostTo - 1] == '.') {
            hostTo--;
        }
        int host = mark + 1;
        if (mark <= rFrom || hostTo == host) {
            return NONE;
        }
        for (int i = from; i + (hostTo - host) <= to; i++) {
            if (text[i] == recipient[host] && isAt(text, i, to, recipient, host, hostTo)) {
                int userFrom = userBefore(text, from, i, recipient, rFrom, mark);
                int userTo = userBehind(text, i + hostTo - host, to, recipient, rFrom, mark);
                int end = i + hostTo - host;
                if (userFrom >= 0 && (end == to || !isWord(text[end]))) {
                    return range(userFrom, end);
                }
                if (userTo >= 0 && (i == from || !isWord(text[i - 1]))) {
                    return range(i, userTo);
                }
            }
        }
        return NONE;
    }

    private static int userBefore(
            byte[] text, int from, int host, byte[] user, int uFrom, int uTo) {
        for (int between = 1; between <= BETWEEN_MAX; between++) {
            int userTo = host - between;
            int userFrom = userTo - (uTo - uFrom);
            if (userFrom < from || !isBetween(text[userTo])) {
                return -1;
            }
            if (!isLetter(text[userTo])
                    && !isLetter(text[host - 1])
                    && isAt(text, userFrom, host, user, uFrom, uTo)
                    && (userFrom == from || !isWord(text[userFrom - 1]))) {
                return userFrom;
            }
        }
        return -1;
    }

    private static int userBehind(
            byte[] text, int hostTo, int to, byte[] user, int uFrom, int uTo) {
        for (int between = 1; between <= BETWEEN_MAX; between++) {
            int userFrom = hostTo + between;
            int userTo = userFrom + (uTo - uFrom);
            if (userTo > to || !isBetween(text[userFrom - 1])) {
                return -1;
            }
            if (!isLetter(text[userFrom - 1])
                    && !isLetter(text[hostTo])
                    && isAt(text, userFrom, to, user, uFrom, uTo)
                    && (userTo == to || !isWord(text[userTo]))) {
                return userTo;
            }
        }
        return -1;
    }

    private static boolean isBetween(byte c) {
        return c == 'a' || c == 't' || !isWord(c);
    }

    private static boolean isLetter(byte c) {
        return c == 'a' || c == 't';
    }

    private static boolean isWord(byte c) {
        return ChangingText.isWord(c);
    }

    private static boolean isAt(byte[] text, int at, int to, byte[] part, int from, int end) {
        if (to - at < end - from) {
            return false;
        }
        for (int i = from; i < end; i++) {
            if (text[at + i - from] != part[i]) {
                return false;
            }
        }
        return true;
    }
}
