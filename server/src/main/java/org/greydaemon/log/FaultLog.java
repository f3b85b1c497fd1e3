package org.greydaemon.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.mail.EscapedText;

import java.nio.charset.StandardCharsets;

/// Says that somebody on a connection spoke nothing of its protocol, and that the connection was
/// closed for it:
///
/// ```
/// milter 127.0.0.1:4242: there is no command 'G'; connection closed
/// ```
///
/// At most {@link OriginalLines#MALFORMED_BURST} lines at once and then one a second. Safe for use
/// by several threads.
public final class FaultLog {
    private final Lines log;

    @GuardedBy("this")
    private final RateLimit limit = new RateLimit(OriginalLines.MALFORMED_BURST);

    @GuardedBy("this")
    private long faults;

    /// @param log where the lines go
    public FaultLog(Lines log) {
        this.log = log;
    }

    /// Says it.
    ///
    /// @param who the protocol and the peer
    /// @param why what was wrong; control characters in it are escaped
    /// @param now the time in seconds
    public synchronized void closed(String who, String why, long now) {
        faults++;
        if (!limit.allows(now)) {
            return;
        }
        long heldBack = limit.takeHeldBack();
        String more = heldBack > 0 ? " (and %d times before)".formatted(heldBack) : "";
        byte[] line =
                (who + ": " + why + "; connection closed" + more).getBytes(StandardCharsets.UTF_8);
        byte[] escaped = new byte[EscapedText.EXPANSION_MAX * line.length];
        log.line(escaped, EscapedText.writeLine(line, 0, line.length, escaped, 0));
    }

    /// How often it happened since the start.
    public synchronized long faults() {
        return faults;
    }
}
