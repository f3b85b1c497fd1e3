package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.Seed;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

final class EntryLineTest {
    private static final int ROUNDS = 20_000;

    private final EntryLine entryLine = new EntryLine();
    private final Key key = new Key();

    private static String write(Name name, long entry) {
        return write(name.key(), entry);
    }

    private static String write(Key key, long entry) {
        byte[] line = new byte[EntryLine.LENGTH_MAX];
        return new String(line, 0, EntryLine.write(key, entry, 0, line, 0), ISO_8859_1);
    }

    private long parse(String line) {
        // Something before and behind it, which must not count.
        byte[] octets = ("G 9 " + line + " 9\n").getBytes(ISO_8859_1);
        return entryLine.parse(octets, 4, 4 + line.length(), key);
    }

    @Test
    void linesOfClientsAreRead() {
        clientIsRead("I 1700000000 192.0.2.1", 1_700_000_000, "192.0.2.1");
        clientIsRead("I 0 2001:DB8::1", 0, "2001:db8::1");
        clientIsRead("I 5 ::ffff:192.0.2.1", 5, "192.0.2.1");
        clientIsRead("I 5 unknown", 5, "unknown");
        clientIsRead("I 5 a\\x20b", 5, "a b");
        clientIsRead("I 5 ", 5, "");
        // What follows is ignored, as the original does.
        clientIsRead("I 5 192.0.2.1 and more", 5, "192.0.2.1");
        clientIsRead("I 5 192.0.2.1\r", 5, "192.0.2.1");
        clientIsRead("I 5 192.0.2.1\t", 5, "192.0.2.1");
        // 2106-02-07 is past.
        clientIsRead("I 4294967296 192.0.2.1", 4_294_967_296L, "192.0.2.1");
        // Beyond what an entry can hold it is the latest time.
        clientIsRead("I " + "9".repeat(30) + " 192.0.2.1", Entry.TIME_MAX, "192.0.2.1");
        clientIsRead("I " + "0".repeat(30) + "5 192.0.2.1", 5, "192.0.2.1");
    }

    private void clientIsRead(String line, long time, String client) {
        assertThat(parse(line)).as(line).isEqualTo(time);
        assertThat(Name.of(key)).isEqualTo(Name.client(client));
    }

    @Test
    void linesOfTripletsAreRead() {
        tripletIsRead("G 7 192.0.2.1 a@b.c d@e.f", "192.0.2.1", "a@b.c", "d@e.f");
        tripletIsRead("G 7 192.0.2.1 A@B.C D@E.F", "192.0.2.1", "A@B.C", "D@E.F");
        tripletIsRead("G 7 ::1 . d@e.f\r", "::1", ".", "d@e.f");
        tripletIsRead("G 7 192.0.2.1 a@b.c d@e.f more", "192.0.2.1", "a@b.c", "d@e.f");
        tripletIsRead("G 7 192.0.2.1 \\x0a \\x5cx41", "192.0.2.1", "\n", "\\x41");
        tripletIsRead("G 7 192.0.2.1 \\xZZ \\x4", "192.0.2.1", "\\xZZ", "\\x4");
        tripletIsRead("G 7 192.0.2.1 \\x4A \\x", "192.0.2.1", "\\x4A", "\\x");
        tripletIsRead("G 7 192.0.2.1 a@b.c ", "192.0.2.1", "a@b.c", "");
        tripletIsRead("G 7  a@b.c d@e.f", "", "a@b.c", "d@e.f");
    }

    private void tripletIsRead(String line, String client, String sender, String recipient) {
        assertThat(parse(line)).as(line).isEqualTo(7);
        assertThat(Name.of(key)).isEqualTo(Name.triplet(client, sender, recipient));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "I",
                "I ",
                "I 5",
                "I  ",
                "G",
                "G 5",
                "G 5 ",
                "G 5 192.0.2.1",
                "G 5 192.0.2.1 ",
                "G 5 192.0.2.1 a",
                "G 5 192.0.2.1  b",
                "G 5 192.0.2.1\ta b",
                "G 5 192.0.2.1 a\tb",
                "G 5\t192.0.2.1 a b",
                "G\t5 192.0.2.1 a b",
                "i 5 192.0.2.1",
                "X 5 192.0.2.1",
                " I 5 192.0.2.1",
                "II 5 192.0.2.1",
                "I  5 192.0.2.1",
                "I 5  192.0.2.1",
                "I -5 192.0.2.1",
                "I +5 192.0.2.1",
                "I 5x 192.0.2.1",
                "I 0x5 192.0.2.1",
                "I \u00b5 192.0.2.1",
                "F",
                "F G",
                "F I",
                "F X 192.0.2.1",
                "F  192.0.2.1",
                "F G 192.0.2.1 a",
                "F H 0123456789abcdef0123456789abcde",
                "F 5 192.0.2.1",
                "H 5 0123456789abcdef0123456789abcdef",
                "H 5 0123456789abcdef0123456789abcdef x",
                "H 5 0123456789abcdef0123456789abcdeg -",
                "H 5 0123456789abcdef0123456789abcdef0 -",
                "P 5 example.com -",
                "O 5 example.com",
                "O 5 example.com 5",
                "# greydaemon journal 1",
                "\u0000\u0000\u0000\u0000",
            })
    void otherLineIsStrange(String line) {
        assertThat(parse(line)).isEqualTo(EntryLine.STRANGE);
    }

    @Test
    void fieldThatIsTooLongIsStrange() {
        assertThat(parse("I 5 " + "c".repeat(255))).isEqualTo(5);
        assertThat(parse("I 5 " + "c".repeat(256))).isEqualTo(EntryLine.STRANGE);
        assertThat(parse("I 5 " + "\\x00".repeat(255))).isEqualTo(5);
        assertThat(parse("I 5 " + "\\x00".repeat(256))).isEqualTo(EntryLine.STRANGE);
        assertThat(parse("G 5 c " + "s".repeat(Key.ADDRESS_MAX) + " r")).isEqualTo(5);
        assertThat(parse("G 5 c " + "s".repeat(Key.ADDRESS_MAX + 1) + " r"))
                .isEqualTo(EntryLine.STRANGE);
        assertThat(parse("G 5 c s " + "r".repeat(Key.ADDRESS_MAX))).isEqualTo(5);
        assertThat(parse("G 5 c s " + "r".repeat(Key.ADDRESS_MAX + 1)))
                .isEqualTo(EntryLine.STRANGE);
        assertThat(parse("P 5 c " + "s".repeat(Key.ADDRESS_MAX) + " -")).isEqualTo(5);
        assertThat(parse("P 5 c " + "s".repeat(Key.ADDRESS_MAX + 1) + " -"))
                .isEqualTo(EntryLine.STRANGE);
        assertThat(parse("P 5 " + "c".repeat(256) + " s -")).isEqualTo(EntryLine.STRANGE);
    }

    @Test
    void networkIsTheClients() {
        assertThat(parse("G 5 192.0.2.1 a b")).isEqualTo(5);
        assertThat(key.networkLow()).isEqualTo(0xffff_c000_0200L);
        assertThat(parse("I 5 2001:db8:1:2::3")).isEqualTo(5);
        assertThat(key.networkHigh()).isEqualTo(0x2001_0db8_0001_0000L);
        assertThat(key.networkLow()).isZero();
        assertThat(parse("I 5 unknown")).isEqualTo(5);
        assertThat(key.networkHigh()).isEqualTo(-1);
        assertThat(key.networkLow()).isEqualTo(-1);
    }

    /// The modern rules know an IPv6 client by its /64, in this form alone.
    @Test
    void networkOfAHomeIsThatOfItsAddresses() {
        for (String line :
                List.of(
                        "I 5 2001:db8:1:2::/64",
                        "U 5 2001:db8:1:2::/64 3",
                        "G 5 2001:db8:1:2::/64 a b")) {
            assertThat(parse(line)).as(line).isNotEqualTo(EntryLine.STRANGE);
            assertThat(key.networkHigh()).as(line).isEqualTo(0x2001_0db8_0001_0000L);
            assertThat(key.networkLow()).as(line).isZero();
        }
        for (String other :
                List.of(
                        "2001:db8:1:2::/63",
                        "2001:db8:1:2::3/64",
                        "2001:DB8:1:2::/64",
                        "/64",
                        "192.0.2.0/64",
                        "x/64")) {
            clientIsRead("I 5 " + other, 5, other);
            assertThat(key.networkHigh()).as(other).isEqualTo(-1);
        }
    }

    @Test
    void networkOfALineIsNotThatOfTheLineBefore() {
        String digest = "H 5 0123456789abcdef0123456789abcdef ";
        assertThat(parse(digest + "192.0.2.0")).isEqualTo(5);
        assertThat(key.networkLow()).isEqualTo(0xffff_c000_0200L);
        assertThat(parse(digest + "-")).isEqualTo(5);
        assertThat(key.networkHigh()).isEqualTo(-1);
        assertThat(key.networkLow()).isEqualTo(-1);
    }

    @Test
    void entryIsWrittenAsTheOriginalWritesIt() {
        assertThat(write(Name.client("192.0.2.1"), 1_700_000_000))
                .isEqualTo("I 1700000000 192.0.2.1");
        assertThat(write(Name.triplet("192.0.2.1", "a@b.c", "d@e.f"), 0))
                .isEqualTo("G 0 192.0.2.1 a@b.c d@e.f");
        byte[] line = new byte[EntryLine.LENGTH_MAX];
        int end = EntryLine.write(Name.client("c").key(), 5, -6, line, 0);
        assertThat(new String(line, 0, end, ISO_8859_1)).isEqualTo("I 0 c");
    }

    private static Key key(Key.Kind kind, String text, String sender) {
        Key key = new Name(kind, text, sender, "").key();
        key.network(0, 0xffff_c000_0200L);
        return key;
    }

    @Test
    void marksAndFurtherKindsAreWordsThatTheOriginalIgnores() {
        String digest = "0123456789abc\u00ff\0\u0080";
        assertThat(write(Name.client("192.0.2.1"), Entry.of(5, 7))).isEqualTo("I 5 192.0.2.1 7");
        assertThat(write(Name.triplet("192.0.2.1", "a@b", "c@d"), Entry.of(5, Entry.MARK_MAX)))
                .isEqualTo("G 5 192.0.2.1 a@b c@d 8388607");
        assertThat(write(Name.triplet("c", "a@b", ""), Entry.of(5, 1))).isEqualTo("G 5 c a@b  1");
        assertThat(write(key(Key.Kind.HOST_TRIPLET, digest, ""), Entry.of(5, 7)))
                .isEqualTo("H 5 30313233343536373839616263ff0080 192.0.2.0 7");
        assertThat(write(key(Key.Kind.HOST_SENDER, "example.com", "example.org"), 5))
                .isEqualTo("P 5 example.com example.org 192.0.2.0");
        assertThat(write(new Name(Key.Kind.POOL, "example.com", "", "").key(), 5))
                .isEqualTo("O 5 example.com -");
        assertThat(write(key(Key.Kind.SUSPECT, "192.0.2.1", ""), Entry.of(5, 3)))
                .isEqualTo("U 5 192.0.2.1 3");
    }

    @ParameterizedTest
    @EnumSource(Key.Kind.class)
    void everyKindIsReadAsItWasWritten(Key.Kind kind) {
        Key written = key(kind, kind.fields() == 0 ? "0123456789 bcdef" : "192.0.2.1", "");
        if (kind.fields() == 2) {
            written = key(kind, "a b", "c d");
        } else if (kind == Key.Kind.TRIPLET) {
            written = Name.triplet("192.0.2.1", "a@b", "").key();
        }
        for (int mark : new int[] {0, 1, Entry.MARK_MAX}) {
            String line = write(written, Entry.of(1L << 33, mark));
            assertThat(parse(line)).as(line).isEqualTo(Entry.of(1L << 33, mark));
            assertThat(Name.of(key)).isEqualTo(Name.of(written));
            assertThat(key.networkHigh()).isEqualTo(0);
            assertThat(key.networkLow()).isEqualTo(0xffff_c000_0200L);
        }
        byte[] line = new byte[EntryLine.LENGTH_MAX];
        int end = EntryLine.writeForgotten(written, line, 0);
        assertThat(entryLine.parse(line, 0, end, key)).isEqualTo(Memory.NEVER);
        assertThat(Name.of(key)).isEqualTo(Name.of(written));
    }

    @Test
    void whatIsNoMarkIsIgnored() {
        clientIsRead("I 5 192.0.2.1 8388608", 5, "192.0.2.1");
        clientIsRead("I 5 192.0.2.1 7x", 5, "192.0.2.1");
        clientIsRead("I 5 192.0.2.1  7", 5, "192.0.2.1");
        clientIsRead("I 5 192.0.2.1 -7", 5, "192.0.2.1");
        clientIsRead("I 5 192.0.2.1 7 and more", Entry.of(5, 7), "192.0.2.1");
        clientIsRead("I 5 192.0.2.1 7\r", Entry.of(5, 7), "192.0.2.1");
        clientIsRead("I 5  7", Entry.of(5, 7), "");
    }

    @Test
    void longestEntryHasRoom() {
        String line =
                write(
                        Name.triplet(
                                "\n".repeat(255),
                                "\n".repeat(Key.ADDRESS_MAX),
                                "\n".repeat(Key.ADDRESS_MAX)),
                        Long.MAX_VALUE);
        assertThat(line.length()).isLessThanOrEqualTo(EntryLine.LENGTH_MAX);
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            Name name =
                    random.nextBoolean()
                            ? Name.client(octets(random, Key.CLIENT_MAX))
                            : Name.triplet(
                                    octets(random, Key.CLIENT_MAX),
                                    "x" + octets(random, 50),
                                    octets(random, 50));
            name = Name.of(name.key()); // As it is compared: lower case and without blanks.
            long time = Entry.of(random.nextLong(Entry.TIME_MAX + 1), random.nextInt(1 << 23) & -2);
            String line = write(name, time);
            assertThat(parse(line)).as("-Dseed=%d: %s", seed, line).isEqualTo(time);
            assertThat(Name.of(key)).as("-Dseed=%d: %s", seed, line).isEqualTo(name);
        }
    }

    /// Octets that matter more often than others.
    private static String octets(Random random, int lengthMax) {
        String special = " \\x0123456789abcdef\n\r\t\u0000\u007f\u0085\u00c2\u00e2\u0080";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(lengthMax) + 1); i > 0; i--) {
            text.append(
                    random.nextBoolean()
                            ? (char) random.nextInt(256)
                            : special.charAt(random.nextInt(special.length())));
        }
        return text.toString();
    }

    @Test
    void noLineIsTooStrange() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String line = octets(random, 300);
            if (random.nextBoolean()) {
                line = "IGNHDPOSUF".charAt(random.nextInt(10)) + " " + line;
                line = random.nextBoolean() ? line : "F G " + line;
            }
            try {
                long time = parse(line);
                if (time != EntryLine.STRANGE) {
                    Name read = Name.of(key);
                    byte[] again = new byte[EntryLine.LENGTH_MAX];
                    int end =
                            time == Memory.NEVER
                                    ? EntryLine.writeForgotten(key, again, 0)
                                    : EntryLine.write(key, time, 0, again, 0);
                    assertThat(entryLine.parse(again, 0, end, key)).isEqualTo(time);
                    assertThat(Name.of(key)).isEqualTo(read);
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("-Dseed=" + seed + ": " + line, e);
            }
        }
    }
}
