package org.greydaemon.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Seed;
import org.junit.jupiter.api.Test;

import java.util.Random;

final class OctetsTest {
    private static int plainIndexOf(byte[] text, int start, int end, int c) {
        for (int i = start; i < end; i++) {
            if (text[i] == c) {
                return i;
            }
        }
        return -1;
    }

    /// Octets next to the wanted one in value, and those with the top bit, are the ones that eight
    /// at a time could mistake.
    @Test
    void indexOfFindsWhatALoopFinds() {
        long seed = Seed.next();
        Random random = new Random(seed);
        byte[] near = {0, 1, '\n' - 1, '\n', '\n' + 1, 'T', (byte) 0x80, (byte) 0x8a, (byte) 0xff};
        for (int round = 0; round < 20_000; round++) {
            byte[] text = new byte[random.nextInt(40)];
            for (int i = 0; i < text.length; i++) {
                text[i] = random.nextInt(3) == 0 ? near[random.nextInt(near.length)] : (byte) 'x';
            }
            int start = random.nextInt(text.length + 1);
            int end = start + random.nextInt(text.length - start + 1);
            for (int c : new int[] {0, '\n', 'T'}) {
                assertThat(Octets.indexOf(text, start, end, c))
                        .as("-Dseed=%d, round %d, %d", seed, round, c)
                        .isEqualTo(plainIndexOf(text, start, end, c));
            }
        }
    }

    @Test
    void indexOfAnEmptyRangeIsNone() {
        assertThat(Octets.indexOf(new byte[] {'T'}, 1, 1, 'T')).isEqualTo(-1);
    }
}
