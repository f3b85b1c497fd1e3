package org.greydaemon.wire.milter;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Seed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// Plays recorded conversations: what the mail server says must get the same answers whether the
/// network delivers it frame by frame, octet by octet or in any pieces.
///
/// ```
/// rules modern    the rule set, once
/// > FRAME         the mail server says (see Wire)
/// < FRAME ...     the answer, in one write; the letter c alone is a frame of its own
/// + 240           so many seconds pass
/// ! closed        the connection ends here; the next line begins another
/// ```
final class MilterTranscriptTest {
    private static final String TRANSCRIPTS = "/transcripts/milter/";

    /// Everything up to a step of the clock or the end of the connection: mail servers wait for
    /// each answer, so this asks for more than they do.
    private record Exchange(
            long secondsBefore, List<byte[]> said, List<byte[]> answers, boolean closes) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postfix",
                "sendmail",
                "null-sender",
                "null-sender-original",
                "trusted",
                "version-2",
                "every-step",
                "content"
            })
    void conversation(String name) throws IOException {
        List<String> lines = read(name + ".txt");
        play(lines, said -> List.of(said));
        play(lines, said -> pieces(said, new Random(0), 1));
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            try {
                play(lines, said -> pieces(said, random, 1 + random.nextInt(60)));
            } catch (AssertionError e) {
                throw new AssertionError("-Dseed=" + seed, e);
            }
        }
    }

    private interface Network {
        List<byte[]> deliver(byte[] said);
    }

    private static void play(List<String> lines, Network network) {
        MilterScene scene =
                new MilterScene(MilterScene.rules(lines.getFirst().substring("rules ".length())));
        MilterSession session = scene.connect();
        for (Exchange exchange : exchanges(lines)) {
            scene.now += exchange.secondsBefore();
            List<byte[]> answers = new ArrayList<>();
            for (byte[] piece :
                    network.deliver(Wire.join(exchange.said().toArray(byte[][]::new)))) {
                answers.addAll(MilterScene.hear(session, piece));
            }
            assertThat(hex(answers)).isEqualTo(hex(exchange.answers()));
            assertThat(session.fault()).isEmpty();
            assertThat(session.isOver()).isEqualTo(exchange.closes());
            if (session.isOver()) {
                session = scene.connect();
            }
        }
    }

    private static List<Exchange> exchanges(List<String> lines) {
        List<Exchange> exchanges = new ArrayList<>();
        List<byte[]> said = new ArrayList<>();
        List<byte[]> answers = new ArrayList<>();
        long seconds = 0;
        for (String line : lines.subList(1, lines.size())) {
            char kind = line.charAt(0);
            String rest = line.substring(1).strip();
            switch (kind) {
                case '>' -> said.add(Wire.frame(rest));
                case '<' -> answers.add(answer(rest));
                case '+', '!' -> {
                    exchanges.add(
                            new Exchange(
                                    seconds, List.copyOf(said), List.copyOf(answers), kind == '!'));
                    said.clear();
                    answers.clear();
                    seconds = kind == '+' ? Long.parseLong(rest) : 0;
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        assertThat(said).as("a transcript ends with !").isEmpty();
        return exchanges;
    }

    private static byte[] answer(String text) {
        return text.endsWith("\" c")
                ? Wire.join(Wire.frame(text.substring(0, text.length() - 2)), Wire.frame("c"))
                : Wire.frame(text);
    }

    private static List<byte[]> pieces(byte[] said, Random random, int pieceMax) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < said.length; ) {
            int end = Math.min(said.length, at + 1 + random.nextInt(pieceMax));
            pieces.add(Arrays.copyOfRange(said, at, end));
            at = end;
        }
        return pieces;
    }

    private static List<String> hex(List<byte[]> answers) {
        return answers.stream().map(HexFormat.of()::formatHex).toList();
    }

    private static List<String> read(String file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        MilterTranscriptTest.class.getResourceAsStream(TRANSCRIPTS + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
