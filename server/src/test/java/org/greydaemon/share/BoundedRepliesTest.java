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
                                "+OK -ERR.no :-12 $-1 *-1 *0 $0 ",
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

    /// The client library makes a digit of any octet, a line of its goes on behind half an end, and
    /// there is a text behind -0: what it took for an announcement then was part of a text or a
    /// line here.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$200000000-\r\n",
                "*200000000-\r\n",
                "$::::::::::\r\n",
                "$5\n99999999\r\n",
                "+a\n$9\r\n$2000000000\r\n",
                "+a\r$\r\n",
                "+a\r\r\n",
                "$-0\r\n+x$2000000000\r\n",
                "$-\r\n",
                "$-10\r\n",
                "*--1\r\n"
            })
    void whatTheLibraryWouldReadOtherwiseIsRefused(String said) {
        assertThatThrownBy(() -> new BoundedReplies(octets(said), deadline).readAllBytes())
                .isInstanceOf(BoundedReplies.TooLarge.class)
                .hasMessageContaining("none of RESP 2");
    }

    /// Three million names of an octet each are 35 MB as they are sent, and 300 where they are
    /// read.
    @ParameterizedTest
    @ValueSource(strings = {"$1\r\nx\r\n", "*1\r\n:1\r\n", ":1\r\n"})
    void manySmallPartsAreRefused(String part) {
        String list = "*200000\r\n" + part.repeat(200_000);
        InputStream many =
                new SequenceInputStream(
                        Collections.enumeration(
                                IntStream.range(0, 16).mapToObj(_ -> octets(list)).toList()));
        assertThatThrownBy(
                        () -> {
                            BoundedReplies replies = new BoundedReplies(many, deadline);
                            byte[] room = new byte[1 << 16];
                            while (replies.read(room, 0, room.length) > 0) {}
                        })
                .isInstanceOf(BoundedReplies.TooLarge.class)
                .hasMessageContaining("at once");
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
