package org.greydaemon.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What `journalctl -o export` writes (systemd, Journal Export Formats), as the lines that `-o
/// short-unix` would write. A record is some fields and an empty line:
///
/// ```
/// __REALTIME_TIMESTAMP=1795845601000001
/// SYSLOG_IDENTIFIER=postfix/smtpd
/// MESSAGE
/// (a length, eight octets, the least first) (so many octets)
/// ```
///
/// Fields that are not asked for are passed over, whatever their length. Confined to one thread.
final class JournalExport extends InputStream {
    /// The first field of a record.
    static final String BEGIN = "__CURSOR=";

    /// systemd's DATA_SIZE_MAX: no field is longer.
    private static final long VALUE_MAX = 768L << 20;

    /// More is kept of none: a line that has it is too long.
    private static final int KEPT_MAX = InputLines.LINE_MAX + 1;

    private static final int NAME_MAX = 64; // systemd's field_name_is_valid().
    private static final int MICROS = 6;
    private static final String TIME = "__REALTIME_TIMESTAMP";
    private static final List<String> WANTED =
            List.of(TIME, "_HOSTNAME", "SYSLOG_IDENTIFIER", "_PID", "SYSLOG_PID", "MESSAGE");

    private final InputStream input;
    private final Map<String, String> fields = new HashMap<>();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private byte[] line = {};
    private int at;
    private long record;

    /// @param input the export; it should be buffered
    JournalExport(InputStream input) {
        this.input = input;
    }

    @Override
    public int read() throws IOException {
        return hasMore() ? line[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] octets, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        int count = Math.min(length, line.length - at);
        System.arraycopy(line, at, octets, from, count);
        at += count;
        return count;
    }

    /// Whether there is a line, which is read if the one before is over.
    private boolean hasMore() throws IOException {
        if (at == line.length) {
            readRecord();
            line = fields.isEmpty() ? new byte[0] : line().getBytes(ISO_8859_1);
            at = 0;
        }
        return at < line.length;
    }

    /// Reads fields up to an empty line behind some, or the end.
    private void readRecord() throws IOException {
        fields.clear();
        record++;
        int begins = input.read();
        while (begins >= 0 && (begins != '\n' || fields.isEmpty())) {
            if (begins != '\n') {
                readField(begins);
            }
            begins = input.read();
        }
    }

    private void readField(int first) throws IOException {
        text.reset();
        int next = first;
        while (next >= 0 && next != '=' && next != '\n') {
            keep(next, NAME_MAX + 1);
            next = input.read();
        }
        String name = text.toString(ISO_8859_1);
        text.reset();
        if (next == '\n') {
            readBinary(name);
        } else {
            for (next = input.read(); next >= 0 && next != '\n'; next = input.read()) {
                keep(next, KEPT_MAX);
            }
        }
        // A record in which nothing is wanted is one too.
        fields.putIfAbsent(WANTED.contains(name) ? name : "", text.toString(ISO_8859_1));
    }

    private void readBinary(String name) throws IOException {
        byte[] octets = Arrays.copyOf(input.readNBytes(Long.BYTES), Long.BYTES);
        long length = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > VALUE_MAX) {
            throw new IOException(
                    "in its record %d the field %s would have %s octets, and the journal has no longer ones than %d; is it cut off, or was it changed?"
                            .formatted(record, name, Long.toUnsignedString(length), VALUE_MAX));
        }
        for (long i = 0; i <= length; i++) { // And the end of the line behind it.
            int next = input.read();
            if (next < 0) {
                return;
            }
            if (i < length) {
                keep(next == '\n' ? ' ' : next, KEPT_MAX);
            }
        }
    }

    private void keep(int octet, int most) {
        if (text.size() < most) {
            text.write(octet);
        }
    }

    /// `1795845601.000001 mx postfix/smtpd[1]: text`
    private String line() {
        String time = field(TIME);
        int seconds = Math.max(0, time.length() - MICROS);
        return "%s.%s %s %s[%s]: %s\n"
                .formatted(
                        time.substring(0, seconds),
                        time.substring(seconds),
                        field("_HOSTNAME"),
                        field("SYSLOG_IDENTIFIER"),
                        fields.getOrDefault("_PID", field("SYSLOG_PID")),
                        field("MESSAGE"));
    }

    private String field(String name) {
        return fields.getOrDefault(name, "");
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
