package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// What of the files a start receives, in which order, and what replaces what.
final class RecoveryTest implements Recovery.Receiver {
    private static final String SAVED = "I 5 saved\n";

    private final List<String> received = new ArrayList<>();
    private final Recovery recovery = new Recovery(this);

    @TempDir Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("save");
    }

    @Override
    public void entry(Key key, long entry, boolean isLater) {
        String time = entry == Memory.NEVER ? "never" : String.valueOf(Entry.time(entry));
        received.add(Name.of(key).client() + " " + time + (isLater ? " later" : ""));
    }

    @Override
    public void strange(Path where, long lineNumber, String line) {
        received.add(where.getFileName() + ":" + lineNumber + " " + line);
    }

    private void write(Path to, String text) throws IOException {
        Files.writeString(to, text, ISO_8859_1);
    }

    private static FileIdentity identity(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(ISO_8859_1));
        return new FileIdentity(text.length(), (int) crc.getValue());
    }

    /// A line of a journal; without a time, that the client is forgotten.
    private static String line(String client, long time) {
        byte[] line = new byte[JournalLine.LENGTH_MAX];
        int end = new JournalLine().write(Name.client(client).key(), time, 0, line, 0);
        return new String(line, 0, end, ISO_8859_1);
    }

    /// A journal that names save files.
    ///
    /// @param naming `none`, `others`, `first` or `later`
    private static String journal(String naming, String lines) {
        ByteArrayOutputStream journal = new ByteArrayOutputStream();
        journal.writeBytes(JournalLine.header());
        FileIdentity other = identity("I 4 other\n");
        FileIdentity[] named =
                switch (naming) {
                    case "none" -> new FileIdentity[0];
                    case "others" -> new FileIdentity[] {other, other};
                    case "first" -> new FileIdentity[] {identity(SAVED), other};
                    default -> new FileIdentity[] {other, other, identity(SAVED)};
                };
        for (FileIdentity identity : named) {
            journal.writeBytes(identity.line());
        }
        return journal.toString(ISO_8859_1) + lines;
    }

    @Test
    void theLastLineOfASaveFileNeedsNoEnd() throws IOException {
        String text = "I 5 a\nwhat\nI 6 b";
        write(file, text);
        assertThat(recovery.readSaveFile(file, true)).isEqualTo(identity(text));
        assertThat(received).containsExactly("a 5 later", "save:2 what", "b 6 later");
    }

    @Test
    void aStrangeLastLineHasItsNumberToo() throws IOException {
        write(file, "I 5 a\nF I a\nwhat");
        FileIdentity _ = recovery.readSaveFile(file, false);
        assertThat(received).containsExactly("a 5", "save:2 F I a", "save:3 what");
    }

    @Test
    void aMissingSaveFileIsAnEmptyOne() throws IOException {
        assertThat(recovery.readSaveFile(file, true)).isEqualTo(FileIdentity.EMPTY);
        write(file, SAVED);
        FileIdentity _ = recovery.readSaveFile(file, true);
        assertThat(recovery.readSaveFile(folder.resolve("none"), true))
                .as("though another was read before it")
                .isEqualTo(FileIdentity.EMPTY);
        assertThat(recovery.readJournal(folder.resolve("none"), true)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"199, 199", "200, 200", "201, 200", "5000, 200"})
    void ofAStrangeLineTheBeginningIsShown(int length, int shown) throws IOException {
        write(file, "I 5 a\n" + "x".repeat(length) + "\n");
        FileIdentity _ = recovery.readSaveFile(file, true);
        assertThat(received).containsExactly("a 5 later", "save:2 " + "x".repeat(shown));
    }

    /// What fits is read, however much the reading of it is cut into pieces.
    @Test
    void aLineOfMoreThanAMebioctetIsReportedByItsLength() throws IOException {
        int most = 1 << 20;
        String longest = "I 6 b " + "x".repeat(most - 7) + "\n";
        write(file, "I 5 a\n" + longest + "y".repeat(most + 10) + "\nI 7 c\n");
        FileIdentity _ = recovery.readSaveFile(file, true);
        assertThat(received)
                .containsExactly(
                        "a 5 later",
                        "b 6 later",
                        "save:3 a line of more than 1048576 octets",
                        "save:3 " + "y".repeat(10),
                        "c 7 later");
    }

    @Test
    void theLastLineOfAJournalNeedsItsEnd() throws IOException {
        String whole = journal("first", line("a", 5) + line("b", Memory.NEVER));
        write(file, whole + line("c", 6).strip());
        assertThat(recovery.readJournal(file, true)).isEqualTo(whole.length());
        assertThat(received).containsExactly("a 5 later", "b never later");
    }

    @Test
    void aJournalIsReadOnFromWhereItEnded() throws IOException {
        String read = journal("first", line("a", 5));
        write(file, read + line("b", 6) + "what\n" + "tor");
        assertThat(recovery.readJournal(file, false, read.length()))
                .isEqualTo(read.length() + line("b", 6).length() + 5);
        assertThat(received).containsExactly("b 6", "save:2 what");
    }

    @Test
    void anEmptyLineIsStrangeWhereverItStands() throws IOException {
        write(file, "\n\nI 5 a\n\n");
        FileIdentity _ = recovery.readSaveFile(file, true);
        assertThat(received).containsExactly("save:1 ", "save:2 ", "a 5 later", "save:4 ");
    }

    @Test
    void linesMayEndInCarriageReturns() throws IOException {
        write(file, "I 5 a\r\n\r\n");
        FileIdentity _ = recovery.readSaveFile(file, true);
        assertThat(received).containsExactly("a 5 later", "save:2 ");
    }

    /// What a journal says replaces what the save file beside it does if it belongs to that. The
    /// old one says nothing new beside a save file that was written after it.
    @ParameterizedTest
    @CsvSource({
        "none, none, old 6 later, new 7 later",
        "none, others, old 6 later, new 7",
        "none, first, old 6 later, new 7 later",
        "none, later, old 6 later, new 7 later",
        "others, none, old 6, new 7 later",
        "others, others, old 6, new 7",
        "others, first, old 6, new 7 later",
        "others, later, , new 7 later",
        "first, others, old 6 later, new 7",
        "first, later, old 6 later, new 7 later",
        "later, others, old 6 later, new 7",
        "later, first, old 6 later, new 7 later",
    })
    void journalsAreReadAsTheyNameTheSaveFile(
            String old, String newest, String fromOld, String fromNewest) throws IOException {
        write(file, SAVED);
        write(JournalFiles.oldPath(file), journal(old, line("old", 6)));
        String journal = journal(newest, line("new", 7));
        write(JournalFiles.path(file), journal);
        Recovery.FoundFiles found = recovery.readAll(file);
        assertThat(received)
                .isEqualTo(
                        fromOld == null
                                ? List.of("saved 5 later", fromNewest)
                                : List.of("saved 5 later", fromOld, fromNewest));
        assertThat(found.saveFile()).isEqualTo(identity(SAVED));
        assertThat(found.belongs()).isEqualTo(!newest.equals("others"));
        assertThat(found.journalEnd()).isEqualTo(journal.length());
        assertThat(found.isNothing()).isFalse();
    }

    /// A journal that lacked something begins once more. A save file that it names behind that has
    /// what was before, even what it lacks.
    @ParameterizedTest
    @CsvSource({"first, a 6 later;new 7 later", "later, new 7 later", "others, a 6;new 7"})
    void ofAJournalThatBeganOnceMoreCountsWhatTheSaveFileLacks(String naming, String expected)
            throws IOException {
        write(file, SAVED);
        FileIdentity first = identity(naming.equals("first") ? SAVED : "I 4 other\n");
        FileIdentity second = identity(naming.equals("later") ? SAVED : "I 4 other\n");
        String header = new String(JournalLine.header(), ISO_8859_1);
        write(
                JournalFiles.path(file),
                header
                        + new String(first.line(), ISO_8859_1)
                        + line("a", 6)
                        + header
                        + new String(second.line(), ISO_8859_1)
                        + line("new", 7)
                        + "what\n");
        Recovery.FoundFiles found = recovery.readAll(file);
        assertThat(String.join(";", received))
                .isEqualTo("saved 5 later;" + expected + ";save.journal:7 what");
        assertThat(found.journalEnd()).isEqualTo(Files.size(JournalFiles.path(file)));
    }

    /// A save that the process has died in has its old journal still.
    @ParameterizedTest
    @CsvSource({
        "none, false, false",
        "first, false, true",
        "first, true, false",
        "later, false, false",
    })
    void aSaveFileThatTheJournalNamesBeforeAnotherIsBehind(
            String naming, boolean isOldThere, boolean isBehind) throws IOException {
        write(file, SAVED);
        write(JournalFiles.path(file), journal(naming, line("new", 7)));
        if (isOldThere) {
            write(JournalFiles.oldPath(file), journal("first", line("old", 6)));
        }
        assertThat(recovery.readAll(file).isBehind()).isEqualTo(isBehind);
    }

    @Test
    void nothingIsNoFileAtAll() throws IOException {
        assertThat(recovery.readAll(file).isNothing()).isTrue();
        for (Path there : List.of(file, JournalFiles.path(file), JournalFiles.oldPath(file))) {
            Files.createFile(there);
            assertThat(recovery.readAll(file).isNothing()).as("%s", there).isFalse();
            Files.delete(there);
        }
    }

    @Test
    void aFileThatEndsTooEarlyIsNamed() throws IOException {
        write(file, SAVED);
        assertThatThrownBy(() -> recovery.readJournal(file, true, 100))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }
}
