package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// What `journalctl -o export` writes (systemd's Journal Export Format), read as lines.
final class JournalExportTest {
    private static final String BEGIN =
            """
            __CURSOR=s=6a;i=1;b=2
            __REALTIME_TIMESTAMP=1795845601000001
            __MONOTONIC_TIMESTAMP=77
            _BOOT_ID=2
            PRIORITY=6
            """;
    private static final String OTHERS =
            """
            SYSLOG_IDENTIFIER=postfix/smtpd
            _HOSTNAME=mx
            _PID=9
            """;

    private final ByteArrayOutputStream export = new ByteArrayOutputStream();

    @TempDir private Path folder = Path.of("");

    private JournalExportTest write(String text) {
        export.writeBytes(text.getBytes(ISO_8859_1));
        return this;
    }

    /// A field in the form for what has control characters in it.
    private JournalExportTest binary(String name, long length, String value) {
        write(name + "\n");
        export.writeBytes(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(length)
                        .array());
        return write(value + "\n");
    }

    private List<Optional<String>> lines() throws IOException {
        return lines(new ByteArrayInputStream(export.toByteArray()));
    }

    private static List<Optional<String>> lines(InputStream raw) throws IOException {
        List<Optional<String>> all = new ArrayList<>();
        try (InputLines lines = new InputLines(new JournalExport(raw))) {
            for (Optional<InputLines.InputLine> line = lines.line();
                    line.isPresent();
                    line = lines.line()) {
                all.add(line.get().text());
            }
        }
        return all;
    }

    @Test
    void aRecordIsALine() throws IOException {
        write(BEGIN + "MESSAGE=NOQUEUE: reject: a=b\n" + OTHERS + "\n");
        write(BEGIN.replace("600000", "700000") + OTHERS + "MESSAGE=4F2: removed\n\n");
        assertThat(lines())
                .containsExactly(
                        Optional.of("1795845601.000001 mx postfix/smtpd[9]: NOQUEUE: reject: a=b"),
                        Optional.of("1795845601.000001 mx postfix/smtpd[9]: 4F2: removed"));
    }

    @Test
    void theLastRecordNeedsNoEmptyLineAndManyAreNone() throws IOException {
        write("\n\n" + BEGIN + OTHERS + "MESSAGE=x\n\n\n\n" + BEGIN + OTHERS + "MESSAGE=y");
        assertThat(lines())
                .containsExactly(
                        Optional.of("1795845601.000001 mx postfix/smtpd[9]: x"),
                        Optional.of("1795845601.000001 mx postfix/smtpd[9]: y"));
    }

    @Test
    void whatHasLinesInItIsOne() throws IOException {
        write(BEGIN).binary("MESSAGE", 19, "x\u00fc\0\n\n__CURSOR=1\nab=").write(OTHERS + "\n");
        write(BEGIN).binary("OTHER", 5, "\n\n\n\n\n").write(OTHERS + "MESSAGE=y\n\n");
        assertThat(lines())
                .containsExactly(
                        Optional.of(
                                "1795845601.000001 mx postfix/smtpd[9]: x\u00fc\0  __CURSOR=1 ab="),
                        Optional.of("1795845601.000001 mx postfix/smtpd[9]: y"));
    }

    /// By syslog the journal has the sender's word for its process.
    @Test
    void whoseProcessIsNotKnownHasTheOneOfSyslog() throws IOException {
        write(BEGIN + "MESSAGE=x\nSYSLOG_IDENTIFIER=exim\nSYSLOG_PID=8\nMESSAGE=z\n");
        assertThat(lines()).containsExactly(Optional.of("1795845601.000001  exim[8]: x"));
    }

    @Test
    void whatIsTooLongIsLeftOutAndTheNextIsRead() throws IOException {
        String longest = "x".repeat(InputLines.LINE_MAX - 60);
        for (int more = 0; more < 200; more += 100) {
            String message = longest + "y".repeat(more);
            write(BEGIN + "MESSAGE=" + message + "\n" + OTHERS + "\n");
            write(BEGIN).binary("MESSAGE", message.length(), message).write(OTHERS + "\n");
        }
        write(BEGIN + "A".repeat(100_000) + "=1\n" + OTHERS + "MESSAGE=y\n\n");
        List<Optional<String>> lines = lines();
        assertThat(lines.stream().map(Optional::isPresent))
                .containsExactly(true, true, false, false, true);
        assertThat(lines.getLast()).contains("1795845601.000001 mx postfix/smtpd[9]: y");
    }

    /// No room is made for what a length says.
    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, (768L << 20) + 1})
    void aLengthThatCannotBeIsNamed(long length) {
        write(BEGIN + "MESSAGE=x\n\n" + BEGIN).binary("MESSAGE", length, "x");
        assertThatThrownBy(this::lines)
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "in its record 2 the field MESSAGE would have "
                                + Long.toUnsignedString(length)
                                + " octets, and the journal has no longer ones than 805306368; is"
                                + " it cut off, or was it changed?");
    }

    @Test
    void whereverItIsCutOffItEnds() throws IOException {
        write(BEGIN).binary("MESSAGE", 3, "x\ny").write(OTHERS + "\n" + BEGIN + "MESSAGE=z\n");
        byte[] whole = export.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            assertThat(lines(new ByteArrayInputStream(whole, 0, length))).hasSizeLessThan(3);
        }
    }

    @Test
    void anyOctetsAreLinesOrNamed() {
        Random random = new Random(7);
        write(BEGIN).binary("MESSAGE", 3, "x\ny").write(OTHERS + "\n" + BEGIN + "MESSAGE=z\n");
        byte[] whole = export.toByteArray();
        for (int i = 0; i < 20_000; i++) {
            byte[] other = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                other[random.nextInt(other.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(lines(new ByteArrayInputStream(other))).hasSizeLessThan(40);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining(" would have ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void replayPlaysIt(boolean packed) throws IOException {
        String deferred =
                "decision action=defer reason=new client_address=192.0.2.1 sender=<a@x>"
                        + " recipient=<b@y> recipients=1";
        write(BEGIN + "SYSLOG_IDENTIFIER=greydaemon\nMESSAGE=" + deferred + "\n\n");
        String accepted = deferred.replace("defer", "accept");
        write(BEGIN.replace("5601", "5961") + "SYSLOG_IDENTIFIER=greydaemon\n");
        binary("MESSAGE", accepted.length(), accepted);
        Path log = folder.resolve("export");
        try (OutputStream file = Files.newOutputStream(log);
                OutputStream out = packed ? new GZIPOutputStream(file) : file) {
            out.write(export.toByteArray());
        }
        Path running = Files.writeString(folder.resolve("running.toml"), "");
        StringWriter out = new StringWriter();
        PrintWriter both = new PrintWriter(out, true);
        assertThat(Greyctl.run(both, both, "replay", "--json", "--config=" + running, "" + log))
                .as(out.toString())
                .isZero();
        assertThat(out.toString())
                .contains("\"attempts\":2,")
                .contains("\"good\":1,\"delayed\":1,\"waited\":360,");
    }
}
