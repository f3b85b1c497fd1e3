package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.server.Succession;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// What becomes of a take-over that goes wrong in the daemon that runs; the others are in e2e.
@Timeout(60)
final class TakeOverTest {
    @TempDir Path folder;

    private final Succession succession = new Succession(() -> {});
    private final List<String> done = new CopyOnWriteArrayList<>();

    private final TakeOver.Estate estate =
            new TakeOver.Estate() {
                @Override
                public Path saveFile() {
                    return folder.resolve("savefile");
                }

                @Override
                public Optional<String> refusal() {
                    return Optional.empty();
                }

                @Override
                public void hold() {
                    done.add("saves wait");
                }

                @Override
                public Optional<String> lastRefusal() {
                    return refusal();
                }

                @Override
                public void goOn() {
                    done.add("saves go on");
                }
            };

    private String ask(TakeOver takeOver) {
        return ask(takeOver, "");
    }

    private String ask(TakeOver takeOver, String more) {
        try (Dialogue control =
                new Dialogue(connection -> {
                    try {
                        ConnectionLines reader = new ConnectionLines(connection);
                        takeOver.serve(
                                Request.parse(
                                        ("{\"command\":\"take-over\",\"from\":\"00001\""
                                                        + more
                                                        + "}")
                                                .getBytes(UTF_8)),
                                connection,
                                reader);
                    } catch (RequestException e) {
                        new LineWriter(connection).error(e);
                    }
                })) {
            return control.ask("");
        }
    }

    /// As where no file can be opened, so that the system does not tell the sockets.
    @Test
    void whatNobodyExpectsIsALineForBothAndTheDaemonGoesOn() {
        TakeOver takeOver =
                new TakeOver(
                        succession,
                        estate,
                        () -> {
                            throw new IllegalStateException("no sockets");
                        },
                        "test",
                        (octets, length) -> done.add(new String(octets, 0, length, UTF_8)));
        String why = "cannot make way: java.lang.IllegalStateException: no sockets";
        assertThat(ask(takeOver))
                .isEqualTo("{\"ok\":false,\"error\":\"this daemon " + why + "; stop it first\"}\n");
        assertThat(done)
                .containsExactly(
                        "saves wait",
                        "take-over: this daemon goes on, as it " + why,
                        "saves go on");
        assertThat(succession.begin()).as("another one may try").isTrue();
    }

    /// It would begin with nothing, and this daemon would be gone by then.
    @Test
    void oneThatWouldGoOnWithAnotherFileIsRefused() {
        TakeOver takeOver = new TakeOver(succession, estate, List::of, "test", (_, _) -> {});
        for (String other :
                List.of(folder.resolve("svaefile").toString(), "/savefile", "\\u0000")) {
            assertThat(ask(takeOver, ",\"savefile\":\"" + other + "\""))
                    .startsWith(
                            "{\"ok\":false,\"error\":\"savefile: that of this daemon is " + folder)
                    .endsWith("; name the same one, or stop this daemon first\"}\n");
        }
        assertThat(done).isEmpty();
        assertThat(succession.begin()).as("another one may try").isTrue();
    }

    /// By whichever path the folder is reached; an older daemon names none.
    @Test
    void oneThatNamesTheSameFileIsNot() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        for (String more :
                List.of(
                        "",
                        ",\"savefile\":\"" + folder.resolve("savefile") + "\"",
                        ",\"savefile\":\"" + link.resolve("savefile") + "\"")) {
            assertThat(
                            ask(
                                    new TakeOver(
                                            new Succession(() -> {}),
                                            estate,
                                            List::of,
                                            "test",
                                            (_, _) -> {}),
                                    more))
                    .doesNotContain("savefile");
            assertThat(done).as(more).containsExactly("saves wait", "saves go on");
            done.clear();
        }
    }
}
