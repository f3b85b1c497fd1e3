package org.greydaemon.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Lines to syslog, one datagram each, facility mail.
///
/// A reader whose queue is full is waited for, a second at most; what it does not take is dropped
/// and counted. Nobody but the thread of the log waits.
public final class SyslogSink implements Sink {
    /// Facility mail (RFC 5424 6.2.1), times eight.
    private static final int MAIL = 2 << 3;

    private static final long WAIT_NANOS = 1_000_000;
    private static final int WAITS_MAX = 1_000;

    /// Over the network, that nobody reads is told at the datagram after the lost one, and that one
    /// is lost for it; the next is taken again (udp(7)). So nothing is known to be read before that
    /// was not told for so long.
    private static final long QUIET_MILLIS = 60_000;

    private static final DateTimeFormatter LOCAL_TIME =
            DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter NETWORK_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// What stands before the text of a line.
    public enum Heading {
        /// `<22>Nov 23 04:00:00 greydaemon[4242]: text`, which syslog(3) sends to `/dev/log` and
        /// every reader of it knows; Debian 12's rsyslog takes RFC 5424 there for a message with
        /// the tag `1`.
        LOCAL(8_192),
        /// `<22>1 2026-11-23T04:00:00.123Z mx.example.org greydaemon 4242 - - text` (RFC 5424).
        NETWORK(2_048);

        private final int octetsMax;

        /// @param octetsMax the most octets of a datagram; RFC 5426 3.2 asks receivers for 2048
        Heading(int octetsMax) {
            this.octetsMax = octetsMax;
        }
    }

    /// Who sends.
    ///
    /// @param host the name of this host
    /// @param process the number of this process
    /// @param zone the zone of local times
    public record Sender(String host, long process, ZoneId zone) {}

    /// Datagrams to the reader.
    public interface Datagrams extends AutoCloseable {
        /// Sends one.
        ///
        /// @return whether it was taken; not if the reader's queue is full
        /// @throws IOException if nobody reads; the message is for the operator
        boolean send(byte[] octets, int length) throws IOException;

        /// Nothing is sent by it any more.
        @Override
        void close();
    }

    /// Opens a way to the reader, in the thread of the log.
    public interface Opener {
        /// Opens it.
        ///
        /// @throws IOException if the system refuses; the message is for the operator
        Datagrams open() throws IOException;
    }

    private final Heading form;
    private final Sender sender;
    private final Opener opener;
    private final LongSupplier wallMillis;
    private final Consumer<String> onTrouble;
    private final byte[] datagram;
    private @Nullable Datagrams datagrams;
    private boolean inTrouble;
    private long troubleAt;

    /// @param wallMillis the wall clock, in milliseconds since 1970
    /// @param onTrouble hears, once, that nobody reads
    public SyslogSink(
            Heading form,
            Sender sender,
            Opener opener,
            LongSupplier wallMillis,
            Consumer<String> onTrouble) {
        this.form = form;
        this.sender = sender;
        this.opener = opener;
        this.wallMillis = wallMillis;
        this.onTrouble = onTrouble;
        datagram = new byte[form.octetsMax];
    }

    @Override
    public long take(byte[] lines, int length) {
        byte[] head = head().getBytes(US_ASCII);
        long untaken = 0;
        int at = 0;
        while (at < length) {
            boolean marked = lines[at] < ' ' && lines[at] != '\n';
            int code = marked ? lines[at] : Severity.INFO.code();
            int start = at + (marked ? 1 : 0);
            int end = StreamSink.lineEnd(lines, start, length);
            int size = datagram(MAIL | code, head, lines, start, end - 1);
            untaken += isTaken(size) ? 0 : 1;
            at = end;
        }
        return untaken;
    }

    private String head() {
        Instant now = Instant.ofEpochMilli(wallMillis.getAsLong());
        return switch (form) {
            case LOCAL ->
                    "%s greydaemon[%d]: "
                            .formatted(
                                    LOCAL_TIME.format(now.atZone(sender.zone())), sender.process());
            case NETWORK ->
                    "1 %s %s greydaemon %d - - "
                            .formatted(NETWORK_TIME.format(now), sender.host(), sender.process());
        };
    }

    /// Text that does not fit is cut.
    private int datagram(int priority, byte[] head, byte[] text, int from, int to) {
        byte[] number = ("<" + priority + ">").getBytes(US_ASCII);
        System.arraycopy(number, 0, datagram, 0, number.length);
        System.arraycopy(head, 0, datagram, number.length, head.length);
        int size = number.length + head.length;
        int textLength = Math.min(to - from, datagram.length - size);
        System.arraycopy(text, from, datagram, size, textLength);
        return size + textLength;
    }

    private boolean isTaken(int size) {
        try {
            Datagrams open = datagrams;
            if (open == null) {
                open = opener.open();
                datagrams = open;
            }
            // Who did not read for a second is not waited for again until it has read something.
            int waits = inTrouble ? 0 : WAITS_MAX;
            boolean taken = open.send(datagram, size);
            while (!taken && waits-- > 0) {
                LockSupport.parkNanos(WAIT_NANOS);
                taken = open.send(datagram, size);
            }
            if (!taken) {
                trouble("the reader takes nothing any more");
            } else {
                inTrouble &= mayBeLost();
            }
            return taken;
        } catch (IOException e) {
            leave();
            trouble(String.valueOf(e.getMessage()));
            return false;
        }
    }

    /// The next line opens another way: a connected socket keeps the address that this host had
    /// then, and fails for ever once it has another one. Where only nobody reads it costs little.
    private void leave() {
        if (datagrams != null) {
            datagrams.close();
            datagrams = null;
        }
    }

    /// Whether what was taken may be read by nobody all the same.
    private boolean mayBeLost() {
        return form == Heading.NETWORK
                && Math.abs(wallMillis.getAsLong() - troubleAt) < QUIET_MILLIS;
    }

    private void trouble(String cause) {
        troubleAt = wallMillis.getAsLong();
        if (!inTrouble) {
            inTrouble = true;
            onTrouble.accept(
                    "syslog: "
                            + cause
                            + "; lines are dropped and counted until somebody reads there");
        }
    }
}
