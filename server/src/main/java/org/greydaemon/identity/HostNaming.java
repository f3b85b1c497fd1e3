package org.greydaemon.identity;

/// What the confirmed name of a host says of who runs it: a name that somebody has given a mail
/// server, or one that a provider gives every line and every rented machine (RFC 5321 says nothing
/// of it; draft-msullivan-dnsop-generic-naming-schemes-00 lists the customs). A generic name proves
/// nobody: all customers of the provider share its domain.
///
/// In this order:
///
/// 1. The name holds three octets of the address or more: generic, whatever else it says.
/// 2. A word of mail servers stands in it, `mail`, `smtp`, `mx`, `out`: somebody has named it.
/// 3. It lies below a domain that hosters use for default names only: generic.
/// 4. A word of lines and rented machines stands in it, `dyn`, `pool`, `vps`; or its first label is
///    nothing but a number: generic.
///
/// Words are runs of letters in the labels below the registrable domain, and count as a whole:
/// `pool` is none in `liverpool`. Stateless.
public final class HostNaming {
    /// Words of lines, of what hangs on them, and of rented machines.
    private static final WordSet GENERIC =
            WordSet.of(
                    // Lines.
                    "dyn",
                    "dynamic",
                    "dynamicip",
                    "dynip",
                    "dynpool",
                    "ddns",
                    "dsl",
                    "adsl",
                    "vdsl",
                    "xdsl",
                    "sdsl",
                    "hdsl",
                    "shdsl",
                    "dial",
                    "dialup",
                    "dialin",
                    "dip",
                    "ppp",
                    "pppoe",
                    "pool",
                    "pools",
                    "cable",
                    "cablemodem",
                    "catv",
                    "docsis",
                    "hfc",
                    "hsd",
                    "hsi",
                    "cpe",
                    "cpc",
                    "cm",
                    "ftth",
                    "fttb",
                    "fttx",
                    "fttp",
                    "fiber",
                    "fibre",
                    "fibra",
                    "gpon",
                    "pon",
                    "bb",
                    "broadband",
                    "residential",
                    "resi",
                    "retail",
                    "abo",
                    "mobile",
                    "mobil",
                    "mob",
                    "wireless",
                    "wifi",
                    "wlan",
                    "wimax",
                    "gprs",
                    "umts",
                    "lte",
                    "nat",
                    "cgn",
                    "cgnat",
                    "dhcp",
                    "bootp",
                    "isdn",
                    "lease",
                    "static",
                    "stat",
                    "sta",
                    "staticip",
                    "statik",
                    "fix",
                    "fixed",
                    // Who is at the end of them.
                    "cust",
                    "customer",
                    "customers",
                    "cli",
                    "client",
                    "clients",
                    "clientes",
                    "cliente",
                    "user",
                    "users",
                    "usr",
                    "subscriber",
                    "subscribers",
                    "subs",
                    "kunde",
                    "kunden",
                    "kund",
                    "member",
                    "members",
                    "home",
                    "unused",
                    "unassigned",
                    "unallocated",
                    "unknown",
                    "undefined",
                    "reverse",
                    "rev",
                    "rdns",
                    "noptr",
                    "localhost",
                    // Rented machines.
                    "vps",
                    "kvm",
                    "vds",
                    "vserver",
                    "vm",
                    "vmi",
                    "xen",
                    "dedicated",
                    "dedi",
                    "rootserver",
                    "colo",
                    "compute",
                    "ecs",
                    "droplet",
                    "instance",
                    "instances",
                    "hosted");

    /// These are generic with a number behind them: `ip-7`, but not `host.example.org`.
    private static final WordSet NUMBERED =
            WordSet.of("host", "ip", "ipv", "node", "net", "pc", "h", "s");

    private static final WordSet MAIL =
            WordSet.of(
                    "mx",
                    "out",
                    "mout",
                    "outbound",
                    "outgoing",
                    "relay",
                    "relays",
                    "bounce",
                    "bounces",
                    "newsletter",
                    "newsletters",
                    "news",
                    "list",
                    "lists",
                    "listserv",
                    "postfix",
                    "exim",
                    "exchange",
                    "sender",
                    "send",
                    "sending",
                    "delivery",
                    "antispam",
                    "spamfilter",
                    "msg",
                    "mg",
                    "mgw",
                    "mxout",
                    "zimbra",
                    "postmaster");

    /// Where hosters name machines that nobody has named; the name itself is often a mere number.
    private static final WordSet DEFAULT_DOMAINS =
            WordSet.of(
                    "amazonaws.com",
                    "cloudapp.azure.com",
                    "cloudapp.net",
                    "clients.your-server.de",
                    "clientshostname.com",
                    "colocrossing.com",
                    "contabo.host",
                    "contaboserver.net",
                    "dedibox.fr",
                    "googleusercontent.com",
                    "hostwindsdns.com",
                    "hstgr.cloud",
                    "hwclouds-dns.com",
                    "ip.secureserver.net",
                    "kimsufi.com",
                    "linodeusercontent.com",
                    "members.linode.com",
                    "onlinehome-server.com",
                    "onlinehome-server.info",
                    "poneytelecom.eu",
                    "pub.instances.scw.cloud",
                    "sl-reverse.com",
                    "startdedicated.com",
                    "startdedicated.de",
                    "stratoserver.net",
                    "timeweb.cloud",
                    "upcloud.host",
                    "vps.ovh.ca",
                    "vps.ovh.net",
                    "vps.ovh.us",
                    "vultr.com",
                    "vultrusercontent.com",
                    "your-cloud.host",
                    "yourvserver.net");

    /// `ns3012345`, `cloud-server123456`, `h2345678`: the number of a rented machine.
    private static final int MACHINE_DIGITS_MIN = 5;

    /// `ov-5a1b2c`: the number of a rented machine in hex, behind a word as short as this.
    private static final int MACHINE_LETTERS_MAX = 6;

    private static final int HEX_MIN = 6;

    private HostNaming() {}

    /// Whether a name is one that its provider gives everybody.
    ///
    /// @param host a confirmed name, in lower case and without a dot at the end
    /// @param high the upper 64 bits of the client's address
    /// @param low the lower 64 bits; IPv4 is mapped
    public static boolean isGeneric(String host, long high, long low) {
        return AddressInName.holdsMost(host, high, low)
                || (!isOfMailServer(host)
                        && (AddressInName.isHalf(host, high, low) || isDefault(host)));
    }

    /// The same for a host below the domain of a listed pool, whose mail servers may be numbered by
    /// their addresses: `m69-169.mailgun.net`. There a word of mail servers counts most, and two
    /// octets say nothing.
    public static boolean isGenericInPool(String host, long high, long low) {
        return !isOfMailServer(host)
                && (AddressInName.holdsMost(host, high, low) || isDefault(host));
    }

    private static boolean isDefault(String host) {
        int end = domainFrom(host);
        return host.indexOf('.') < 0
                || isBelowDefaultDomain(host)
                || hasGenericWord(host, end)
                || isMachineNumber(host, Math.min(end, host.indexOf('.')));
    }

    private static boolean isOfMailServer(String host) {
        int end = domainFrom(host);
        for (int from = 0; from < end; from++) {
            int to = wordTo(host, from, end);
            if (to > from && isMail(host, from, to)) {
                return true;
            }
            from = Math.max(from, to);
        }
        return false;
    }

    private static boolean isMail(String host, int from, int to) {
        return beginsOrEnds(host, from, to, "mail")
                || beginsOrEnds(host, from, to, "smtp")
                || beginsOrEnds(host, from, to, "mta")
                || MAIL.contain(host, from, to);
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
                    && (GENERIC.contain(host, from, to)
                            || begins(host, from, to, "dynamic")
                            || ends(host, from, to, "dsl")
                            || (NUMBERED.contain(host, from, to) && isNumbered(host, from, to)))) {
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

    /// Whether the first label begins with words and a long number, or with a short one and a
    /// number in hex, or is a number alone.
    private static boolean isMachineNumber(String host, int end) {
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
            if (!isDigit(c) && (c < 'a' || c > 'f')) {
                return false;
            }
            mixed |= i > dash + 1 && !isDigit(c) && isDigit(host.charAt(i - 1));
        }
        return mixed && host.charAt(dash) == '-';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int digits(String host, int from) {
        int to = from;
        while (to < host.length() && isDigit(host.charAt(to))) {
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

    private static boolean isBelowDefaultDomain(String host) {
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            if (DEFAULT_DOMAINS.contain(host, dot + 1, host.length())) {
                return true;
            }
        }
        return false;
    }

    /// Where the last two labels begin, or three if the second but last is short as in `co.uk`;
    /// which words a provider has in its own name says nothing of the host.
    private static int domainFrom(String host) {
        int last = host.lastIndexOf('.');
        int second = host.lastIndexOf('.', last - 1);
        boolean country = host.length() - last == 3 && last - second <= 4;
        return Math.max(0, country ? host.lastIndexOf('.', second - 1) : second);
    }
}
