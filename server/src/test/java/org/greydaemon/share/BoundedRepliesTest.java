package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.stream.IntStream;

/// Answers come through as they are, and what announces too much is refused before there is room.
final class BoundedRepliesTest {
    private final AnswerDeadline deadline = new AnswerDeadline(System::nanoTime);

    private static InputStream octets(String text) {
        return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
    }

    @Test
    void whatAnEngineSaysComesThroughInWhateverPieces() throws IOException {
        String said =
                String.join(
                                " ",
                                "+OK -ERR_no :-12 $-1 *-1 *0 $0 ",
                                "*3 $5 $9__* *2 :1 *1 $1 x +y $3 abc ")
                        .replace('_', '\r')
                        .replace(" ", "\r\n");
        for (int piece = 1; piece < said.length(); piece++) {
            BoundedReplies replies = new BoundedReplies(octets(said.repeat(3)), deadline);
            StringBuilder read = new StringBuilder();
            byte[] room = new byte[piece];
            for (int count = replies.read(room, 0, piece); count > 0; ) {
                read.append(new String(room, 0, count, ISO_8859_1));
                count = replies.read(room, 0, piece);
            }
            assertThat(read).hasToString(said.repeat(3));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2000000000\r\n",
                "$99999999999999999999\r\n",
                "*1\r\n$1048577\r\n",
                "*200001\r\n",
                "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"
            })
    void whatAnnouncesTooMuchIsRefused(String said) {
        assertThatThrownBy(() -> new BoundedReplies(octets(said), deadline).readAllBytes())
                .isInstanceOf(BoundedReplies.TooLarge.class);
    }

    @Test
    void aLineWithoutAnEndAndTooManyAnswersAreRefused() throws IOException {
        assertThatThrownBy(() ->
                        new BoundedReplies(octets("+" + "x".repeat(70_000)), deadline)
                                .readAllBytes())
                .isInstanceOf(BoundedReplies.TooLarge.class);
        String one = "$1048576\r\n" + "x".repeat(1 << 20) + "\r\n";
        InputStream many =
                new SequenceInputStream(
                        Collections.enumeration(
                                IntStream.range(0, 60).mapToObj(_ -> octets(one)).toList()));
        BoundedReplies replies = new BoundedReplies(many, deadline);
        assertThatThrownBy(
                        () -> {
                            byte[] room = new byte[1 << 16];
                            while (replies.read(room, 0, room.length) > 0) {}
                        })
                .isInstanceOf(BoundedReplies.TooLarge.class)
                .hasMessageContaining("at once");
    }
}
