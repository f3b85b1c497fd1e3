package org.greydaemon.wire.policy;

import org.greydaemon.mail.Sha256;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;

/// Makes digests of requests. Confined to one thread at a time, as it is reused.
final class Digests {
    /// Postfix makes its `instance` unique on one host; client and sender keep those of several
    /// hosts apart.
    private static final Attribute[] MESSAGE = {
        Attribute.INSTANCE, Attribute.CLIENT_ADDRESS, Attribute.SENDER
    };

    private static final Attribute[] REQUEST = {Attribute.PROTOCOL_STATE, Attribute.RECIPIENT};

    /// Between two values: none has a line feed in it.
    private static final byte BETWEEN = '\n';

    private final MessageDigest digest = Sha256.begin();
    private final ByteBuffer made = ByteBuffer.allocate(digest.getDigestLength());

    /// Which message a request is about.
    Instance message(RequestReader request) {
        return of(request, MESSAGE);
    }

    /// What is asked about the message.
    Messages.RequestDigest request(RequestReader request) {
        return new Messages.RequestDigest(of(request, REQUEST));
    }

    private Instance of(RequestReader request, Attribute... attributes) {
        for (Attribute attribute : attributes) {
            request.digest(attribute, digest);
            digest.update(BETWEEN);
        }
        return finish();
    }

    private Instance finish() {
        try {
            int _ = digest.digest(made.array(), 0, made.capacity());
        } catch (DigestException e) {
            throw new IllegalStateException("there is room for a digest", e);
        }
        return new Instance(made.getLong(0), made.getLong(Long.BYTES));
    }
}
