package org.greydaemon.identity;

import org.greydaemon.mail.DomainLabels;
import org.greydaemon.mail.Octets;

import java.nio.charset.StandardCharsets;

/// The normal form of a sender: what stays the same when a mailing system writes something new into
/// the address for each message, each recipient or each try. Only compared, never shown as an
/// address. Stateless; allocates nothing but for domains beyond ASCII.
///
/// | form | becomes | source |
/// |---|---|---|
/// | `prvs=TAG=user@d`, `prvs=user=TAG@d`, `prvs=user/TAG@d`, `user=prvs=TAG@d` | `user@d` | draft-levine-smtp-batv-01; Exim's `${prvs}` |
/// | `btv1==TAG==user@d`, `msprvs1=TAG=user@d` | `user@d` | Barracuda, SparkPost |
/// | `SRS0=HASH=TIME=host=user@d` | `srs0=host=user@d` | Sender Rewriting Scheme (S. Wong); separators `= + -` |
/// | `SRS1=HASH=via==HASH=TIME=host=user@d` | `srs1=via=host=user@d` | the same |
/// | `box+SRS=HASH=TIME=host=user@d`, `bounces+SRS=HASH=TIME@d` | `srs0=host=user@d`, `bounces@d` | Exchange Online |
/// | `list-return-7-bob=example.net@d` to `bob@example.net` | `list-return-#@d` | VERP (D. Bernstein): ezmlm, Mailchimp, HubSpot; Postfix' VERP_README |
/// | `list-bounces+bob=example.net@d`, `list+bncBC7@d`, `bounce+5f.1a-b=c.example@d` | `list-bounces@d`, `list@d`, `bounce@d` | Mailman, Google Groups, Mailgun: RFC 5233's `+detail` |
/// | `bounce-1234_html-77@d`, `user7@d` | `bounce-#_html-#@d`, `user#@d` | counters: ExactTarget, ezmlm |
/// | `0100018f3c2d-1b2c3d4e-...-000000@d`, `s-2zsfm4hi6tabq@d` | `#@d`, `s-#@d` | Amazon SES, LinkedIn: message numbers in hex, base 32, base 64, UUIDs |
/// | `user@B\u00fccher.Example.` | `user@xn--bcher-kva.example` | RFC 5890 2.3.2.1, RFC 1034 3.1 |
///
/// `user1` and `user2` of one domain are one sender here, and so are all numbers at one domain:
/// mail whose sender counts would never pass otherwise, and who is taken for his neighbour still
/// has to be the same client writing to the same recipient. Names without a digit become one only
/// if nobody could pronounce them, see {@link ChangingText}.
public final class SenderForm {
    /// How many octets more than the address the normal form may take: a name in DNS (RFC 1035
    /// 2.3.4) in place of one beyond ASCII.
    public static final int ROOM = 256;

    /// How deep one wrapping in another is taken off: BATV around SRS around BATV.
    private static final int WRAPPINGS_MAX = 4;

    private static final byte[] NO_LABELS = {};
    private static final byte[] PRVS = ascii("prvs=");
    private static final byte[] PRVS_LAST = ascii("=prvs=");
    private static final byte[] BARRACUDA = ascii("btv1==");
    private static final byte[] SPARKPOST = ascii("msprvs1=");
    private static final byte[] SRS0 = ascii("srs0");
    private static final byte[] SRS1 = ascii("srs1");
    private static final byte[] EXCHANGE = ascii("+srs=");
    private static final byte[] OWNER = ascii("owner-");
    private static final byte[] REQUEST = ascii("-request");

    /// The tag of a BATV address has ten digits; what imitates it, some more or less.
    private static final int TAG_MIN = 6;

    private static final int TAG_MAX = 12;

    private SenderForm() {}

    /// Writes the normal form of a sender that is in lower case and without blanks, as {@link
    /// Octets#copyAddress} leaves it. The null sender `.` stays what it is.
    ///
    /// @param recipient may be encoded in the sender
    /// @param out must have room for the sender and {@link #ROOM} octets from `at` on, and may not
    ///   be `text`
    /// @return the index behind the last octet written
    public static int write(
            byte[] text,
            int from,
            int to,
            byte[] recipient,
            int rFrom,
            int rTo,
            byte[] out,
            int at) {
        int written = writeLocal(text, from, to, recipient, rFrom, rTo, out, at);
        return writeDomain(text, from, to, out, written);
    }

    /// Writes what is before the `@` of the same: what the recipient may be a part of.
    ///
    /// @return the index behind the last octet written
    public static int writeLocal(
            byte[] text,
            int from,
            int to,
            byte[] recipient,
            int rFrom,
            int rTo,
            byte[] out,
            int at) {
        int localTo = localTo(text, from, to);
        int local = from;
        int end = localTo;
        int written = at;
        for (int i = 0; i < WRAPPINGS_MAX; i++) {
            int inner = batvFrom(text, local, end);
            int innerTo = batvTo(text, inner, local, end);
            if (inner == local && innerTo == end) {
                int original = original(text, local, end);
                if (original < 0) {
                    break;
                }
                written = writeSrs(text, local, original, end, out, written);
                inner = srsUser(text, local, original, end);
                innerTo = srsUserTo(text, local, original, end);
            }
            local = inner;
            end = innerTo;
        }
        long verp = Verp.find(text, local, end, recipient, rFrom, rTo);
        return ChangingText.write(text, local, end, verp, out, written);
    }

    /// Writes the `@` and the domain of the same, which no recipient changes.
    ///
    /// @return the index behind the last octet written
    public static int writeDomain(byte[] text, int from, int to, byte[] out, int at) {
        return writeFrom(text, localTo(text, from, to), to, out, at);
    }

    /// Writes the normal form of a recipient: `user+extension@d` is `user@d`, as Postfix splits it
    /// (recipient_delimiter). With `-`, `owner-list` and `list-request` stay whole as there.
    ///
    /// @param delimiter between user and extension; `\0` for none
    /// @param out must have room for the recipient and {@link #ROOM} octets from `at` on
    /// @return the index behind the last octet written
    public static int writeRecipient(
            byte[] text, int from, int to, char delimiter, byte[] out, int at) {
        int localTo = localTo(text, from, to);
        int end = localTo;
        if (delimiter != 0 && !isWhole(text, from, localTo, delimiter)) {
            int found = from < end ? Octets.indexOf(text, from + 1, end, delimiter) : -1;
            end = found < 0 ? end : found;
        }
        System.arraycopy(text, from, out, at, end - from);
        return writeFrom(text, localTo, to, out, at + end - from);
    }

    private static boolean isWhole(byte[] text, int from, int to, char delimiter) {
        return delimiter == '-'
                && (startsWith(text, from, to, OWNER)
                        || (to - from > REQUEST.length
                                && startsWith(text, to - REQUEST.length, to, REQUEST)));
    }

    /// Where the local part ends: at the last `@`.
    private static int localTo(byte[] text, int from, int to) {
        for (int i = to - 1; i >= from; i--) {
            if (text[i] == '@') {
                return i;
            }
        }
        return to;
    }

    // ---- BATV: the address itself is inside

    private static int batvFrom(byte[] text, int from, int to) {
        if (startsWith(text, from, to, SPARKPOST)) {
            return behind(text, from + SPARKPOST.length, to, from);
        }
        if (startsWith(text, from, to, BARRACUDA)) {
            int user = behind(text, from + BARRACUDA.length, to, from);
            return user > from && user < to && text[user] == '=' ? user + 1 : user;
        }
        if (!startsWith(text, from, to, PRVS)) {
            return from;
        }
        int first = from + PRVS.length;
        if (isTagLast(text, first, to)) {
            return first;
        }
        return behind(text, first, to, from);
    }

    /// @param inner what {@link #batvFrom} has found
    private static int batvTo(byte[] text, int inner, int from, int to) {
        if (inner == from + PRVS.length && startsWith(text, from, to, PRVS)) {
            return lastSeparator(text, inner, to);
        }
        int last = lastSeparator(text, from, to);
        int prvs = last - PRVS_LAST.length + 1;
        return prvs > from && startsWith(text, prvs, to, PRVS_LAST) && isTag(text, last + 1, to)
                ? prvs
                : to;
    }

    private static boolean isTagLast(byte[] text, int from, int to) {
        int first = Octets.indexOf(text, from, to, '=');
        if (first >= 0 && isTag(text, from, first)) {
            return false;
        }
        int last = lastSeparator(text, from, to);
        return last > from && isTag(text, last + 1, to);
    }

    private static int lastSeparator(byte[] text, int from, int to) {
        for (int i = to - 1; i >= from; i--) {
            if (text[i] == '=' || text[i] == '/') {
                return i;
            }
        }
        return from;
    }

    private static boolean isTag(byte[] text, int from, int to) {
        boolean digits = false;
        for (int i = from; i < to; i++) {
            if (!ChangingText.isHex(text[i])) {
                return false;
            }
            digits |= ChangingText.isDigit(text[i]);
        }
        return digits && to - from >= TAG_MIN && to - from <= TAG_MAX;
    }

    /// The index behind the next `=`; `otherwise` if there is none.
    private static int behind(byte[] text, int from, int to, int otherwise) {
        int found = Octets.indexOf(text, from, to, '=');
        return found < 0 ? otherwise : found + 1;
    }

    // ---- SRS: hash and time go, the original host and user stay

    /// Where `HASH=TIME=host=user` begins in an SRS address; -1 if this is none.
    private static int original(byte[] text, int from, int to) {
        int hash = -1;
        if (isSrs(text, from, to, SRS0)) {
            hash = from + SRS0.length + 1;
        } else if (isSrs(text, from, to, SRS1)) {
            int via = behind(text, from + SRS1.length + 1, to, to);
            int inner = behind(text, via, to, to);
            hash = inner < to && isSrsSeparator(text[inner]) ? inner + 1 : -1;
        } else {
            int exchange = indexOf(text, from, to, EXCHANGE);
            if (exchange > from) {
                hash = exchange + EXCHANGE.length;
                return behind(text, hash, to, -1) < 0 ? -1 : hash;
            }
        }
        return hash >= 0 && host(text, hash, to) < to && userFrom(text, hash, to) < to ? hash : -1;
    }

    private static boolean isSrs(byte[] text, int from, int to, byte[] scheme) {
        return startsWith(text, from, to, scheme)
                && from + scheme.length < to
                && isSrsSeparator(text[from + scheme.length]);
    }

    private static boolean isSrsSeparator(byte c) {
        return c == '=' || c == '+' || c == '-';
    }

    /// Where the host begins; `to` if there is none.
    private static int host(byte[] text, int hash, int to) {
        return behind(text, behind(text, hash, to, to), to, to);
    }

    private static int userFrom(byte[] text, int hash, int to) {
        return behind(text, host(text, hash, to), to, to);
    }

    private static int writeSrs(byte[] text, int from, int hash, int to, byte[] out, int at) {
        int user = userFrom(text, hash, to);
        if (user == to) {
            return at;
        }
        int written = at;
        if (isSrs(text, from, to, SRS1)) {
            int via = behind(text, from + SRS1.length + 1, to, to);
            written = copy(SRS1, 0, SRS1.length, out, written);
            out[written++] = '=';
            written = copy(text, via, hash - 1, out, written);
        } else {
            written = copy(SRS0, 0, SRS0.length, out, written);
            out[written++] = '=';
        }
        return copy(text, host(text, hash, to), user, out, written);
    }

    /// Without a user, as Exchange writes long ones, what stands before it is all there is.
    private static int srsUser(byte[] text, int from, int hash, int to) {
        int user = userFrom(text, hash, to);
        return user == to ? from : user;
    }

    private static int srsUserTo(byte[] text, int from, int hash, int to) {
        return userFrom(text, hash, to) == to ? indexOf(text, from, to, EXCHANGE) : to;
    }

    // ---- The domain

    /// @param from where the `@` is, or `to`
    private static int writeFrom(byte[] text, int from, int to, byte[] out, int at) {
        int end = to;
        while (end > from + 1 && text[end - 1] == '.' && from < to) {
            end--;
        }
        boolean ascii = true;
        for (int i = from; i < end; i++) {
            out[at + i - from] = Octets.lower(text[i]);
            ascii &= text[i] >= 0;
        }
        return ascii ? at + end - from : writeALabels(text, from + 1, end, out, at + 1);
    }

    /// What is no name in DNS stays as it is.
    private static int writeALabels(byte[] text, int from, int to, byte[] out, int at) {
        String name = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
        byte[] labels = DomainLabels.of(name).map(SenderForm::ascii).orElse(NO_LABELS);
        return labels.length == 0 ? at + to - from : copy(labels, 0, labels.length, out, at);
    }

    // ---- Octets

    private static int copy(byte[] text, int from, int to, byte[] out, int at) {
        System.arraycopy(text, from, out, at, to - from);
        return at + to - from;
    }

    static boolean startsWith(byte[] text, int from, int to, byte[] start) {
        if (to - from < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (text[from + i] != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(byte[] text, int from, int to, byte[] part) {
        for (int i = from; i + part.length <= to; i++) {
            if (startsWith(text, i, to, part)) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
