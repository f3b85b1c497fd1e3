package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.wire.policy.RequestReader.SoFar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

final class RequestReaderTest {
    /// As Postfix 3.7.11 sends it at RCPT.
    static final String POSTFIX =
            """
            request=smtpd_access_policy
            protocol_state=RCPT
            protocol_name=ESMTP
            client_address=192.0.2.7
            client_name=unknown
            client_port=55912
            reverse_client_name=unknown
            server_address=127.0.0.1
            server_port=2525
            helo_name=client.example.org
            sender=a b=c"d@Example.ORG
            recipient=bob@example.net
            recipient_count=0
            queue_id=
            instance=750f.6b02cd6b.d4fd3.0
            size=0
            etrn_domain=
            stress=
            sasl_method=
            sasl_username=
            sasl_sender=
            ccert_subject=
            ccert_issuer=
            ccert_fingerprint=
            ccert_pubkey_fingerprint=
            encryption_protocol=
            encryption_cipher=
            encryption_keysize=0
            policy_context=

            """;

    private static final String READ =
            "[RCPT, 192.0.2.7, unknown, client.example.org, a b=c\"d@Example.ORG, bob@example.net,"
                    + " 0, 750f.6b02cd6b.d4fd3.0, , , ]";

    private static final long SEED = Long.getLong("seed", 20_261_123L);

    /// What is read of octets that come in pieces of 1 to `pieceMax`.
    private static List<String> read(byte[] octets, int pieceMax, Random random) {
        RequestReader reader = new RequestReader();
        List<String> read = new ArrayList<>();
        int at = 0;
        while (true) {
            switch (reader.read()) {
                case REQUEST -> {
                    List<String> values = new ArrayList<>();
                    for (Attribute attribute : Attribute.values()) {
                        values.add(reader.text(attribute));
                    }
                    read.add(values.toString());
                    reader.next();
                }
                case MALFORMED -> {
                    read.add("malformed");
                    return read;
                }
                case MORE -> {
                    if (at == octets.length) {
                        return read;
                    }
                    byte[] to = reader.octets();
                    int room = to.length - reader.length();
                    assertThat(room).isPositive();
                    int count =
                            Math.min(
                                    Math.min(room, octets.length - at),
                                    1 + random.nextInt(pieceMax));
                    System.arraycopy(octets, at, to, reader.length(), count);
                    reader.received(count);
                    at += count;
                }
            }
        }
    }

    private static List<String> readWhole(String text) {
        return read(
                text.getBytes(ISO_8859_1),
                1 << 20,
                new Random(0) {
                    private static final long serialVersionUID = 1;

                    @Override
                    public int nextInt(int bound) {
                        return bound - 1;
                    }
                });
    }

    @Test
    void aRequestIsReadWhole() {
        assertThat(readWhole(POSTFIX)).containsExactly(READ);
    }

    @Test
    void requestsAreReadOctetByOctet() {
        assertThat(read((POSTFIX + POSTFIX).getBytes(ISO_8859_1), 1, new Random(0)))
                .containsExactly(READ, READ);
    }

    @Test
    void piecesOfAnySizeMakeNoDifference() {
        Random random = new Random(SEED);
        for (int round = 0; round < 2_000; round++) {
            assertThat(
                            read(
                                    POSTFIX.repeat(3).getBytes(ISO_8859_1),
                                    1 + random.nextInt(700),
                                    random))
                    .as("seed %d", SEED)
                    .containsExactly(READ, READ, READ);
        }
    }

    @Test
    void anAttributeThatWasNotSentIsNotThere() {
        RequestReader reader = new RequestReader();
        put(reader, "sender=\n\n");
        assertThat(reader.read()).isEqualTo(SoFar.REQUEST);
        assertThat(reader.has(Attribute.SENDER)).isTrue();
        assertThat(reader.isSet(Attribute.SENDER)).isFalse();
        assertThat(reader.has(Attribute.RECIPIENT)).isFalse();
        assertThat(reader.text(Attribute.RECIPIENT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no equals sign\n",
                "=no name\n",
                "request=smtpd_access_policy\r\n",
                "sender=a\rb\r\n",
                "request=smtpd_access_policy\n\r\n",
                "sender=a\0b\n",
            })
    void whatBreaksTheGrammarIsMalformed(String text) {
        assertThat(readWhole(text)).containsExactly("malformed");
    }

    /// Exim takes a quoted local part with one from a client; no answer would let such mail pass.
    @Test
    void aCarriageReturnWithinALineIsPartOfIt() {
        RequestReader reader = new RequestReader();
        put(reader, "sender=\"a\rb\"@x.example\nrecipient=\ra\n\n");
        assertThat(reader.read()).isEqualTo(SoFar.REQUEST);
        assertThat(reader.text(Attribute.SENDER)).isEqualTo("\"a\rb\"@x.example");
        assertThat(reader.text(Attribute.RECIPIENT)).isEqualTo("\ra");
    }

    /// Of a long line it shows the beginning.
    @ParameterizedTest
    @CsvSource({"x, 1, x", "yz, 31, yz", "ab, 30, ab", "ab, 40, ab"})
    void theErrorShowsTheLineThatIsNone(String part, int times, String shown) {
        RequestReader reader = new RequestReader();
        put(reader, "sender=a@example.org\n" + part.repeat(times) + "\n");
        assertThat(reader.read()).isEqualTo(SoFar.MALFORMED);
        assertThat(reader.why())
                .isEqualTo(
                        "a line that is not name=value: '"
                                + shown.repeat(Math.min(times, 60 / part.length()))
                                + "'");
    }

    /// They are told before they are taken, so that many connections cannot fill the memory.
    @Test
    void whatItWillKeepIsKnownBefore() {
        RequestReader reader = new RequestReader();
        assertThat(reader.octetsToRead()).isEqualTo(3 * 2048);
        put(reader, "a=" + "x".repeat(2045));
        reader.read();
        assertThat(reader.octetsToRead()).as("there is room for one more").isEqualTo(3 * 2048);
        put(reader, "\n");
        reader.read();
        assertThat(reader.octetsToRead()).as("there is none").isEqualTo(3 * 4096);
        assertThat(reader.octets()).hasSize(4096);
        put(reader, "\n" + "b=" + "y".repeat(2045));
        assertThat(reader.read()).isEqualTo(SoFar.REQUEST);
        reader.next();
        assertThat(reader.octetsToRead()).as("that of the request before").isEqualTo(3 * 4096);
        assertThat(reader.octets()).hasSize(4096);
    }

    /// What has been answered makes room.
    @Test
    void theNextRequestNeedsNoMoreRoomThanTheFirst() {
        RequestReader reader = new RequestReader();
        put(reader, "a=" + "x".repeat(1020) + "\n\n");
        assertThat(reader.read()).isEqualTo(SoFar.REQUEST);
        reader.next();
        assertThat(reader.octetsToRead()).isEqualTo(3 * 2048);
    }

    private static void put(RequestReader reader, String text) {
        byte[] octets = text.getBytes(ISO_8859_1);
        System.arraycopy(octets, 0, reader.octets(), reader.length(), octets.length);
        reader.received(octets.length);
    }

    /// They come in one piece: the bound is for each.
    @Test
    void twoLongRequestsFollowOneAnother() {
        String line = "a=" + "x".repeat(3000) + "\n";
        assertThat(readWhole((line.repeat(3) + "\n").repeat(2)))
                .hasSize(2)
                .doesNotContain("malformed");
    }

    @Test
    void limitsHoldWithoutTheEndOfALine() {
        String line = "a=" + "x".repeat(RequestReader.LINE_MAX - 3);
        assertThat(readWhole(line + "\n\n")).hasSize(1).doesNotContain("malformed");
        assertThat(readWhole(line + "x\n\n")).hasSize(1).doesNotContain("malformed");
        assertThat(readWhole(line + "xx")).containsExactly("malformed");
        assertThat(readWhole((line + "\n").repeat(4) + "\n")).doesNotContain("malformed");
        assertThat(readWhole((line + "\n").repeat(4) + "a")).containsExactly("malformed");
        assertThat(readWhole((line + "\n").repeat(3) + line + "x\n"))
                .as("a line that ends where the room does")
                .containsExactly("malformed");
        assertThat(readWhole("a=\n".repeat(RequestReader.ATTRIBUTES_MAX) + "\n"))
                .hasSize(1)
                .doesNotContain("malformed");
        assertThat(readWhole("a=\n".repeat(RequestReader.ATTRIBUTES_MAX + 1)))
                .containsExactly("malformed");
    }

    @Test
    void anyOctetsAreReadTheSameInAnyPieces() {
        Random random = new Random(SEED);
        byte[] octets = new byte[400];
        byte[] likely = "\n\n\n==sender client_address\r\0".getBytes(ISO_8859_1);
        for (int round = 0; round < 20_000; round++) {
            boolean fromRequest = random.nextBoolean();
            byte[] request = POSTFIX.getBytes(ISO_8859_1);
            for (int i = 0; i < octets.length; i++) {
                octets[i] =
                        fromRequest
                                ? request[(i + round) % request.length]
                                : likely[random.nextInt(likely.length)];
            }
            for (int change = random.nextInt(4); change > 0; change--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
            }
            assertThat(read(octets, 50, random))
                    .as("seed %d, round %d", SEED, round)
                    .isEqualTo(readWhole(new String(octets, ISO_8859_1)));
        }
    }
}
