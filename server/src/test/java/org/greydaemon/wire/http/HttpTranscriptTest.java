package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.gate.TestGate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/// Replays transcripts over one connection: each request in one piece, octet by octet, and in
/// random pieces. `>` is what the mail server says, `<` what it hears, without the date; `pass`
/// lets seconds pass, `wrong` lets something be wrong.
final class HttpTranscriptTest {
    private static final long SEED = Long.getLong("seed", 20_261_123);

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @ValueSource(
            strings = {"check", "recipients-original", "recipients-modern", "malformed", "pages"})
    void theConversationIsTheTranscripts(String name) throws IOException, URISyntaxException {
        Path file =
                Path.of(
                        Objects.requireNonNull(
                                        getClass()
                                                .getResource("/transcripts/http/" + name + ".txt"))
                                .toURI());
        List<String> lines = Files.readAllLines(file, ISO_8859_1);
        for (int pieceMax : new int[] {Integer.MAX_VALUE, 1, 40}) {
            replay(lines, pieceMax);
        }
    }

    private void replay(List<String> lines, int pieceMax) {
        boolean modern = lines.contains("rules modern");
        TestGate gate = modern ? TestGate.modern() : TestGate.original();
        try (HttpDialogue dialogue = new HttpDialogue(gate);
                HttpPeer peer = dialogue.connect()) {
            int at = 0;
            while (at < lines.size()) {
                String line = lines.get(at);
                if (line.startsWith("> ")) {
                    int answer = end(lines, at, '>');
                    int next = end(lines, answer, '<');
                    say(request(lines.subList(at, answer)), pieceMax, peer);
                    assertThat(peer.hear(!line.startsWith("> HEAD ")))
                            .describedAs("line %d, -Dseed=%d", at + 1, SEED)
                            .isEqualTo(answer(lines.subList(answer, next)));
                    at = next;
                } else {
                    if (line.startsWith("pass ")) {
                        gate.pass(Long.parseLong(line.substring("pass ".length())));
                    } else if (line.startsWith("wrong ")) {
                        dialogue.problems.add(line.substring("wrong ".length()));
                    } else if (line.startsWith("odd ")) {
                        dialogue.warnings.add(line.substring("odd ".length()));
                    }
                    at++;
                }
            }
        }
    }

    private static int end(List<String> lines, int from, char sign) {
        int to = from;
        while (to < lines.size() && !lines.get(to).isEmpty() && lines.get(to).charAt(0) == sign) {
            to++;
        }
        return to;
    }

    /// Lines of the head end with CRLF, the body has none.
    private static String request(List<String> lines) {
        int blank = lines.indexOf(">");
        String body = blank + 1 < lines.size() ? lines.get(blank + 1).substring(2) : "";
        StringBuilder request = new StringBuilder();
        for (String line : lines.subList(0, blank)) {
            String length = String.valueOf(body.length());
            request.append(line.substring(2).replace("{length}", length)).append("\r\n");
            // In the transcripts it would say nothing.
            request.append(line.startsWith("> POST ") ? HttpDialogue.AUTHORIZATION : "");
        }
        return request.append("\r\n").append(body).toString();
    }

    /// Bodies end with LF.
    private static String answer(List<String> lines) {
        int blank = lines.indexOf("<");
        StringBuilder answer = new StringBuilder();
        lines.subList(0, blank).forEach(line -> answer.append(line.substring(2)).append("\r\n"));
        answer.append("\r\n");
        lines.subList(blank + 1, lines.size())
                .forEach(line -> answer.append(line.substring(2)).append('\n'));
        return answer.toString();
    }

    private void say(String request, int pieceMax, HttpPeer peer) {
        for (int at = 0; at < request.length(); ) {
            int rest = request.length() - at;
            int to = at + (pieceMax >= rest ? rest : 1 + random.nextInt(pieceMax));
            peer.say(request.substring(at, to));
            at = to;
        }
    }
}
