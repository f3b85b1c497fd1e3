package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.exempt.Allowed;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.server.SteadyClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// What operators have said is kept in time, and lasts as long as they have said.
@Timeout(60)
final class ExemptionSourcesTest {
    private static final long NOW = 1_795_651_200; // 2026-11-26.

    @TempDir Path folder;

    private final List<ExemptionSources> all = new ArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong wallMillis = new AtomicLong(NOW * 1000);
    private final SteadyClock clock = new SteadyClock(wallMillis::get, nanos::get);

    private ExemptionSources read() throws IOException {
        return read(folder);
    }

    private ExemptionSources read(Path state) throws IOException {
        ExemptionSources sources =
                new ExemptionSources(
                        ExemptionLists.NONE,
                        state.resolve("allowed"),
                        state.resolve("expected"),
                        clock,
                        problems::add);
        all.add(sources);
        return sources;
    }

    /// Else a thread of theirs may still write into the folder while that is deleted.
    @AfterEach
    void stop() {
        all.forEach(ExemptionSources::stop);
    }

    /// Whether mail passes, and takes what is there for one sender.
    private static boolean passes(ExemptionSources sources, String client, String recipient) {
        Attempt attempt = Attempts.attempt(client, "a@b.example", recipient);
        Exemption whole =
                sources.inForce()
                        .decide(
                                attempt,
                                new OriginalRules(
                                        new RetryWindow(300, 43_200), new Retention(604_800)),
                                new Questions());
        return whole != Exemption.NONE
                || (attempt.cause(0).passes() && attempt.cause(0).take(attempt));
    }

    private String file(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private void await(String name, String text) throws IOException, InterruptedException {
        for (int i = 0; i < 2_000 && !file(name).contains(text); i++) {
            Thread.sleep(5);
        }
        assertThat(file(name)).contains(text);
    }

    @Test
    void whoHasComeOnceIsWrittenAtOnce() throws Exception {
        ExemptionSources sources = read();
        assertThat(sources.expect("hugo@example.net", true, 600, "root")).isEmpty();
        assertThat(passes(sources, "203.0.113.1", "hugo@example.net")).isTrue();
        await("expected", "taken ");
        assertThat(passes(read(), "203.0.121.1", "hugo@example.net")).isFalse();
        assertThat(passes(read(), "203.0.113.1", "hugo@example.net")).isTrue();
    }

    /// As the daemon that this one takes over from has left them.
    @Test
    void whatAnotherHasWrittenMeanwhileIsReadAnew() throws Exception {
        ExemptionSources other = read();
        assertThat(other.expect("ida@example.net", false, 600, "root")).isEmpty();
        ExemptionSources sources = read();
        List<Exemptions> told = new ArrayList<>();
        sources.tell(told::add);
        assertThat(other.cancel("ida@example.net")).isTrue();
        assertThat(other.expect("hugo@example.net", false, 600, "root")).isEmpty();
        other.allow(Allowed.parse("192.0.2.1", Optional.empty(), Exemption.FOREVER, "root"));
        sources.readAnew();
        assertThat(passes(sources, "203.0.113.1", "hugo@example.net")).isTrue();
        assertThat(passes(sources, "203.0.113.1", "ida@example.net")).isFalse();
        assertThat(passes(sources, "192.0.2.1", "jan@example.net")).isTrue();
        assertThat(told).containsExactly(sources.inForce());
    }

    private void setWallClock(ExemptionSources sources, long seconds) {
        wallMillis.addAndGet(seconds * 1000);
        assertThat(clock.look()).isEqualTo(seconds);
        sources.everySecond();
    }

    private void pass(ExemptionSources sources, long seconds) {
        wallMillis.addAndGet(seconds * 1000);
        nanos.addAndGet(seconds * 1_000_000_000);
        sources.everySecond();
    }

    @Test
    void whatIsExpectedLastsAsLongAsWasSaidHoweverTheClockIsSet() throws Exception {
        ExemptionSources sources = read();
        setWallClock(sources, 31_536_000);
        assertThat(sources.expect("carol@example.net", false, 600, "root")).isEmpty();
        setWallClock(sources, -31_536_000);
        assertThat(passes(sources, "203.0.113.1", "carol@example.net")).isTrue();
        await("expected", "recipient carol@example.net until 2026-11-26T00:10:00Z");
        pass(sources, 300);
        setWallClock(sources, 86_400);
        assertThat(passes(sources, "203.0.113.1", "carol@example.net")).isTrue();
        pass(sources, 299);
        assertThat(passes(sources, "203.0.113.1", "carol@example.net")).isTrue();
        pass(sources, 1);
        assertThat(passes(sources, "203.0.113.1", "carol@example.net")).isFalse();
    }

    /// At a boot without a battery the clock is behind until somebody tells the time.
    @Test
    void whatADaemonBeforeExpectedEndsByTheWallClock() throws Exception {
        Files.writeString(
                folder.resolve("expected"),
                "recipient carol@example.net until 2026-11-26T00:10:00Z\n");
        ExemptionSources sources = read();
        assertThat(passes(sources, "203.0.113.1", "carol@example.net")).isTrue();
        setWallClock(sources, 86_400);
        assertThat(passes(sources, "203.0.113.1", "carol@example.net")).isFalse();
    }

    @Test
    void whatWasSaidByAClockThatWasAheadLastsADayAtMost() throws Exception {
        Files.writeString(
                folder.resolve("expected"),
                "recipient carol@example.net until 2027-11-26T00:10:00Z\n");
        ExemptionSources sources = read();
        pass(sources, 86_399);
        assertThat(passes(sources, "203.0.113.1", "carol@example.net")).isTrue();
        pass(sources, 1);
        assertThat(passes(sources, "203.0.113.1", "carol@example.net")).isFalse();
    }

    /// At a boot with a clock that is ahead until somebody tells the time, a line that looked over
    /// stayed so until the next reload.
    @Test
    void whatWasOverByAClockThatWasAheadIsInForceAgain() throws Exception {
        ExemptionSources sources = read();
        ExemptionFile file =
                ExemptionFile.parse("f", List.of("client 192.0.2.17 until 2026-12-31"));
        sources.replace(new ExemptionLists(ClientList.EMPTY, List.of(file), false), _ -> {});
        assertThat(passes(sources, "192.0.2.17", "carol@example.net")).isTrue();
        setWallClock(sources, 31_536_000);
        assertThat(passes(sources, "192.0.2.17", "carol@example.net")).isFalse();
        setWallClock(sources, -31_536_000);
        assertThat(passes(sources, "192.0.2.17", "carol@example.net")).isTrue();
    }

    /// While the clock was ahead somebody said another thing, by which this one was written as
    /// over.
    @Test
    void whatWasAllowedForATimeIsInForceAgainAfterAClockThatWasAhead() throws Exception {
        ExemptionSources sources = read();
        long until = NOW + 30 * 86_400;
        sources.allow(Allowed.parse("192.0.2.50", Optional.empty(), until, "root"));
        setWallClock(sources, 31_536_000);
        assertThat(passes(sources, "192.0.2.50", "carol@example.net")).isFalse();
        sources.allow(Allowed.parse("192.0.2.51", Optional.empty(), Exemption.FOREVER, "root"));
        assertThat(file("allowed")).contains("# over").contains("client 192.0.2.50 until");
        ExemptionSources ahead = read();
        assertThat(passes(ahead, "192.0.2.50", "carol@example.net")).isFalse();

        setWallClock(sources, -31_536_000);
        assertThat(passes(sources, "192.0.2.50", "carol@example.net")).isTrue();
        assertThat(passes(read(), "192.0.2.50", "carol@example.net")).as("restart").isTrue();
        ahead.readAnew();
        assertThat(passes(ahead, "192.0.2.50", "carol@example.net")).as("read anew").isTrue();
        pass(sources, 30 * 86_400);
        assertThat(passes(sources, "192.0.2.50", "carol@example.net")).isFalse();
        assertThat(passes(sources, "192.0.2.51", "carol@example.net")).isTrue();
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenAtTheEnd() throws Exception {
        ExemptionSources sources = read();
        assertThat(sources.expect("hugo@example.net", true, 600, "root")).isEmpty();
        Files.createDirectories(folder.resolve("expected.new/full"));
        assertThat(passes(sources, "203.0.113.1", "hugo@example.net")).isTrue();
        for (int i = 0; i < 2_000 && problems.isEmpty(); i++) {
            Thread.sleep(5);
        }
        sources.stop();
        assertThat(file("expected")).contains("once recipient hugo@example.net");
        assertThat(problems)
                .last()
                .asString()
                .contains("expected")
                .contains("after the next start");
        Files.delete(folder.resolve("expected.new/full"));
        sources.stop();
        assertThat(file("expected")).contains("taken ");
        Files.writeString(folder.resolve("expected"), "another daemon's");
        sources.stop();
        assertThat(file("expected")).isEqualTo("another daemon's");
    }

    /// The daemon goes on in the new folder, and the next one has only that.
    @Test
    void whatWasSaidSurvivesThatItsFolderIsReplaced() throws Exception {
        Path state = Files.createDirectory(folder.resolve("state"));
        ExemptionSources sources = read(state);
        sources.allow(Allowed.parse("192.0.2.50", Optional.empty(), Exemption.FOREVER, "root"));
        assertThat(sources.expect("carol@example.net", false, 3_600, "root")).isEmpty();
        Files.move(state, folder.resolve("away"));
        sources.writeWhatIsGone();
        sources.writeWhatIsGone();
        assertThat(problems).hasSize(2).allMatch(line -> line.contains("the next save can write"));
        problems.clear();

        Files.createDirectory(state);
        sources.writeWhatIsGone();
        sources.writeWhatIsGone();
        assertThat(problems)
                .containsExactly(
                        state.resolve("allowed") + ": somebody has removed it; written anew",
                        state.resolve("expected") + ": somebody has removed it; written anew");
        ExemptionSources next = read(state);
        assertThat(passes(next, "192.0.2.50", "dora@example.net")).isTrue();
        assertThat(passes(next, "203.0.113.1", "carol@example.net")).isTrue();
    }

    /// A site that allows nobody has no such files.
    @Test
    void whoHasSaidNothingGetsNoFile() throws Exception {
        ExemptionSources sources = read();
        sources.writeWhatIsGone();
        sources.stop();
        assertThat(folder).isEmptyDirectory();
    }
}
