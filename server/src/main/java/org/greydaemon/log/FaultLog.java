package org.greydaemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.mail.EscapedText;

import java.util.concurrent.atomic.AtomicLong;

/// Says that somebody on a connection spoke nothing of its protocol, and that the connection was
/// closed for it:
///
/// ```
/// milter 127.0.0.1:4242: there is no command 'G'; connection closed
/// ```
///
/// Whoever does the same wrong again is counted, see {@link LineLog}. Safe for use by several
/// threads.
public final class FaultLog {
    private final Lines log;
    private final AtomicLong faults = new AtomicLong();

    /// @param log where the lines go
    public FaultLog(Lines log) {
        this.log = log;
    }

    /// Says it.
    ///
    /// @param who the protocol and the peer
    /// @param why what was wrong; control characters in it are escaped
    public void closed(String who, String why) {
        faults.incrementAndGet();
        tell(who, why, "; connection closed");
    }

    /// Says that a request over HTTP made no sense; the connection goes on.
    ///
    /// @param who the protocol and the peer
    /// @param why what was wrong; control characters in it are escaped
    public void refused(String who, String why) {
        tell(who, why, "; answered with 400");
    }

    private void tell(String who, String why, String end) {
        byte[] octets = why.getBytes(UTF_8);
        byte[] escaped = new byte[EscapedText.EXPANSION_MAX * octets.length];
        int length = EscapedText.writeLine(octets, 0, octets.length, escaped, 0);
        String what = new String(escaped, 0, length, UTF_8);
        log.tell(Event.CLOSED, who + ": " + what + end, what);
    }

    /// Says that a bound was reached.
    ///
    /// @param what which, and what is done
    public void bound(String what) {
        log.tell(Event.BOUND, what, what);
    }

    /// How often it happened since the start.
    public long faults() {
        return faults.get();
    }
}
