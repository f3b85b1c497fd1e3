package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/// A report as a message (RFC 5322) of ASCII only, for `sendmail -t`. Stateless.
final class ReportMail {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    /// The longest encoded line, without the soft line break (RFC 2045 6.7).
    private static final int LINE_MAX = 75;

    private ReportMail() {}

    /// Whether it is an address that a header may have as it is: a local name, or a mailbox without
    /// quotes.
    static boolean isAddress(String text) {
        return text.matches("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(@[A-Za-z0-9.-]{1,255})?");
    }

    /// Writes it.
    ///
    /// @param to an address
    /// @param host the name of the sending host
    static String of(ReportPage page, String to, String host, Instant now) {
        return "From: greydaemon <postmaster@%s>\n".formatted(host)
                + "To: %s\n".formatted(to)
                + "Subject: %s\n".formatted(page.subject())
                + "Date: %s\n".formatted(DATE.format(now))
                + "Message-ID: <%s@%s>\n".formatted(UUID.randomUUID(), host)
                + "Auto-Submitted: auto-generated\n"
                + "MIME-Version: 1.0\n"
                + "Content-Type: text/plain; charset=utf-8\n"
                + "Content-Transfer-Encoding: quoted-printable\n\n"
                + quoted(page.text());
    }

    /// Quoted-printable (RFC 2045 6.7): lines of any length and any octets become short ones of
    /// ASCII.
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            ByteArrayOutputStream row = new ByteArrayOutputStream();
            byte[] octets = line.getBytes(UTF_8);
            for (int i = 0; i < octets.length; i++) {
                byte[] next = octet(octets[i], i == octets.length - 1, row.size() == 0);
                if (row.size() + next.length > LINE_MAX) {
                    quoted.append(row.toString(US_ASCII)).append("=\n");
                    row.reset();
                    next = octet(octets[i], i == octets.length - 1, true);
                }
                row.writeBytes(next);
            }
            quoted.append(row.toString(US_ASCII)).append('\n');
        }
        return quoted.substring(0, quoted.length() - 1);
    }

    /// A dot at the begin of a line would be taken for the end of the message by some.
    private static byte[] octet(byte octet, boolean isLast, boolean isFirst) {
        boolean isPlain =
                octet >= ' '
                        && octet < 0x7f
                        && octet != '='
                        && !(octet == ' ' && isLast)
                        && !(octet == '.' && isFirst);
        return (isPlain ? String.valueOf((char) octet) : "=%02X".formatted(octet & 0xff))
                .getBytes(US_ASCII);
    }
}
