package org.greydaemon.doctor;

/// How long a mail server may wait for the daemon, and how long it has to. Both in seconds.
final class AnswerTime {
    /// The daemon waits for DNS for 2 s at most before it answers.
    static final long LEAST = 3;

    /// How long a client waits for the greeting, which stands behind the connection to a milter
    /// (RFC 5321 4.5.3.2.1).
    static final long GREETING = 300;

    /// How long it waits for the answer to DATA (RFC 5321 4.5.3.2.4); for others it waits longer.
    static final long DATA = 120;

    /// How long it waits for the answer to the end of a message (RFC 5321 4.5.3.2.6).
    static final long END = 600;

    /// Why less than the least is too short.
    static final String TOO_SHORT = "the daemon may wait 2 s for DNS";

    private AnswerTime() {}

    /// A time of main.cf in seconds; 0 if it is none (postconf(5)).
    static long ofPostfix(String time) {
        if (!time.matches("[0-9]{1,9}[smhdw]?")) {
            return 0;
        }
        long number = Long.parseLong(time.replaceAll("[a-z]", ""));
        return switch (time.charAt(time.length() - 1)) {
            case 'm' -> 60 * number;
            case 'h' -> 3_600 * number;
            case 'd' -> 86_400 * number;
            case 'w' -> 604_800 * number;
            default -> number;
        };
    }
}
