package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

@Timeout(60)
final class LineLogTest {
    /// A reader that can stand still.
    private static final class Reader extends OutputStream {
        final CountDownLatch moves = new CountDownLatch(1);
        final CountDownLatch waits = new CountDownLatch(1);
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int from, int length) {
            waits.countDown();
            try {
                moves.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            synchronized (read) {
                read.write(octets, from, length);
            }
        }

        String text() {
            synchronized (read) {
                return read.toString(UTF_8);
            }
        }

        /// Until it has read what ends so: the end of the log waits for a second only.
        void await(String end) {
            while (!text().endsWith(end)) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void linesKeepTheirOrder() {
        Reader reader = new Reader();
        reader.moves.countDown();
        try (LineLog log = new LineLog(reader)) {
            IntStream.range(0, 10_000).forEach(i -> log.line("line " + i));
            reader.await("line 9999\n");
        }
        assertThat(reader.text().lines())
                .containsExactlyElementsOf(
                        IntStream.range(0, 10_000).mapToObj(i -> "line " + i).toList());
    }

    @Test
    void aReaderThatStandsStillDelaysNobodyAndHearsWhatItMissed() throws InterruptedException {
        Reader reader = new Reader();
        byte[] line = "x".repeat(1023).getBytes(UTF_8);
        try (LineLog log = new LineLog(reader)) {
            log.line("first");
            reader.waits.await(); // The writer hangs with the first line.
            for (int i = 0; i < 1500; i++) {
                log.line(line, line.length); // 1 MiB holds 1024 of them.
            }
            assertThat(log.dropped()).isEqualTo(1500 - 1024);
            reader.moves.countDown();
            reader.await("nobody read them\n");
        }
        assertThat(reader.text().lines())
                .hasSize(1 + 1024 + 1)
                .startsWith("first")
                .endsWith("log: 476 lines dropped because nobody read them");
    }

    @Test
    void aReaderThatIsGoneCostsTheLinesAndNothingElse() {
        OutputStream gone =
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        LineLog log = new LineLog(gone);
        log.line("lost");
        log.close();
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void aDiskThatWasFullHasWholeLinesAgainAndTheCountOfThoseLost() {
        ByteArrayOutputStream disk = new ByteArrayOutputStream();
        AtomicBoolean isFull = new AtomicBoolean(true);
        OutputStream file =
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        write(new byte[] {(byte) octet}, 0, 1);
                    }

                    @Override
                    public void write(byte[] octets, int from, int length) throws IOException {
                        disk.write(octets, from, isFull.get() ? 3 : length);
                        if (isFull.get()) {
                            throw new IOException("No space left on device");
                        }
                    }
                };
        LineLog log = new LineLog(file);
        log.line("lost");
        while (log.dropped() < 1 || !log.isIdle()) {
            Thread.onSpinWait();
        }
        isFull.set(false);
        log.line("kept");
        log.close();
        assertThat(disk.toString(UTF_8))
                .isEqualTo("los\nkept\nlog: 1 lines dropped because nobody read them\n");
    }

    @Test
    void closingDoesNotWaitForAReaderThatStandsStill() throws InterruptedException {
        Reader reader = new Reader();
        LineLog log = new LineLog(reader);
        log.line("first");
        reader.waits.await();
        log.close();
        reader.moves.countDown();
    }

    @Test
    void standardOutputHasNoSeverities() {
        Reader reader = new Reader();
        reader.moves.countDown();
        try (LineLog log = new LineLog(reader)) {
            log.tell(Event.STARTED, "here");
            log.line("a decision");
            log.line("");
            log.tell(Event.STORE_FAILED, "gone");
        }
        assertThat(reader.text())
                .isEqualTo("started greydaemon on here\na decision\n\nstore: gone\n");
    }

    @Test
    void eventsAreObjectsInJson() {
        Reader reader = new Reader();
        reader.moves.countDown();
        try (LineLog log = new LineLog(reader, true, () -> 0)) {
            log.tell(Event.SAVED, "a\\b\"c");
        }
        assertThat(reader.text())
                .isEqualTo(
                        "{\"event\":\"saved\",\"severity\":\"info\",\"text\":\"save status to"
                                + " a\\\\b\\\"c\"}\n");
    }
}
