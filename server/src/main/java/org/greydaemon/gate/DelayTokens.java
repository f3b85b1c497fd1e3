package org.greydaemon.gate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Tokens that say why some mail had to wait and until when, and no more: neither who sent it nor
/// to whom. Nobody without the key can make one, so what a page says of it is what happened.
/// Nothing is remembered of them. Safe for use by several threads.
///
/// ```
/// 1 octet reason and suspicion · 4 time · 4 seconds · 12 of HMAC-SHA256 over these, in base64url
/// ```
public final class DelayTokens {
    /// How long a token can be read, in seconds: whoever looks after a mail that does not arrive
    /// does so within days.
    public static final long KEPT_SECONDS = 7 * 86_400;

    private static final int FACTS = 9;
    private static final int TAG = 12;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int LENGTH = 4 * (FACTS + TAG) / 3;
    private static final byte[] PURPOSE = "greydaemon: why mail waits".getBytes(US_ASCII);

    private static final List<Reason> REASONS = List.of(Reason.values());
    private static final List<Suspicion> SUSPICIONS = List.of(Suspicion.values());

    private final String secret;

    // Made by the first token: a daemon whose replies bear no link must not load what signs.
    @GuardedBy("this")
    private @Nullable SecretKeySpec key;

    /// What a token says.
    ///
    /// @param at when the mail came, in seconds since 1970
    /// @param seconds how long it had to wait from then on
    public record Facts(Reason reason, Suspicion suspicion, long at, long seconds) {}

    /// @param secret from which the key is made, as the tokens of those who ask over HTTP
    public DelayTokens(String secret) {
        this.secret = secret;
    }

    private synchronized SecretKeySpec key() {
        SecretKeySpec its = key;
        if (its == null) {
            byte[] made = tag(new SecretKeySpec(secret.getBytes(US_ASCII), ALGORITHM), PURPOSE);
            its = new SecretKeySpec(made, ALGORITHM);
            key = its;
        }
        return its;
    }

    private static byte[] tag(SecretKeySpec key, byte[] octets) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(octets);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // Every JDK has it.
        }
    }

    /// Makes a token.
    public String of(Facts facts) {
        byte[] octets =
                ByteBuffer.allocate(FACTS)
                        .put(
                                (byte)
                                        (REASONS.indexOf(facts.reason()) << 4
                                                | SUSPICIONS.indexOf(facts.suspicion())))
                        .putInt((int) facts.at())
                        .putInt((int) Math.min(facts.seconds(), Integer.MAX_VALUE))
                        .array();
        byte[] whole = Arrays.copyOf(octets, FACTS + TAG);
        System.arraycopy(tag(key(), octets), 0, whole, FACTS, TAG);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /// Reads a token.
    ///
    /// @param text from anybody
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @return empty if it is none of ours, or too old
    public Optional<Facts> read(String text, long wall) {
        if (text.length() != LENGTH || !text.matches("[A-Za-z0-9_-]+")) {
            return Optional.empty();
        }
        byte[] whole = Base64.getUrlDecoder().decode(text);
        byte[] facts = Arrays.copyOf(whole, FACTS);
        byte[] right = Arrays.copyOf(tag(key(), facts), TAG);
        if (!MessageDigest.isEqual(right, Arrays.copyOfRange(whole, FACTS, FACTS + TAG))) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(facts);
        int words = fields.get();
        // Of the time 32 bits were kept, which begin anew in 2106: the nearest time that has them,
        // as serial numbers are compared (RFC 1982). Another host's clock may be ahead.
        int age = (int) wall - fields.getInt();
        int reason = words >> 4 & 0xf;
        int suspicion = words & 0xf;
        if (reason >= REASONS.size() || suspicion >= SUSPICIONS.size() || age > KEPT_SECONDS) {
            return Optional.empty();
        }
        return Optional.of(
                new Facts(
                        REASONS.get(reason),
                        SUSPICIONS.get(suspicion),
                        wall - age,
                        fields.getInt()));
    }
}
