package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.server.Connection;
import org.greydaemon.server.Conversation;
import org.greydaemon.server.Conversations;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.Random;

@Timeout(60)
final class SharedPortTest {
    /// Answers its own name and all that came.
    private static Conversations echo(String name) {
        return new Conversations() {
            @Override
            public Conversation begin(Connection connection) {
                return new Echo(name, connection);
            }

            @Override
            public void beforeReplies() {}
        };
    }

    private static final class Echo implements Conversation {
        private final Connection connection;
        private final byte[] octets = new byte[100];
        private int length;
        private String before;

        Echo(String name, Connection connection) {
            this.connection = connection;
            before = name;
        }

        @Override
        public boolean receive() throws IOException {
            length = connection.read(octets, 0, octets.length);
            return length >= 0 || !before.isEmpty();
        }

        @Override
        public Next answer(boolean mayWait) throws IOException {
            connection.write(before.getBytes(US_ASCII), 0, before.length());
            before = "";
            connection.write(octets.clone(), 0, Math.max(length, 0));
            return length < 0 ? Next.END : Next.MORE;
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "request=smtpd_access_policy, policy:",
                "client_address=192.0.2.7, policy:",
                "192.0.2.7 a=b@example.org c@example.net, words:",
                "--grey 192.0.2.7 a@b c@d, words:",
                "check 192.0.2.7 a=b c@d, words:",
                "stats, words:",
                "a=b, policy:",
                "z=b, policy:",
                "`=b, words:",
                "{=b, words:",
                "=x, words:",
                "||, words:"
            })
    void theFirstOctetsDecide(String text, String handler) {
        Random random = new Random(1);
        try (Dialogue dialogue =
                new Dialogue(() -> new SharedPort(echo("policy:"), echo("words:")))) {
            assertThat(dialogue.ask(text)).isEqualTo(handler + text);
            try (Dialogue.Peer peer = dialogue.connect()) {
                peer.sayInPieces(text, 1, random);
                peer.end();
                assertThat(peer.rest()).isEqualTo(handler + text);
            }
        }
    }

    /// No name is so long: nobody waits for its end.
    @Test
    void theEndOfALongNameIsNotWaitedFor() {
        String longest = "a".repeat(63);
        try (Dialogue dialogue =
                        new Dialogue(() -> new SharedPort(echo("policy:"), echo("words:")));
                Dialogue.Peer name = dialogue.connect();
                Dialogue.Peer word = dialogue.connect()) {
            name.say(longest);
            word.say(longest + "a");
            assertThat(word.hear("words:")).isEqualTo("words:");
            name.say("=");
            assertThat(name.hear("=")).isEqualTo("policy:" + longest + "=");
            assertThat(dialogue.ask("a".repeat(5000))).startsWith("words:aaa");
        }
    }
}
