package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A token says what it was made of, to who has the key, for seven days.
final class DelayTokensTest {
    private static final long NOW = 1_795_651_200;

    private final DelayTokens tokens = new DelayTokens("0123456789abcdef");

    @Test
    void allThatIsPutInComesOut() {
        for (Reason reason : Reason.values()) {
            for (Suspicion suspicion : Suspicion.values()) {
                DelayTokens.Facts facts = new DelayTokens.Facts(reason, suspicion, NOW, 86_400);
                assertThat(tokens.read(tokens.of(facts), NOW)).contains(facts);
            }
        }
    }

    @Test
    void aTokenEnds() {
        String token = tokens.of(new DelayTokens.Facts(Reason.NEW, Suspicion.NONE, NOW, 300));
        assertThat(token).hasSize(28).matches("[A-Za-z0-9_-]+");
        assertThat(tokens.read(token, NOW + DelayTokens.KEPT_SECONDS)).isPresent();
        assertThat(tokens.read(token, NOW + DelayTokens.KEPT_SECONDS + 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {NOW, 1L << 31, (1L << 32) - 2, 1L << 32, (1L << 32) + 5})
    void aTokenIsReadWheneverItWasMade(long made) {
        DelayTokens.Facts facts = new DelayTokens.Facts(Reason.NEW, Suspicion.NONE, made, 300);
        String token = tokens.of(facts);
        assertThat(tokens.read(token, made + 3)).contains(facts);
        assertThat(tokens.read(token, made - 3)).contains(facts); // A clock that is behind.
        assertThat(tokens.read(token, made + DelayTokens.KEPT_SECONDS + 1)).isEmpty();
    }

    @Test
    void nobodyMakesOneWithoutTheKey() {
        String token = tokens.of(new DelayTokens.Facts(Reason.NEW, Suspicion.NONE, NOW, 300));
        assertThat(new DelayTokens("fedcba9876543210").read(token, NOW)).isEmpty();
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String forged = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(tokens.read(forged, NOW)).describedAs(forged).isEmpty();
        }
    }

    @Test
    void anyTextIsNoToken() {
        Random random = new Random(20_261_128);
        for (int i = 0; i < 10_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(40); j > 0; j--) {
                text.append((char) random.nextInt(300));
            }
            assertThat(tokens.read(text.toString(), NOW)).isEmpty();
        }
        assertThat(tokens.read("x".repeat(100_000), NOW)).isEmpty();
    }

    /// Who has gone back to an earlier version may be shown what a later one has made.
    @ParameterizedTest
    @CsvSource({"0, 0, true", "9, 4, true", "10, 0, false", "0, 5, false", "15, 15, false"})
    void aReasonOfALaterVersionIsNone(int reason, int suspicion, boolean isKnown) throws Exception {
        byte[] facts =
                ByteBuffer.allocate(9)
                        .put((byte) (reason << 4 | suspicion))
                        .putInt((int) NOW)
                        .putInt(300)
                        .array();
        byte[] key = hmac("0123456789abcdef".getBytes(US_ASCII), "greydaemon: why mail waits");
        byte[] whole = Arrays.copyOf(facts, 21);
        System.arraycopy(hmac(key, new String(facts, ISO_8859_1)), 0, whole, 9, 12);
        String token = Base64.getUrlEncoder().encodeToString(whole);
        assertThat(tokens.read(token, NOW).isPresent()).isEqualTo(isKnown);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(ISO_8859_1));
    }
}
