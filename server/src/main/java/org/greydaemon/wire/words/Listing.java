package org.greydaemon.wire.words;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Key.Kind;
import org.greydaemon.gate.Ledger;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.server.Connection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// Answers `list`: the entries as greylistd prints them, written while they are read, whatever
/// their number. Confined to one thread.
///
/// Entries are not counted here, so greylistd's column of counts holds a dash.
final class Listing {
    private static final int CHUNK = 64 << 10;

    /// How long the peer may take for a chunk, in seconds.
    private static final long CHUNK_SECONDS = 30;

    private static final String FORMAT = "  %-20s %5s  %s\n";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final Connection connection;
    private final long wallOffsetSeconds;
    private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    private final byte[] escaped =
            new byte[2 + EscapedText.EXPANSION_MAX * (Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX)];
    private boolean isEmpty = true;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    Listing(Connection connection, long wallOffsetSeconds) {
        this.connection = connection;
        this.wallOffsetSeconds = wallOffsetSeconds;
    }

    /// Writes the lists of these names, which are known ones.
    ///
    /// @throws IOException if the peer is gone or too slow
    void write(List<String> names, Ledger ledger, long now) throws IOException {
        try {
            for (String name : names) {
                isEmpty = true;
                // Nobody is ever black.
                if (!name.equals("black")) {
                    boolean triplets = name.equals("grey");
                    ledger.visit(
                            now,
                            (key, entry) -> {
                                if (key.kind() == (triplets ? Kind.TRIPLET : Kind.CLIENT)) {
                                    entry(name, key, Entry.time(entry));
                                }
                            });
                }
            }
            flush();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void entry(String name, Key key, long time) {
        if (isEmpty) {
            isEmpty = false;
            String title = (name.equals("grey") ? "Grey" : "White") + "list data:";
            append("\n" + title + "\n" + "=".repeat(title.length()) + "\n");
            append(FORMAT.formatted("Last Seen", "Count", "Data"));
        }
        Instant seen = Instant.ofEpochSecond(time + wallOffsetSeconds);
        append(FORMAT.formatted(TIME.format(seen.atZone(ZoneId.systemDefault())), "-", data(key)));
        if (chunk.size() >= CHUNK) {
            flush();
        }
    }

    private String data(Key key) {
        int sender = key.clientLength();
        int recipient = sender + key.senderLength();
        int at = EscapedText.writeField(key.bytes(), 0, sender, escaped, 0);
        if (key.isTriplet()) {
            escaped[at++] = ' ';
            at = EscapedText.writeField(key.bytes(), sender, recipient, escaped, at);
            escaped[at++] = ' ';
            at = EscapedText.writeField(key.bytes(), recipient, key.length(), escaped, at);
        }
        return new String(escaped, 0, at, ISO_8859_1);
    }

    private void append(String text) {
        chunk.writeBytes(text.getBytes(ISO_8859_1));
    }

    private void flush() {
        try {
            connection.within(CHUNK_SECONDS);
            connection.write(chunk.toByteArray(), 0, chunk.size());
            chunk.reset();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
