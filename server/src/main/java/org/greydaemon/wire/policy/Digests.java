package org.greydaemon.wire.policy;

import org.greydaemon.mail.Sha256;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/// Makes digests of requests. Confined to one thread at a time, as it is reused.
final class Digests {
    /// Postfix makes its `instance` unique on one host; client and sender keep those of several
    /// hosts apart.
    private static final List<Attribute> MESSAGE =
            List.of(Attribute.INSTANCE, Attribute.CLIENT_ADDRESS, Attribute.SENDER);

    private static final List<Attribute> REQUEST =
            List.of(Attribute.PROTOCOL_STATE, Attribute.RECIPIENT);

    /// Between two values: none has a line feed in it.
    private static final byte BETWEEN = '\n';

    private final MessageDigest digest = Sha256.begin();

    /// Which message a request is about.
    Instance message(RequestReader request) {
        return of(request, MESSAGE);
    }

    /// What is asked about the message.
    Messages.RequestDigest request(RequestReader request) {
        return new Messages.RequestDigest(of(request, REQUEST));
    }

    private Instance of(RequestReader request, List<Attribute> attributes) {
        for (Attribute attribute : attributes) {
            request.digest(attribute, digest);
            digest.update(BETWEEN);
        }
        ByteBuffer made = ByteBuffer.wrap(digest.digest());
        return new Instance(made.getLong(), made.getLong());
    }
}
