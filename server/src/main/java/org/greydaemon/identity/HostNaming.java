package org.greydaemon.identity;

import org.greydaemon.mail.Octets;

/// What the confirmed name of a host says of who runs it: a name that somebody has given a mail
/// server, or one that a provider gives every line and every rented machine (RFC 5321 says nothing
/// of it; draft-msullivan-dnsop-generic-naming-schemes-00 lists the customs). A generic name proves
/// nobody: all customers of the provider share its domain.
///
/// In this order:
///
/// 1. The name holds three octets of the address or more: generic, whatever else it says.
/// 2. It lies below a domain where strangers have hosts, named by the hoster or by themselves:
///    generic, for `mail.westeurope.cloudapp.azure.com` is whoever has asked for that name first.
/// 3. A word of mail servers stands in it, `mail`, `smtp`, `mx`, `out`: somebody has named it.
/// 4. It lies below a domain whose owner numbers his own servers: not generic.
/// 5. A word of lines and rented machines stands in it, `dyn`, `pool`, `vps`; or its first label is
///    nothing but a number or two octets of the address, `c53-184`: generic.
///
/// Words are runs of letters in the labels below the registrable domain, and count as a whole:
/// `pool` is none in `liverpool`. Stateless.
public final class HostNaming {
    /// `ns3012345`, `cloud-server123456`, `h2345678`: the number of a rented machine.
    private static final int MACHINE_DIGITS_MIN = 5;

    /// `ov-5a1b2c`: the number of a rented machine in hex, behind a word as short as this.
    private static final int MACHINE_LETTERS_MAX = 6;

    private static final int HEX_MIN = 6;
    private static final String HOSTED_BY = "hosted-by-";

    private HostNaming() {}

    /// Whether a name is one that its provider gives everybody.
    ///
    /// @param host a confirmed name, in lower case and without a dot at the end
    /// @param domain where its registrable domain begins; 0 if it is one
    /// @param high the upper 64 bits of the client's address
    /// @param low the lower 64 bits; IPv4 is mapped
    public static boolean isGeneric(String host, int domain, long high, long low) {
        int end = Math.max(0, domain - 1);
        return AddressInName.holdsMost(host, high, low)
                || isOfStrangers(host, domain)
                || (!isOfMailServer(host, end)
                        && (holdsHalf(host, high, low) || isDefault(host, end)));
    }

    /// The same for a host below the domain of a listed pool, whose mail servers may be numbered by
    /// their addresses: `m69-169.mailgun.net`. There a word of mail servers counts more than the
    /// address, and two octets say nothing.
    public static boolean isGenericInPool(String host, int domain, long high, long low) {
        int end = Math.max(0, domain - 1);
        return isOfStrangers(host, domain)
                || (!isOfMailServer(host, end)
                        && (AddressInName.holdsMost(host, high, low) || isDefault(host, end)));
    }

    /// Whether strangers have hosts below a domain of the name: one that is known for it, or that a
    /// hoster has for them, `hosted-by-vdsina.com`.
    private static boolean isOfStrangers(String host, int domain) {
        return host.startsWith(HOSTED_BY, domain) || isBelow(host, HostWords.DEFAULT_DOMAINS);
    }

    /// An `m` before it says what a word of mail servers does: `m69-169` at Mailgun, `m15-113` at
    /// NetEase.
    private static boolean holdsHalf(String host, long high, long low) {
        if (AddressInName.isHalf(host, true, numberFrom(host), high, low)) {
            return true;
        }
        int word = wordTo(host, 0, host.length());
        int from = word < host.length() && host.charAt(word) == '-' ? word + 1 : word;
        return !(word == 1 && host.charAt(0) == 'm')
                && AddressInName.isHalf(host, false, from, high, low);
    }

    private static boolean isDefault(String host, int end) {
        return host.indexOf('.') < 0
                || (!isBelow(host, HostWords.OWN_DOMAINS)
                        && (hasGenericWord(host, end)
                                || isMachineNumber(host, Math.min(end, host.indexOf('.')))));
    }

    private static boolean isOfMailServer(String host, int end) {
        for (int from = 0; from < end; from++) {
            int to = wordTo(host, from, end);
            if (to > from && isMail(host, from, to)) {
                return true;
            }
            from = Math.max(from, to);
        }
        return isNumberedOutlet(host, end);
    }

    /// `o5.cm-shared.wixnotifications.com`, `o83.p38.mailjet.com`: so SendGrid and Mailjet call
    /// their hosts, below customers' domains too.
    private static boolean isNumberedOutlet(String host, int end) {
        int to = 1 + digits(host, 1);
        return end > to && host.charAt(0) == 'o' && to > 1 && host.charAt(to) == '.';
    }

    private static boolean isMail(String host, int from, int to) {
        return beginsOrEnds(host, from, to, "mail")
                || beginsOrEnds(host, from, to, "smtp")
                || beginsOrEnds(host, from, to, "mta")
                || HostWords.MAIL.contain(host, from, to);
    }

    private static boolean beginsOrEnds(String host, int from, int to, String word) {
        return begins(host, from, to, word) || ends(host, from, to, word);
    }

    private static boolean begins(String host, int from, int to, String word) {
        return to - from >= word.length() && host.startsWith(word, from);
    }

    private static boolean ends(String host, int from, int to, String word) {
        return to - from >= word.length() && host.startsWith(word, to - word.length());
    }

    private static boolean hasGenericWord(String host, int end) {
        for (int from = 0; from < end; from++) {
            int to = wordTo(host, from, end);
            if (to > from
                    && (HostWords.GENERIC.contain(host, from, to)
                            || begins(host, from, to, "dynamic")
                            || ends(host, from, to, "dsl")
                            || (HostWords.NUMBERED.contain(host, from, to)
                                    && isNumbered(host, from, to))
                            || isVersion(host, from, to))) {
                return true;
            }
            from = Math.max(from, to);
        }
        return false;
    }

    /// Whether a label begins with the word, and a dash and digits or four digits follow.
    private static boolean isNumbered(String host, int from, int to) {
        if (from > 0 && host.charAt(from - 1) != '.' && host.charAt(from - 1) != '-') {
            return false;
        }
        boolean dash = to < host.length() && (host.charAt(to) == '-' || host.charAt(to) == '_');
        int digits = digits(host, dash ? to + 1 : to);
        return dash ? digits > 0 : digits >= MACHINE_DIGITS_MIN - 1;
    }

    /// Whether a label that is not the first is `ip4`, `ip6`, `ipv4` or `ipv6`.
    private static boolean isVersion(String host, int from, int to) {
        return from > 0
                && host.charAt(from - 1) == '.'
                && HostWords.VERSIONED.contain(host, from, to)
                && to + 1 < host.length()
                && (host.charAt(to) == '4' || host.charAt(to) == '6')
                && host.charAt(to + 1) == '.';
    }

    /// Where a number may begin in the first label: at once or, as in `ip93-184`, behind such a
    /// word.
    private static int numberFrom(String host) {
        int word = wordTo(host, 0, host.length());
        if (word == 0 || !HostWords.NUMBERED.contain(host, 0, word)) {
            return 0;
        }
        return word < host.length() && host.charAt(word) == '-' ? word + 1 : word;
    }

    /// Whether the first label begins with words and a long number, or with a short one and a
    /// number in hex, or is a number alone.
    private static boolean isMachineNumber(String host, int end) {
        if (end == 0) {
            return false; // A domain of its own.
        }
        int from = wordsTo(host, end);
        int digits = digits(host, from);
        boolean whole = from + digits == end;
        boolean ends = whole || host.charAt(from + digits) == '-';
        return (ends && (digits >= MACHINE_DIGITS_MIN || (whole && from == 0 && digits > 0)))
                || isHexNumber(host, end);
    }

    private static int wordsTo(String host, int end) {
        int to = wordTo(host, 0, end);
        while (to > 0 && to < end && host.charAt(to) == '-') {
            to = wordTo(host, to + 1, end);
        }
        return to;
    }

    /// Hex has a letter behind a digit somewhere: what is a word and digits is no number.
    private static boolean isHexNumber(String host, int end) {
        int dash = wordTo(host, 0, end);
        if (dash == 0 || dash > MACHINE_LETTERS_MAX || end - dash - 1 < HEX_MIN) {
            return false;
        }
        boolean mixed = false;
        for (int i = dash + 1; i < end; i++) {
            char c = host.charAt(i);
            if (!Octets.isDigit(c) && (c < 'a' || c > 'f')) {
                return false;
            }
            mixed |= i > dash + 1 && !Octets.isDigit(c) && Octets.isDigit(host.charAt(i - 1));
        }
        return mixed && host.charAt(dash) == '-';
    }

    private static int digits(String host, int from) {
        int to = from;
        while (to < host.length() && Octets.isDigit(host.charAt(to))) {
            to++;
        }
        return to - from;
    }

    private static int wordTo(String host, int from, int end) {
        int to = from;
        while (to < end && host.charAt(to) >= 'a' && host.charAt(to) <= 'z') {
            to++;
        }
        return to;
    }

    private static boolean isBelow(String host, WordSet domains) {
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            if (domains.contain(host, dot + 1, host.length())) {
                return true;
            }
        }
        return false;
    }
}
