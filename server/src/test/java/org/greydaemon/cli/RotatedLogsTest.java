package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/// A log that was rotated, whose files are named in any order, is one log to `greyctl replay`.
final class RotatedLogsTest {
    private static final DateTimeFormatter SYSLOG =
            DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder = Path.of("");

    private Path running = Path.of("");

    @BeforeEach
    void configure() throws IOException {
        running = write("running.toml", "[retry]", "delay = \"240s\"");
    }

    private Path write(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    /// The line of JSON about files of the folder.
    private String replayed(String... names) {
        List<String> args = new ArrayList<>(List.of("--json", "--config=" + running));
        Stream.of(names).map(name -> folder.resolve(name).toString()).forEach(args::add);
        out.getBuffer().setLength(0);
        int status = run(args.toArray(String[]::new));
        assertThat(status).as(err.toString()).isZero();
        return out.toString();
    }

    private int run(String... args) {
        String[] all = Stream.concat(Stream.of("replay"), Stream.of(args)).toArray(String[]::new);
        return Greyctl.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
    }

    /// An Exim names no recipients of what it has deferred behind the data: they are known when the
    /// message comes again.
    @ParameterizedTest
    @CsvSource({"mainlog.1,mainlog", "mainlog,mainlog.1"})
    void whatEximHasDeferredInOneFileItTakesInTheNext(String one, String other) throws IOException {
        write(
                "mainlog.1",
                "2026-11-20 23:58:00 +0000 1aaaaa-000001-2F H=mx.example.org [192.0.2.1]"
                        + " F=<a@example.org> temporarily rejected after DATA: greylisted");
        write(
                "mainlog",
                "2026-11-21 00:04:00 +0000 1aaaab-000001-2F <= a@example.org H=mx.example.org"
                        + " [192.0.2.1] P=esmtp S=1234",
                "2026-11-21 00:04:00 +0000 1aaaab-000001-2F => b <b@example.net> R=local T=maildir",
                "2026-11-21 00:04:00 +0000 1aaaab-000001-2F Completed");
        assertThat(replayed(one, other))
                .contains("\"attempts\":2,")
                .contains("\"good\":1,\"delayed\":1,\"waited\":360,");
    }

    /// Of each only the first lines are kept until its turn, packed or not.
    @Test
    void manyFilesAreOneLog() throws IOException {
        List<String> names = new ArrayList<>();
        Instant begin = Instant.parse("2026-11-20T00:00:00Z");
        for (int file = 0; file < 40; file++) {
            List<String> lines = new ArrayList<>(List.of("no time", ""));
            for (int i = 0; i < 1100; i++) {
                lines.add(
                        begin.plusSeconds(file * 1100L + i)
                                + " mx greydaemon[7]: decision action=defer client_address=192.0.2."
                                + file
                                + " sender=<"
                                + i
                                + "@x> recipient=<b@y>");
            }
            String name = "log." + (40 - file) + (file % 2 == 0 ? "" : ".gz");
            names.add(name);
            try (OutputStream plain = Files.newOutputStream(folder.resolve(name));
                    OutputStream log = file % 2 == 0 ? plain : new GZIPOutputStream(plain)) {
                log.write((String.join("\n", lines) + "\n").getBytes(UTF_8));
            }
        }
        assertThat(replayed(names.toArray(String[]::new)))
                .contains("\"lines\":44080,\"malformed\":40,\"attempts\":44000,")
                .contains("\"moved\":0,");
    }

    /// What a Postfix was taking when its log was rotated.
    @ParameterizedTest
    @CsvSource({"mail.log.1,mail.log", "mail.log,mail.log.1"})
    void whatBeginsInOneFileOfPostfixEndsInTheNext(String one, String other) throws IOException {
        write(
                "mail.log.1",
                "2026-11-20T23:53:59Z mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from"
                        + " mx.example.org[192.0.2.1]: 450 4.7.1 <b@example.net>: Greylisted;"
                        + " from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<mx>",
                "2026-11-20T23:59:59Z mx postfix/smtpd[1]: 4F2:"
                        + " client=mx.example.org[192.0.2.1]");
        write(
                "mail.log",
                "2026-11-21T00:00:00Z mx postfix/qmgr[2]: 4F2: from=<a@example.org>, size=1,"
                        + " nrcpt=1 (queue active)",
                "2026-11-21T00:00:01Z mx postfix/lmtp[3]: 4F2: to=<b@example.net>, relay=x,"
                        + " status=sent (250 Saved)",
                "2026-11-21T00:00:01Z mx postfix/qmgr[2]: 4F2: removed");
        assertThat(replayed(one, other))
                .contains("\"attempts\":2,")
                .contains("\"good\":1,\"delayed\":1,\"waited\":360,");
    }

    /// A request to the daemon is a line for each recipient, and may be torn apart as well.
    @ParameterizedTest
    @CsvSource({"log.1,log", "log,log.1"})
    void aRequestWhoseLinesStandInTwoFilesIsOneAttempt(String one, String other)
            throws IOException {
        String request =
                " 127.0.0.1:4242 new grey I192.0.2.1 Fa@example.org Tb@example.net Tc@example.net";
        write("log.1", "2026-11-20T23:59:59Z mx greyd:" + request);
        write("log", "2026-11-20T23:59:59Z mx greyd:" + request);
        Files.setLastModifiedTime(
                folder.resolve("log.1"), FileTime.from(Instant.parse("2026-11-20T23:59:59Z")));
        assertThat(replayed(one, other)).contains("\"attempts\":1,");
    }

    /// A file that was begun a moment ago has nothing yet that tells what writes it.
    @Test
    void theFirstLinesOfANewFileMaySayNothingOfMail() throws IOException {
        write(
                "mainlog.1",
                "2026-11-20 23:58:00 +0000 H=mx.example.org [192.0.2.1] F=<a@example.org>"
                        + " temporarily rejected RCPT <b@example.net>: greylisted");
        write("mainlog", "2026-11-21 00:00:00 +0000 Start queue run: pid=77");
        assertThat(replayed("mainlog", "mainlog.1")).contains("\"attempts\":1,");
    }

    /// Where the daemon logs to the mail server's log, a file that was begun a moment ago has the
    /// server's lines and none of the daemon's yet.
    @Test
    void aNewFileIsReadForWhatTheOthersAreReadFor() throws IOException {
        write(
                "mail.log.1",
                "2026-11-20T23:58:00Z mx postfix/smtpd[1]: connect from mx.example.org[192.0.2.1]",
                "2026-11-20T23:58:00Z mx greydaemon[7]: decision action=defer reason=new"
                        + " client_address=192.0.2.1 sender=<a@x> recipient=<b@y> recipients=1");
        write(
                "mail.log",
                "2026-11-21T00:00:00Z mx postfix/smtpd[1]: 4F2: client=pc.example.net[10.0.0.1]",
                "2026-11-21T00:00:00Z mx postfix/qmgr[2]: 4F2: from=<a@example.org>, size=1",
                "2026-11-21T00:00:01Z mx postfix/lmtp[3]: 4F2: to=<b@example.net>, relay=x");
        assertThat(replayed("mail.log", "mail.log.1"))
                .contains("\"attempts\":1,")
                .contains("mail.log (decisions)");
        assertThat(replayed("mail.log")).contains("mail.log (postfix)");
    }

    @Test
    void aFileThatIsNamedTwiceWouldCountTwice() throws IOException {
        write("mail.log", "2026-11-21T00:00:00Z mx postfix/smtpd[1]: connect from x[192.0.2.1]");
        String name = folder.resolve("mail.log").toString();
        String again = folder + "/./mail.log";
        assertThat(run("--config=" + running, name, again)).isEqualTo(1);
        assertThat(run("--config=" + running, "-", "-")).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly(
                        "greyctl: "
                                + again
                                + ": it is named twice, and would count twice; name it once",
                        "greyctl: -: it is named twice, and would count twice; name it once");
    }

    /// Lines of a second stay together: those of one host tell of one message.
    @Test
    void logsOfTwoHostsAreReadSideBySide() throws IOException {
        for (int host = 1; host <= 2; host++) {
            String request =
                    "2026-11-20T06:00:00Z mx%d greyd: 127.0.0.1:4242 new grey I192.0.2.%d Fa@x Tb@y Tc@y"
                            .formatted(host, host);
            write("mx" + host, request, request);
        }
        assertThat(replayed("mx1", "mx2")).contains("\"attempts\":2,");
    }

    @Test
    void aPackedFileMayBeAnyOfThem() throws IOException {
        Path first = folder.resolve("mail.log.2.gz");
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(first))) {
            file.write(
                    ("2026-11-19T23:59:59Z mx postfix/smtpd[1]: 4F2:"
                                    + " client=mx.example.org[192.0.2.1]\n")
                            .getBytes(UTF_8));
        }
        write(
                "mail.log.1",
                "2026-11-20T00:00:00Z mx postfix/qmgr[2]: 4F2: from=<a@example.org>, size=1",
                "2026-11-20T00:00:01Z mx postfix/lmtp[3]: 4F2: to=<b@example.net>, relay=x");
        write("mail.log");
        assertThat(replayed("mail.log", "mail.log.1", "mail.log.2.gz")).contains("\"attempts\":1,");
    }

    /// syslog(3) tells no year: a file that was written to a year ago has no lines of today.
    @ParameterizedTest
    @ValueSource(longs = {0, 200, 366, 800, 4000})
    void theTimeOfAFileTellsTheYearOfItsLines(long daysAgo) throws IOException {
        ZonedDateTime time =
                ZonedDateTime.now(ZoneId.systemDefault())
                        .minusDays(daysAgo)
                        .withHour(6)
                        .withMinute(0)
                        .truncatedTo(ChronoUnit.MINUTES);
        String date = SYSLOG.format(time);
        write("mail.log.9", decision(date));
        Files.setLastModifiedTime(folder.resolve("mail.log.9"), FileTime.from(time.toInstant()));
        assertThat(replayed("mail.log.9")).contains("\"from\":" + time.toEpochSecond() + ",");
    }

    /// A log that nobody has rotated for years.
    @ParameterizedTest
    @ValueSource(ints = {1, 14, 50})
    void aFileOfSeveralYearsGoesThroughThem(int everyDays) throws IOException {
        ZonedDateTime end =
                ZonedDateTime.now(ZoneOffset.UTC).minusDays(40).truncatedTo(ChronoUnit.DAYS);
        List<String> lines = new ArrayList<>();
        ZonedDateTime begin = end;
        for (int days = 0; days < 1200; days += everyDays) {
            begin = end.minusDays(days).withZoneSameInstant(ZoneId.systemDefault());
            lines.addFirst(decision(SYSLOG.format(begin)));
        }
        write("mail.log", lines.toArray(String[]::new));
        Files.setLastModifiedTime(folder.resolve("mail.log"), FileTime.from(end.toInstant()));
        assertThat(replayed("mail.log"))
                .contains(
                        "\"from\":%d,\"to\":%d,"
                                .formatted(begin.toEpochSecond(), end.toEpochSecond()))
                .doesNotContain("stood behind");
    }

    /// As where an archive has kept no times.
    @Test
    void aTimeBeforeThereWasAnyMailTellsNothing() throws IOException {
        write("mail.log", decision("Jan  1 06:00:00"));
        Files.setLastModifiedTime(folder.resolve("mail.log"), FileTime.fromMillis(0));
        assertThat(replayed("mail.log")).doesNotContain("\"from\":-");
    }

    private static String decision(String date) {
        return date
                + " mx greydaemon[7]: decision action=defer client_address=192.0.2.1 sender=<a@x>"
                + " recipient=<b@y>";
    }
}
