package org.greydaemon.wire.udp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.junit.FuzzTest;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Source;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

/// Any octets at all: the codec never throws and reads what the original would. `./check --soak`
/// lets Jazzer search for inputs that reach new code; the normal run repeats the kept ones.
final class QueryCodecFuzzTest {
    private static final int RECIPIENTS_MAX = 20;

    private static void agrees(byte[] packet) {
        Attempt attempt = new Attempt(packet.length, RECIPIENTS_MAX);
        QueryCodec.parse(packet, packet.length, new Source(Source.Protocol.UDP), attempt, true);
        assertThat(QueryModel.of(attempt))
                .describedAs("request %s", Arrays.toString(packet))
                .isEqualTo(QueryModel.read(packet, RECIPIENTS_MAX));
    }

    @FuzzTest(maxDuration = "120s")
    void anyOctetsMeanWhatTheyMeanToTheOriginal(byte[] packet) {
        agrees(packet);
    }

    @Test
    void mutatedRequestsMeanWhatTheyMeanToTheOriginal() {
        long seed = Long.getLong("seed", 20_261_123L);
        Random random = new Random(seed);
        String[] requests = {
            "I192.0.2.1\0Falice@example.org\0Tbob@example.net\0",
            "I::ffff:192.0.2.1\0F\0Tlist-joe=example.org@example.net\0Tb@c\0\0",
            "junk I2001:DB8::1 \nx\0xFA b@c\nd\0T\0T x\0\0Tz",
            "I\0F\0T"
        };
        for (int round = 0; round < 200_000; round++) {
            byte[] packet = requests[random.nextInt(requests.length)].getBytes(ISO_8859_1);
            for (int change = random.nextInt(4); change > 0; change--) {
                packet = mutated(packet, random);
            }
            agrees(packet);
        }
    }

    private static byte[] mutated(byte[] packet, Random random) {
        if (packet.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(packet.length);
        byte[] octets = {0, ' ', '\n', 'I', 'F', 'T', ':', '.', (byte) random.nextInt(256)};
        switch (random.nextInt(4)) {
            case 0 -> packet[at] = octets[random.nextInt(octets.length)];
            case 1 -> {
                return Arrays.copyOf(packet, at);
            }
            case 2 -> {
                byte[] longer = Arrays.copyOf(packet, packet.length + 1);
                System.arraycopy(packet, at, longer, at + 1, packet.length - at);
                longer[at] = octets[random.nextInt(octets.length)];
                return longer;
            }
            default -> {
                byte[] twice = Arrays.copyOf(packet, packet.length + packet.length - at);
                System.arraycopy(packet, at, twice, packet.length, packet.length - at);
                return twice;
            }
        }
        return packet;
    }
}
