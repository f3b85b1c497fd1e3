package org.greydaemon.store.memory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.file.RegularFile;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// The files that a rescue file was written instead of. It holds all that was remembered, so it
/// stands in their place as long as they are these: what they say and it does not was forgotten
/// when they could not be written any more. The first line of a rescue file names them:
///
/// ```
/// # instead of 71 5e2f0c11 1022 34fa80c9 a2640727
/// ```
///
/// the last field being the CRC-32C of the text before.
///
/// @param saveFile the save file
/// @param journals the journals, one behind the other; lines that were added to the last one since
///   are newer than the rescue file
record Superseded(FileIdentity saveFile, FileIdentity journals) {
    private static final int BUFFER = 1 << 16;
    private static final Pattern LINE =
            Pattern.compile(
                    "(# instead of (\\d{1,18}) ([0-9a-f]{8}) (\\d{1,18}) ([0-9a-f]{8}))"
                            + " ([0-9a-f]{8})");

    /// The most octets of a line, without its end.
    private static final int LENGTH_MAX = 100;

    /// A line of a rescue file, with its end.
    byte[] line() {
        String text =
                String.format(
                        Locale.ROOT,
                        "# instead of %d %08x %d %08x",
                        saveFile.octets(),
                        saveFile.checksum(),
                        journals.octets(),
                        journals.checksum());
        return String.format(Locale.ROOT, "%s %08x\n", text, FileIdentity.checksum(text))
                .getBytes(US_ASCII);
    }

    /// What a line of a rescue file, without its end, says.
    ///
    /// @return null if it is no such line, or damaged
    static @Nullable Superseded of(byte[] line, int from, int to) {
        if (to == from || line[from] != '#' || to - from > LENGTH_MAX) {
            return null; // Most lines.
        }
        Matcher found = LINE.matcher(new String(line, from, to - from, US_ASCII));
        return found.matches()
                        && FileIdentity.hex(found.group(6)) == FileIdentity.checksum(found.group(1))
                ? new Superseded(identity(found, 2), identity(found, 4))
                : null;
    }

    private static FileIdentity identity(Matcher found, int group) {
        return new FileIdentity(
                Long.parseLong(found.group(group)), FileIdentity.hex(found.group(group + 1)));
    }

    /// Whether a start has found these files.
    boolean isThere(FileIdentity foundSaveFile, List<Path> foundJournals) throws IOException {
        return saveFile.equals(foundSaveFile)
                && journals.equals(begin(foundJournals, journals.octets()));
    }

    /// What files hold, one behind the other; a missing one is empty.
    ///
    /// @param most how many octets count
    static FileIdentity begin(List<Path> files, long most) throws IOException {
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[BUFFER];
        long octets = 0;
        for (Path file : files) {
            if (!RegularFile.exists(file)) {
                continue;
            }
            try (InputStream in = Files.newInputStream(file)) {
                for (int n; (n = in.read(buffer, 0, (int) Math.min(BUFFER, most - octets))) > 0; ) {
                    crc.update(buffer, 0, n);
                    octets += n;
                }
            }
        }
        return new FileIdentity(octets, (int) crc.getValue());
    }
}
