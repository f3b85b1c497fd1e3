package org.greydaemon.replay;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What was taken in the sessions that go on; the end of one tells how many recipients its client
/// has named (smtpd.c, smtpd_format_cmd_stats(), since Postfix 3.0):
///
/// ```
/// postfix/smtpd[1]: disconnect from mx.example.org[192.0.2.1] ehlo=1 mail=1 rcpt=2/3 data=1 quit=1 commands=6/7
/// ```
///
/// Confined to one thread.
final class PostfixSessions {
    private static final int SESSIONS_MAX = 20_000;
    private static final int DIGITS_MAX = 6;
    private static final String NAMED = " rcpt=";
    private static final String CONNECT = "connect from ";
    private static final String DISCONNECT = "disconnect from ";
    private static final String LOST = "lost connection after ";
    private static final String TIMEOUT = "timeout after ";
    private static final String MESSAGE = "END-OF-MESSAGE";

    private final Map<String, Session> sessions = new LinkedHashMap<>();

    /// One that goes on.
    private static final class Session {
        private Optional<PostfixArrival> last = Optional.empty();
        private int taken;
    }

    /// Whether a line is about the begin or the end of a session.
    ///
    /// @param at where its text begins
    static boolean areAt(String line, int at) {
        return line.startsWith(DISCONNECT, at)
                || line.startsWith(CONNECT, at)
                || line.startsWith(LOST, at)
                || line.startsWith(TIMEOUT, at);
    }

    /// Whether a refusal is of DATA, before there is a message.
    ///
    /// @param at where it says of what
    static boolean isOfCommand(String line, int at) {
        return line.startsWith("DATA from ", at) || line.startsWith("BDAT from ", at);
    }

    /// Whether a client has gone in the midst of a message.
    static boolean isMessageBroken(String line, int at) {
        int what = brokenAt(line, at);
        return what > 0 && (line.startsWith("DATA", what) || line.startsWith("BDAT", what));
    }

    private static int brokenAt(String line, int at) {
        return line.startsWith(LOST, at)
                ? at + LOST.length()
                : line.startsWith(TIMEOUT, at) ? at + TIMEOUT.length() : -1;
    }

    /// Whether a client has gone in the midst of something, unless all of a message had come.
    static boolean isBroken(String line, int at) {
        int what = brokenAt(line, at);
        return what > 0 && !line.startsWith(MESSAGE, what);
    }

    /// The message of a session that was begun last.
    Optional<PostfixArrival> last(String process) {
        Session session = sessions.get(process);
        return session == null ? Optional.empty() : session.last;
    }

    /// A message was taken.
    ///
    /// @return the one before in the same session, whose end will tell nothing of either
    Optional<PostfixArrival> takes(PostfixArrival arrival) {
        Session session = sessions.computeIfAbsent(arrival.process(), _ -> new Session());
        Optional<PostfixArrival> before = session.last;
        session.last = Optional.of(arrival);
        session.taken++;
        if (sessions.size() > SESSIONS_MAX) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        return before;
    }

    /// Whether the session of a message goes on, and its end may tell something of it.
    boolean mayTell(PostfixArrival arrival) {
        Session session = sessions.get(arrival.process());
        return session != null
                && session.taken == 1
                && session.last.filter(last -> last == arrival).isPresent();
    }

    /// A session has ended, or another one begins. What it tells is of one message, if it had one.
    ///
    /// @return that
    Optional<PostfixArrival> ends(String process, String line, int at) {
        Session session = sessions.remove(process);
        if (session == null || session.taken > 1) {
            return Optional.empty();
        }
        session.last.ifPresent(arrival -> arrival.named(named(line, at)));
        return session.last;
    }

    private static int named(String line, int at) {
        int from = line.indexOf(NAMED, at) + NAMED.length();
        int to = from;
        while (to < line.length() && line.charAt(to) >= '0' && line.charAt(to) <= '9') {
            to++;
        }
        return from < NAMED.length() || to == from || to - from > DIGITS_MAX
                ? PostfixCopies.UNKNOWN
                : Integer.parseInt(line, from, to, 10);
    }
}
