package org.greydaemon.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import java.util.Set;

/// Knows databases that only their own program can read, by the octets that they begin with
/// (sqlite.org's file format 1.3; Berkeley DB's `db_page.h`, and `db.h` of version 1.85).
public final class BinaryDatabase {
    /// How many octets are enough.
    public static final int START = 16;

    private static final String SQLITE = "SQLite format 3\0";

    /// Berkeley DB's trees and hashes.
    private static final Set<Integer> BERKELEY = Set.of(0x053162, 0x061561);

    /// Where the number is since version 2; before, it was first.
    private static final int BERKELEY_AT = 12;

    private BinaryDatabase() {}

    /// How to read a file that is one of them.
    ///
    /// @param start the first {@link #START} octets, or less if the file ends before
    /// @param file its name
    /// @return empty if it is none of them
    public static Optional<String> advice(byte[] start, String file) {
        if (new String(start, ISO_8859_1).equals(SQLITE)) {
            return Optional.of(
                    "this is SQLite's own file; run: sqlite3 "
                            + file
                            + " .dump | greyctl import --from sqlgrey -");
        }
        if (start.length == START && isBerkeley(start, BERKELEY_AT)) {
            return Optional.of(
                    "this is Berkeley DB's own file; run: db5.3_dump -p "
                            + file
                            + " | greyctl import --from postgrey -");
        }
        if (start.length == START && isBerkeley(start, 0)) {
            return Optional.of(
                    "this is Berkeley DB's own file, as spamd has it; run: spamdb | greyctl import"
                            + " --from spamdb -");
        }
        return Optional.empty();
    }

    /// In the order of whichever machine wrote it.
    private static boolean isBerkeley(byte[] start, int at) {
        int number = 0;
        for (int i = at; i < at + Integer.BYTES; i++) {
            number = number << Byte.SIZE | Byte.toUnsignedInt(start[i]);
        }
        return BERKELEY.contains(number) || BERKELEY.contains(Integer.reverseBytes(number));
    }
}
