package org.greydaemon.wire.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mail.SmtpPath;

/// An address of a request in the one form that all front ends compare. Postfix tells addresses as
/// it keeps them, with a local part out of its quotes; Exim's `$sender_address` has it in the
/// quotes of SMTP (RFC 5321 4.1.2). Only Postfix makes an instance of {@link Instance#began this
/// form}, so quotes that it tells are a part of the address.
final class SentAddress {
    private SentAddress() {}

    /// A copy.
    static byte[] octets(RequestReader request, Attribute attribute) {
        return isAsCompared(request, attribute)
                ? request.value(attribute)
                : SmtpPath.unquoted(request.text(attribute)).getBytes(ISO_8859_1);
    }

    /// Lends it.
    static void give(RequestReader request, Attribute attribute, RequestReader.ValueTaker taker) {
        if (isAsCompared(request, attribute)) {
            request.give(attribute, taker);
        } else {
            byte[] octets = octets(request, attribute);
            taker.take(octets, 0, octets.length);
        }
    }

    private static boolean isAsCompared(RequestReader request, Attribute attribute) {
        return !request.contains(attribute, '"')
                || Instance.began(request.text(Attribute.INSTANCE)) != Instance.UNKNOWN;
    }
}
