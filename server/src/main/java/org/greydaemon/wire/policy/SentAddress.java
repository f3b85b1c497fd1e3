package org.greydaemon.wire.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.mail.Octets;
import org.greydaemon.mail.SmtpPath;

/// An address of a request in the one form that all front ends compare. Postfix tells addresses as
/// it keeps them, with a local part out of its quotes; Exim's `$sender_address` has it in the
/// quotes of SMTP (RFC 5321 4.1.2). Only Postfix makes an instance of {@link Instance#began this
/// form}, so quotes that it tells are a part of the address.
final class SentAddress {
    private SentAddress() {}

    static String text(RequestReader request, Attribute attribute) {
        return new String(octets(request, attribute), ISO_8859_1);
    }

    static byte[] octets(RequestReader request, Attribute attribute) {
        byte[] sent = request.value(attribute);
        boolean isPlain = Octets.indexOf(sent, 0, sent.length, '"') < 0;
        return isPlain || Instance.began(request.text(Attribute.INSTANCE)) != Instance.UNKNOWN
                ? sent
                : SmtpPath.unquoted(new String(sent, ISO_8859_1)).getBytes(ISO_8859_1);
    }
}
