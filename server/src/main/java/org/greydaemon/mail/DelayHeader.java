package org.greydaemon.mail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The header field that tells a reader how long greylisting has delayed a message:
///
/// ```
/// X-Greylist: delayed 301 seconds by greydaemon at mx.example.org; Mon, 23 Nov 2026 01:18:41 +0000
/// ```
///
/// Immutable.
///
/// @param host the name of the host that delayed it
public record DelayHeader(String host) {
    /// The field's name.
    public static final String NAME = "X-Greylist";

    // RFC 5322 3.3.
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.US)
                    .withZone(ZoneOffset.UTC);

    /// The field's value.
    ///
    /// @param seconds how long the message was delayed
    /// @param wallSeconds the time of the wall clock in seconds since 1970
    public String value(long seconds, long wallSeconds) {
        return "delayed "
                + seconds
                + " seconds by greydaemon at "
                + host
                + "; "
                + DATE.format(Instant.ofEpochSecond(wallSeconds));
    }
}
