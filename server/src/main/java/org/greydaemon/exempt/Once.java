package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.mail.Sha256;
import org.greydaemon.net.ClientNetwork;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;

/// Lets pass the first sender that comes, and nobody else. Safe for use by several threads.
///
/// The same sender from the same network passes again: its mail may have been deferred for another
/// recipient, or by the mail server itself, or the question is asked twice.
final class Once implements Effect {
    /// Nobody has come.
    static final long FREE = 0;

    private final AtomicLong taker;
    private final Runnable onTaken;

    /// @param taker who has come, as {@link #taker} says it
    /// @param onTaken hears when somebody has come
    Once(long taker, Runnable onTaken) {
        this.taker = new AtomicLong(taker);
        this.onTaken = onTaken;
    }

    /// Sender and network in as many octets whatever is said; nobody finds another sender with the
    /// same.
    private static long key(Attempt attempt) {
        MessageDigest digest = Sha256.begin();
        if (attempt.isAddress()) {
            long high = ClientNetwork.high(attempt.addressHigh(), attempt.addressLow());
            long low = ClientNetwork.low(attempt.addressHigh(), attempt.addressLow());
            digest.update(ByteBuffer.allocate(16).putLong(high).putLong(low).flip());
        }
        String message = attempt.message(); // Sender, a blank and the recipient.
        digest.update(message.substring(0, message.indexOf(' ')).getBytes(UTF_8));
        long key = ByteBuffer.wrap(digest.digest()).getLong();
        return key == FREE ? 1 : key;
    }

    /// Whether it would let this attempt pass.
    boolean isFor(Attempt attempt) {
        long by = taker.get();
        return by == FREE || by == key(attempt);
    }

    /// Lets this attempt pass and from then on nobody else.
    ///
    /// @return false if another one was earlier
    boolean take(Attempt attempt) {
        long key = key(attempt);
        if (taker.compareAndSet(FREE, key)) {
            onTaken.run();
            return true;
        }
        return taker.get() == key;
    }

    /// Who has come, {@link #FREE} if nobody has.
    long taker() {
        return taker.get();
    }
}
