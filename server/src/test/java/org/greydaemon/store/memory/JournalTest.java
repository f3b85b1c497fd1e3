package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;

import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/// When lines of the journal are in the hands of the system, when on the disk, and what is known of
/// those that are in neither.
final class JournalTest {
    private static final FileIdentity SAVED = new FileIdentity(71, 0x5e2f_0c11);

    private final List<String> failed = new ArrayList<>();
    private final List<String> forced = new ArrayList<>();
    private final List<Long> waited = new ArrayList<>();
    private final List<Long> behind = new ArrayList<>();
    private final List<FileChannel> channels = new ArrayList<>();
    private final JournalBuffer buffer = new JournalBuffer(() -> 0);

    @SuppressWarnings("NullAway.Init") // Made by each test before it is needed.
    private Disk disk;

    @SuppressWarnings("NullAway.Init") // Made by each test before it is needed.
    private Journal journal;

    private int appended;

    /// How many octets the disk takes in all.
    private long room = Long.MAX_VALUE;

    private boolean cannotForce;

    @TempDir Path folder;

    private Journal.Opened open(String name) throws IOException {
        Path file = disk.path(folder).resolve(name);
        FileChannel channel = StoreFiles.open(file);
        channels.add(channel);
        return new Journal.Opened(channel, StoreFiles.key(file), 0);
    }

    private Journal.Opened opened() {
        return Objects.requireNonNull(journal.opened());
    }

    private void begin(Fsync fsync) throws IOException {
        disk = new Disk(folder);
        disk.watcher =
                new Disk.Watcher() {
                    @Override
                    public void before(String what, String file, String to) throws IOException {
                        if (what.equals("force")) {
                            forced.add(file);
                        }
                        if (what.equals("force") || what.equals("write")) {
                            waited.add(journal.waitsForDisk());
                        }
                        if (what.equals("force")) {
                            behind.add(journal.forcedBehind());
                        }
                        if (what.equals("write") && room == 0) {
                            throw new FileSystemException(file, null, "No space left on device");
                        }
                        if (what.equals("force") && cannotForce) {
                            throw new FileSystemException(file, null, "Input/output error");
                        }
                    }

                    @Override
                    public int takes(String file, int octets) {
                        int taken = (int) Math.min(room, octets);
                        room -= taken;
                        return taken;
                    }
                };
        journal =
                new Journal(
                        disk.path(folder).resolve("journal"),
                        fsync,
                        buffer,
                        FileMetrics.unseen(),
                        (name, cause) ->
                                failed.add(name.getFileName() + ": " + cause.getMessage()));
        journal.use(open("first"));
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
        for (FileChannel channel : channels) {
            channel.close();
        }
    }

    /// Lines of 30 octets.
    private void append(int count) {
        for (int i = 0; i < count; i++) {
            Name name = Name.client("client%06d".formatted(appended++));
            buffer.append(name.key(), 12_345, Memory.NEVER, Origin.HERE);
        }
    }

    private void commit(int count) {
        append(count);
        journal.commit();
    }

    private String text(String name) throws IOException {
        return Files.readString(folder.resolve(name), ISO_8859_1);
    }

    private List<String> forced() {
        List<String> since = List.copyOf(forced);
        forced.clear();
        return since;
    }

    @Test
    void howeverManyLinesWaitACommitWritesThemInOrder() throws IOException {
        begin(Fsync.NEVER);
        commit(1);
        int line = text("first").length();
        int full = JournalBuffer.SIZE / line;
        for (int count : new int[] {20_000, full, 2 * full}) {
            commit(count);
            String text = text("first");
            assertThat(text).hasLineCount(appended).hasSize(appended * line);
            assertThat(journal.size()).isEqualTo(text.length());
        }
        int[] next = {0};
        assertThat(text("first").lines())
                .allMatch(said -> said.startsWith("I 12345 client%06d ".formatted(next[0]++)));
        assertThat(journal.unwritten()).isZero();
        assertThat(journal.works()).isTrue();
    }

    /// With a promise of each answer, of each second, and of nothing.
    @ParameterizedTest
    @EnumSource
    void whatWasWrittenIsForcedOnceAndWhenItWasPromised(Fsync fsync) throws IOException {
        begin(fsync);
        journal.commit();
        journal.synchronise(); // A file that was opened has a header.
        forced();
        boolean isAlways = fsync == Fsync.ALWAYS;
        commit(3);
        assertThat(forced()).hasSize(isAlways ? 1 : 0);
        journal.commit();
        assertThat(forced()).isEmpty();
        journal.synchronise();
        assertThat(forced()).hasSize(isAlways ? 0 : 1);
        journal.synchronise();
        assertThat(forced()).isEmpty();
        append(1);
        assertThat(journal.replace(open("second")))
                .isEqualTo(new Journal.Replaced(channels.getFirst(), isAlways ? 0 : 1));
        assertThat(channels.getFirst().isOpen()).isTrue();
        assertThat(forced()).hasSize(isAlways ? 1 : 0).allMatch("first"::equals);
        assertThat(text("first")).hasLineCount(4);
        assertThat(journal.savesAs(SAVED)).isTrue();
        assertThat(forced()).hasSize(fsync == Fsync.NEVER ? 0 : 1).allMatch("second"::equals);
        append(1);
        assertThat(journal.savesAs(SAVED)).isTrue();
        assertThat(forced()).hasSize(fsync == Fsync.NEVER ? 0 : 1);
        append(1);
        journal.close();
        assertThat(forced()).hasSize(fsync == Fsync.NEVER ? 0 : 1);
        assertThat(channels.getLast().isOpen()).isFalse();
        assertThat(text("second")).hasLineCount(4);
        journal.close();
        assertThat(forced()).isEmpty();
        assertThat(failed).isEmpty();
    }

    @Test
    void aJournalThatBeganIsForcedByTheFirstSecond() throws IOException {
        begin(Fsync.EVERYSEC);
        journal.synchronise();
        assertThat(forced()).containsExactly("first");
        Journal.Replaced _ = journal.replace(open("second"));
        assertThat(journal.size()).isZero();
        journal.synchronise();
        assertThat(forced()).containsExactly("second");
    }

    @Test
    void whoWaitsForTheDiskIsSeen() throws IOException {
        begin(Fsync.ALWAYS);
        assertThat(journal.waitsForDisk()).isZero();
        commit(1);
        commit(1);
        assertThat(waited).hasSize(4).doesNotHaveDuplicates().doesNotContain(0L);
        assertThat(journal.waitsForDisk()).isZero();
        room = 0;
        commit(1);
        assertThat(journal.waitsForDisk()).isZero();
    }

    /// Nobody waits for it, so it would be seen by nobody else.
    @Test
    void whatIsForcedBehindTheAnswersIsSeen() throws IOException {
        begin(Fsync.EVERYSEC);
        assertThat(journal.forcedBehind()).isZero();
        commit(1);
        journal.synchronise();
        commit(1);
        journal.force(Objects.requireNonNull(journal.replace(open("second"))));
        assertThat(behind).hasSize(2).doesNotHaveDuplicates().doesNotContain(0L);
        assertThat(waited).containsExactly(1L, 0L, 2L, 0L);
        assertThat(journal.forcedBehind()).isZero();
        cannotForce = true;
        journal.synchronise();
        assertThat(failed).hasSize(1);
        assertThat(journal.forcedBehind()).isZero();
    }

    @Test
    void whatIsInNoFileIsCountedByLine() throws IOException {
        begin(Fsync.NEVER);
        commit(1);
        int line = text("first").length();
        room = 10_000L * line + 5; // In the second piece.
        commit(10_100);
        assertThat(journal.works()).isFalse();
        assertThat(channels.getFirst().isOpen()).isFalse();
        assertThat(failed).containsExactly("journal: first: No space left on device");
        assertThat(journal.unwritten()).isEqualTo(100);
        commit(7);
        assertThat(journal.unwritten()).isEqualTo(107);
        assertThat(failed).hasSize(1);
        room = Long.MAX_VALUE;
        assertThat(journal.replace(open("second"))).isNull();
        commit(1);
        assertThat(journal.unwritten()).isEqualTo(107);
        journal.madeUpFor(105);
        assertThat(journal.unwritten()).isEqualTo(2);
    }

    /// Otherwise the next one who opens the file would cut off what was answered.
    @Test
    void whatIsWholeOfAWriteThatFailsIsInTheFile() throws IOException {
        begin(Fsync.NEVER);
        commit(1);
        int line = text("first").length();
        for (int written : new int[] {25, 10_000}) { // In the first piece and in the second.
            Journal.Opened before = opened();
            room = (long) written * line + line / 2;
            commit(written + 5);
            assertThat(journal.unwritten()).isEqualTo(5);
            assertThat(journal.size()).isEqualTo(before.end() + (1L + written) * line);
            room = Long.MAX_VALUE;
            journal.madeUpFor(5);
            Journal.Replaced _ = journal.replace(open("next" + written));
            commit(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NEVER", mode = EnumSource.Mode.EXCLUDE)
    void whatAForceThatFailsMayHaveLostIsCounted(Fsync fsync) throws IOException {
        begin(fsync);
        commit(5);
        journal.synchronise();
        cannotForce = true;
        commit(3);
        journal.synchronise();
        assertThat(failed).containsExactly("journal: first: Input/output error");
        assertThat(journal.works()).isFalse();
        assertThat(journal.unwritten()).isEqualTo(3);
        commit(2);
        assertThat(journal.unwritten()).isEqualTo(5);
    }

    @Test
    void whatAForceBetweenTwoFilesMayHaveLostIsCounted() throws IOException {
        begin(Fsync.ALWAYS);
        commit(5);
        append(3);
        cannotForce = true;
        Journal.Replaced _ = journal.replace(open("second"));
        assertThat(journal.unwritten()).isEqualTo(3);
        assertThat(journal.works()).isTrue();
        cannotForce = false;
        commit(2);
        assertThat(journal.unwritten()).isEqualTo(3);
    }

    @Test
    void whatAFileHeldThatIsGoneIsCountedUnlessItWasReplaced() throws IOException {
        begin(Fsync.NEVER);
        Journal.Opened first = opened();
        commit(5);
        Journal.Replaced _ = journal.replace(open("second"));
        commit(3);
        journal.failUnlessReplaced(first, new IOException("gone"), true);
        assertThat(journal.works()).isTrue();
        assertThat(journal.unwritten()).isZero();
        journal.failUnlessReplaced(opened(), new IOException("gone"), true);
        assertThat(journal.works()).isFalse();
        assertThat(journal.unwritten()).isEqualTo(3);
        assertThat(failed).containsExactly("journal: gone");
    }

    @Test
    void whatWasForcedOfAFileThatFailedIsNotLost() throws IOException {
        begin(Fsync.EVERYSEC);
        commit(5);
        journal.synchronise();
        journal.failUnlessReplaced(opened(), new IOException("bad"), false);
        assertThat(journal.works()).isFalse();
        assertThat(journal.unwritten()).isZero();
    }

    @Test
    void aFileThatCannotBeForcedIsGivenUp() throws IOException {
        begin(Fsync.ALWAYS);
        channels.getFirst().close();
        append(0);
        journal.commit();
        assertThat(failed).hasSize(1);
        assertThat(journal.works()).isFalse();
        assertThat(journal.waitsForDisk()).isZero();
    }

    @Test
    void aFileThatCannotEvenBeCutIsGivenUp() throws IOException {
        begin(Fsync.NEVER);
        channels.getFirst().close();
        assertThat(journal.savesAs(SAVED)).isFalse();
        assertThat(failed).hasSize(1);
        assertThat(journal.works()).isFalse();
    }

    @Test
    void theSaveFileItBelongsToIsSaidBehindWhatWaits() throws IOException {
        begin(Fsync.NEVER);
        append(2);
        assertThat(journal.savesAs(SAVED)).isTrue();
        String text = text("first");
        assertThat(text).hasLineCount(3).endsWith(new String(SAVED.line(), ISO_8859_1));
        assertThat(journal.size()).isEqualTo(text.length());
        commit(1);
        assertThat(journal.size()).isEqualTo(text("first").length());
    }

    @Test
    void withoutRoomForThatTheJournalGoesOnBehindItsLastWholeLine() throws IOException {
        begin(Fsync.NEVER);
        commit(2);
        String text = text("first");
        room = 5;
        assertThat(journal.savesAs(SAVED)).isFalse();
        assertThat(text("first")).isEqualTo(text);
        assertThat(journal.works()).isTrue();
        assertThat(journal.size()).isEqualTo(text.length());
        room = Long.MAX_VALUE;
        commit(1);
        assertThat(text("first")).startsWith(text).hasLineCount(3);
    }

    @Test
    void whoeverHasCalledItOthersGoOn() throws IOException {
        begin(Fsync.EVERYSEC);
        List<Runnable> calls =
                List.of(
                        () -> commit(1),
                        journal::synchronise,
                        () -> assertThat(journal.savesAs(SAVED)).isTrue(),
                        () -> journal.madeUpFor(0),
                        () -> journal.failUnlessReplaced(opened(), new IOException("bad"), false),
                        journal::close);
        assertOthersGoOn();
        assertThat(journal.replace(open("second"))).isNotNull();
        assertOthersGoOn();
        for (Runnable call : calls) {
            call.run();
            assertOthersGoOn();
        }
    }

    private void assertOthersGoOn() {
        assertThat(CompletableFuture.runAsync(journal::commit)).succeedsWithin(30, SECONDS);
    }
}
