package org.greydaemon.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// What the file of a history keeps, and what becomes of it when that is not as it should be.
final class HistoryFileTest extends HistoryOpened {
    /// Whoever looks at it would wait as long as the disk.
    @Test
    void onADiskThatHangsItIsShownFromMemoryAndTheRestWhenThatAnswers() throws Exception {
        History before = open();
        deferred.increment();
        before.close();
        CountDownLatch answers = new CountDownLatch(1);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        writer.execute(() -> {
            try {
                answers.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        metrics = new Metrics();
        deferred = metrics.counter(Metric.DECISIONS, "udp", "new");
        History history =
                new History(file(), metrics, () -> now, new Histories.Heard(told), writer, 1);
        history.begin();
        open.add(history);
        deferred.increment();
        now += 60;
        history.everySecond();
        history.mark(Mark.Occasion.RELOAD, "x");
        assertThat(history.total(Period.DAY, now).of(Series.NEW)).isEqualTo(1);
        assertThat(history.marks(0)).hasSize(1);
        assertThat(history.values(Series.NEW, Period.DAY, now).getLast()).isEqualTo(1L);
        answers.countDown();
        history.flush();
        assertThat(history.total(Period.DAY, now).of(Series.NEW)).isEqualTo(2);
        history.close();
        assertThat(open().total(Period.DAY, now).of(Series.NEW)).isEqualTo(2);
    }

    /// Its room is the journal's. An interrupted thread's writes fail, as those to a full disk do.
    @Test
    void aNewFileThatCannotBeWrittenIsRemoved() throws IOException {
        HistoryFile history = new HistoryFile(file(), 100);
        history.writeWhole(List.of());
        byte[] before = Files.readAllBytes(file());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> history.writeWhole(List.of())).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder.resolve("savefile.history.new")).doesNotExist();
        assertThat(file()).hasBinaryContent(before);
    }

    /// A write that waits for a disk is the only one, however long that takes.
    @Test
    void onADiskThatHangsOneWriteWaits() {
        ThreadPoolExecutor writer =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        CountDownLatch goesOn = new CountDownLatch(1);
        writer.execute(() -> {
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        History history =
                new History(file(), metrics, () -> now, new Histories.Heard(told), writer, 1);
        history.begin();
        open.add(history);
        pass(history, 600, () -> now += 60);
        assertThat(writer.getQueue()).hasSizeLessThan(5);
        goesOn.countDown();
    }

    @Test
    void whoIsKilledLosesNoMoreThanTheLastMinute() {
        History history = open();
        deferred.increment();
        pass(history, 61, () -> now++);
        history.flush();
        deferred.increment(); // Of this one nothing is in the file yet.
        now++;
        history.everySecond();
        assertThat(open().total(Period.DAY, now).of(Series.NEW)).isEqualTo(1);
        assertThat(told).isEmpty();
    }

    @Test
    void aStopInGoodOrderLosesNothingAndTheSameMinuteGoesOn() {
        History history = open();
        deferred.increment();
        history.mark(Mark.Occasion.STOP, "");
        history.close();
        History next = open();
        deferred.increment();
        next.everySecond();
        assertThat(next.values(Series.NEW, Period.HOUR, now)).last().isEqualTo(2L);
        assertThat(next.marks(0)).extracting(Mark::kind).containsExactly(Mark.Occasion.STOP);
    }

    /// Another process has the file until it begins, and it may never begin.
    @Test
    void oneThatHasNotBegunTouchesNothing() throws IOException {
        Histories.Heard heard = new Histories.Heard(told);
        History.closed(file(), new Metrics(), () -> now, heard).close();
        assertThat(file()).doesNotExist();
        History next = History.closed(file(), new Metrics(), () -> now, heard);
        History before = open();
        before.mark(Mark.Occasion.STOP, "");
        before.close();
        next.begin();
        open.add(next);
        assertThat(next.marks(0)).extracting(Mark::kind).containsExactly(Mark.Occasion.STOP);
    }

    @Test
    void theFileHasItsSizeAndIsOnlyItsUsersAndGroups() throws IOException {
        open().close();
        assertThat(Files.size(file())).isLessThanOrEqualTo(2_000_000);
        assertThat(Files.getPosixFilePermissions(file()).toString()).doesNotContain("OTHERS");
    }

    @Test
    void aDamagedFileBeginsAnewAndSaysSoOnce() throws IOException {
        Files.write(file(), new byte[4711]);
        History history = open();
        assertThat(told)
                .containsExactly(
                        "damaged: is no history of this version, or damaged; it is kept as"
                                + " savefile.history.strange, and begins anew");
        deferred.increment();
        history.close();
        assertThat(open().total(Period.DAY, now).of(Series.NEW)).isEqualTo(1);
        assertThat(told).hasSize(1);
    }

    /// A daemon of a later version, or whoever restores the file from a copy, can still use it.
    @Test
    void whatCannotBeReadAtAllIsKept() throws IOException {
        History history = open();
        deferred.increment();
        history.close();
        byte[] octets = Files.readAllBytes(file());
        octets[18] ^= 1; // The version.
        Files.write(file(), octets);
        open().close();
        assertThat(folder.resolve("savefile.history.strange")).hasBinaryContent(octets);
    }

    @Test
    void aFileThatCannotBeReadYetIsNotWrittenOver() throws IOException {
        History before = open();
        deferred.increment();
        before.mark(Mark.Occasion.START, "before");
        before.close();
        Path away = folder.resolve("away");
        Files.move(file(), away);
        Files.createDirectory(file()); // As a mount point whose disk is not there yet.
        History history = open();
        deferred.increment();
        history.mark(Mark.Occasion.START, "meanwhile");
        pass(history, 60, () -> now++);
        history.flush();
        Files.delete(file());
        Files.move(away, file());
        deferred.increment();
        pass(history, 60, () -> now++);
        history.close();
        assertThat(told).hasSize(2).last().isEqualTo("works");
        for (History each : List.of(history, open())) {
            assertThat(each.total(Period.DAY, now).of(Series.NEW)).isEqualTo(3);
            assertThat(each.values(Series.NEW, Period.YEAR, now)).last().isEqualTo(3L);
            assertThat(each.marks(0)).extracting(Mark::text).containsExactly("before", "meanwhile");
        }
    }

    @Test
    void aRowThatIsDamagedCostsThatRow() throws IOException {
        History history = open();
        deferred.increment();
        history.everySecond();
        now += 60;
        deferred.increment();
        history.close();
        byte[] octets = Files.readAllBytes(file());
        int row = 4096 * 17 + (int) (NOON / 60 % 2880) / 12 * 4096 + (int) (NOON / 60 % 12) * 332;
        octets[row + 9] ^= 1;
        Files.write(file(), octets);
        assertThat(open().values(Series.NEW, Period.HOUR, now)).endsWith(null, 1L);
        assertThat(told).containsExactly("damaged: is damaged, and 1 of its rows are left out");
    }

    @Test
    void anyOctetsAreReadWithoutHarm() throws IOException {
        open().close();
        byte[] sound = Files.readAllBytes(file());
        Random random = new Random(20_261_128);
        for (int i = 0; i < 60; i++) {
            byte[] octets = sound.clone();
            for (int n = random.nextInt(2_000); n >= 0; n--) {
                octets[random.nextInt(i % 3 == 0 ? 8_192 : octets.length)] =
                        (byte) random.nextInt();
            }
            Files.write(file(), octets);
            History history = open();
            history.marks(0);
            history.json(Period.YEAR, now);
        }
    }

    @Test
    void whatIsNoFileIsSaidAndLeftAlone() throws IOException {
        Files.createDirectory(file());
        History history = open();
        deferred.increment();
        pass(history, 120, () -> now++);
        history.flush();
        assertThat(told).hasSize(1).first().asString().contains("is a folder");
        assertThat(history.total(Period.HOUR, now).of(Series.NEW)).isEqualTo(1);
        Files.delete(file());
        pass(history, 60, () -> now++);
        history.close();
        assertThat(told).hasSize(2).last().isEqualTo("works");
        assertThat(open().total(Period.HOUR, now).of(Series.NEW)).isEqualTo(1);
    }

    @Test
    void whoRemovesTheFileGetsAllOfItBack() throws IOException {
        History history = open();
        deferred.increment();
        pass(history, 60, () -> now++);
        history.flush();
        Files.delete(file());
        history.close();
        assertThat(open().total(Period.HOUR, now).of(Series.NEW)).isEqualTo(1);
    }
}
