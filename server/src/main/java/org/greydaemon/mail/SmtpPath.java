package org.greydaemon.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// The argument of MAIL or RCPT (RFC 5321 4.1.1.2 and 4.1.1.3) as the bare address that front ends
/// compare. The same address is the same text whichever mail server tells it: Postfix's policy
/// protocol and netqmail have already done with it what is done here.
public final class SmtpPath {
    private SmtpPath() {}

    /// The octets of an address that an operator writes: as a path has it, or as the log shows it,
    /// with an octet that is escaped there.
    public static byte[] shownAddress(String text) {
        byte[] shown = text.replaceFirst("^<(.*)>$", "$1").getBytes(UTF_8);
        int to = EscapedText.unescape(shown, 0, shown.length);
        return to < shown.length ? Arrays.copyOf(shown, to) : address(text).getBytes(UTF_8);
    }

    /// The address in a path: without angle brackets, without a source route (`@a,@b:`, RFC 5321
    /// appendix C), and with a quoted local part taken out of its quotes, so `<"a b"@example.org>`
    /// is `a b@example.org`. A text that is no path is taken as far as it goes; the null path `<>`
    /// is empty.
    ///
    /// Like netqmail's `addrparse`, with which it agrees also where a path is malformed.
    public static String address(String path) {
        StringBuilder address = new StringBuilder(path.length());
        int _ = read(path, address);
        return address.toString();
    }

    /// The address in a path behind which nothing may stand. If there is anything the text stays as
    /// it is, and is nobody's address: Postfix knows comments (RFC 822 3.1.4), so that
    /// `<@(x:postmaster>)y:bob@example.net>` is bob's there.
    public static String wholeAddress(String path) {
        StringBuilder address = new StringBuilder(path.length());
        return read(path, address) >= path.length() - 1 ? address.toString() : path;
    }

    /// @return where the bracket stands that ends it; behind the last octet if none does
    private static int read(String path, StringBuilder address) {
        boolean bracketed = path.startsWith("<");
        int i = bracketed ? 1 : 0;
        if (path.startsWith("@", i)) {
            int colon = path.indexOf(':', i);
            i = colon < 0 ? path.length() : colon + 1;
        }
        boolean quoted = false;
        for (; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\' && i + 1 < path.length()) {
                i++;
                address.append(path.charAt(i));
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && bracketed && !quoted) {
                return i;
            } else {
                address.append(c);
            }
        }
        return i;
    }

    /// An address without angle brackets as SMTP has it, with a quoted local part taken out of its
    /// quotes. Unchanged if a quote is not closed: then the quote is a part of it.
    public static String unquoted(String address) {
        boolean quoted = false;
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        return quoted || address.indexOf('"') < 0 ? address : address(address);
    }
}
