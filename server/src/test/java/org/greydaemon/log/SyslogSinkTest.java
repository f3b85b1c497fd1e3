package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

final class SyslogSinkTest {
    /// 2026-11-03 04:05:06.007 UTC.
    private static final long NOW = 1_793_678_706_007L;

    private final List<String> sent = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private long now = NOW;
    private boolean isThere = true;
    private boolean isFull;
    private int opened;
    private int closed;

    private boolean send(byte[] octets, int length) throws IOException {
        if (!isThere) {
            throw new IOException("/dev/log: Connection refused");
        }
        if (!isFull) {
            sent.add(new String(octets, 0, length, UTF_8));
        }
        return !isFull;
    }

    private SyslogSink.Datagrams open() {
        opened++;
        return new SyslogSink.Datagrams() {
            @Override
            public boolean send(byte[] octets, int length) throws IOException {
                return SyslogSinkTest.this.send(octets, length);
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    private SyslogSink sink(SyslogSink.Heading form) {
        return new SyslogSink(
                form,
                new SyslogSink.Sender("mx.example.org", 4242, ZoneOffset.ofHours(1)),
                this::open,
                () -> now,
                troubles::add);
    }

    private static long take(Sink sink, String lines) {
        byte[] octets = lines.getBytes(UTF_8);
        return sink.take(octets, octets.length);
    }

    @Test
    void aLineOverTheNetworkHasTheHeaderOfRfc5424() {
        assertThat(take(sink(SyslogSink.Heading.NETWORK), "decision \u00e4\n\u0003store: gone\n"))
                .isZero();
        assertThat(sent)
                .containsExactly(
                        "<22>1 2026-11-03T04:05:06.007Z mx.example.org greydaemon 4242 - - decision"
                                + " \u00e4",
                        "<19>1 2026-11-03T04:05:06.007Z mx.example.org greydaemon 4242 - - store:"
                                + " gone");
    }

    /// The day has a blank before it if it has one digit, as asctime(3) writes it.
    @Test
    void aLineToThisHostHasTheHeaderOfSyslog3() {
        take(sink(SyslogSink.Heading.LOCAL), "\u0004clock: set\n");
        assertThat(sent).containsExactly("<20>Nov  3 05:05:06 greydaemon[4242]: clock: set");
    }

    @Test
    void aLongLineIsCut() {
        take(sink(SyslogSink.Heading.NETWORK), "x".repeat(5_000) + "\nnext\n");
        assertThat(sent.getFirst()).hasSize(2_048);
        assertThat(sent.getLast()).endsWith(" - - next");
    }

    @Test
    void aReaderThatIsGoneIsSaidOnceAndTheLinesAreCountedUntilItIsBack() {
        SyslogSink sink = sink(SyslogSink.Heading.LOCAL);
        isThere = false;
        assertThat(take(sink, "a\nb\n")).isEqualTo(2);
        assertThat(take(sink, "c\n")).isEqualTo(1);
        isThere = true;
        assertThat(take(sink, "d\n")).isZero();
        isThere = false;
        assertThat(take(sink, "e\n")).isEqualTo(1);
        assertThat(sent).hasSize(1).allMatch(line -> line.endsWith(": d"));
        assertThat(troubles)
                .hasSize(2)
                .containsOnly(
                        "syslog: /dev/log: Connection refused; lines are dropped and counted until"
                                + " somebody reads there");
    }

    /// The system tells of a datagram that nobody has read at the next one, and takes the one after
    /// that (udp(7)).
    @Test
    void aReaderThatIsGoneFromTheNetworkIsSaidOnce() {
        SyslogSink sink = sink(SyslogSink.Heading.NETWORK);
        for (int i = 0; i < 10; i++) {
            isThere = true;
            assertThat(take(sink, "a\n")).isZero();
            isThere = false;
            assertThat(take(sink, "b\n")).isOne();
            now += 59_000;
        }
        assertThat(troubles).hasSize(1);
        isThere = true;
        now += 1_000;
        assertThat(take(sink, "c\n")).isZero();
        isThere = false;
        assertThat(take(sink, "d\n")).isOne();
        assertThat(troubles).hasSize(2);
    }

    /// A socket keeps the address that this host had when it was connected (udp(7)), and sends
    /// nothing any more once the host has another one.
    @Test
    void aWayThatHasFailedIsOpenedAnewWithTheNextLine() {
        SyslogSink sink = sink(SyslogSink.Heading.NETWORK);
        take(sink, "a\nb\n");
        assertThat(opened).isOne();
        isThere = false;
        take(sink, "c\n");
        assertThat(closed).isOne();
        isThere = true;
        assertThat(take(sink, "d\ne\n")).isZero();
        assertThat(opened).isEqualTo(2);
        assertThat(closed).isOne();
    }

    @Test
    void aReaderThatIsFullIsWaitedForOnce() {
        SyslogSink sink = sink(SyslogSink.Heading.LOCAL);
        isFull = true;
        assertThat(take(sink, "a\n".repeat(10_000))).isEqualTo(10_000);
        assertThat(troubles).hasSize(1);
        isFull = false;
        assertThat(take(sink, "b\n")).isZero();
    }
}
