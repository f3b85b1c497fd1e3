package org.greydaemon.dns;

import org.greydaemon.mail.HostName;
import org.greydaemon.net.IpAddress;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One SPF check: check_host() of RFC 7208 4, with its limits of look-ups. Confined to one thread,
/// and used once.
///
/// The explanation of a fail is not looked up: nobody is told that he fails.
final class SpfCheck {
    /// RFC 7208 4.6.4.
    private static final int LOOKUPS_MAX = 10;

    /// RFC 7208 4.6.4 limits the terms that lead to nothing, not the queries: the address of a mail
    /// server that has none of IPv6 is asked for in vain for each client that has one.
    private static final int VOID_TERMS_MAX = 2;

    /// Mail servers of one `mx` (RFC 7208 4.6.4).
    private static final int NAMES_MAX = 10;

    /// The most octets that macros of one check stand for, each counted as so many more: ten
    /// records of 64 KiB could ask for the sender a hundred thousand times.
    private static final int EXPANDED_MAX = 65_536;

    private static final int MACRO_COST = 16;

    private static final int LABEL_MAX = 63;
    private static final int NAME_MAX = 253;

    /// Who answers.
    @FunctionalInterface
    interface Dns {
        /// The records of a name, aliases followed; none if there are none.
        ///
        /// @throws SpfException temperror if nobody answers
        List<Record> find(Name name, int type) throws SpfException;

        /// Whether it makes sense to ask for the names of the client's host.
        default boolean mayAskForNames() {
            return true;
        }

        /// Somebody has answered, or said that nobody knows, when they were asked for.
        default void hasAskedForNames() {}
    }

    private final Dns dns;
    private final IpAddress client;
    private final String helo;
    private final String sender;
    private final SpfBreadth breadth;
    private final SpfClientNames names;
    private int lookUps;
    private int voidTerms;
    private int expanded;
    // Whether the term that is looked at has led to nothing already.
    private boolean isVoid;

    // What the last include has led to.
    private SpfResult included = SpfResult.NONE;

    /// @param sender has a local part and a domain
    SpfCheck(Dns dns, IpAddress client, String helo, String sender) {
        this.dns = dns;
        this.client = client;
        this.helo = helo;
        this.sender = sender;
        breadth = new SpfBreadth(client.isIpv4());
        names = new SpfClientNames(dns, client);
    }

    /// What a domain says of the client.
    SpfResult of(String domain) {
        try {
            return check(HostName.withoutDot(domain));
        } catch (SpfException e) {
            return e.result();
        }
    }

    private SpfResult check(String domain) throws SpfException {
        Optional<Name> name = name(domain);
        if (name.isEmpty() || domain.indexOf('.') < 0) {
            return SpfResult.NONE;
        }
        Optional<SpfRecord> found = record(name.get());
        if (found.isEmpty()) {
            return SpfResult.NONE;
        }
        breadth.add(found.get());
        for (SpfRecord.Mechanism mechanism : found.get().mechanisms()) {
            included = SpfResult.NONE;
            if (matches(mechanism, domain)) {
                return mechanism.result() == SpfResult.PASS && !namesHosts(mechanism)
                        ? SpfResult.ANYBODY
                        : mechanism.result();
            }
        }
        String redirect = found.get().redirect();
        if (redirect.isEmpty()) {
            return SpfResult.NEUTRAL;
        }
        count();
        SpfResult redirected = check(expand(redirect, domain));
        if (redirected == SpfResult.NONE) {
            throw SpfException.permanent(); // RFC 7208 6.1.
        }
        return redirected == SpfResult.PASS && SpfMacro.isOfClient(redirect)
                ? SpfResult.ANYBODY
                : redirected;
    }

    /// Whether the term that lets the client send says which hosts may. What asks about the client
    /// can say yes to each; a name below the domain is an identity of its own. What was included
    /// has been measured when its own term fitted.
    private boolean namesHosts(SpfRecord.Mechanism mechanism) {
        return switch (mechanism.kind()) {
            case ALL, EXISTS, PTR -> false;
            case INCLUDE -> included == SpfResult.PASS && !SpfMacro.isOfClient(mechanism.domain());
            case A, MX -> !breadth.isWide() && !SpfMacro.isOfClient(mechanism.domain());
            case IP4, IP6 -> !breadth.isWide();
        };
    }

    private Optional<SpfRecord> record(Name name) throws SpfException {
        List<String> texts = new ArrayList<>();
        for (Record record : dns.find(name, Type.TXT)) {
            if (record instanceof TXTRecord txt) {
                StringBuilder text = new StringBuilder();
                for (byte[] part : txt.getStringsAsByteArrays()) {
                    text.append(new String(part, StandardCharsets.ISO_8859_1));
                }
                if (SpfRecord.isSpf(text.toString())) {
                    texts.add(text.toString());
                }
            }
        }
        if (texts.size() > 1) {
            throw SpfException.permanent(); // RFC 7208 4.5.
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of(SpfRecord.parse(texts.getFirst()));
    }

    private boolean matches(SpfRecord.Mechanism mechanism, String domain) throws SpfException {
        isVoid = false;
        switch (mechanism.kind()) {
            case ALL -> {
                return true;
            }
            case IP4, IP6 -> {
                return mechanism.network().isPresent()
                        && isIn(mechanism.network().get(), mechanism);
            }
            default -> count();
        }
        String target = mechanism.domain().isEmpty() ? domain : expand(mechanism.domain(), domain);
        return switch (mechanism.kind()) {
            case INCLUDE -> includes(target);
            case A -> hasAddress(target, mechanism);
            case MX -> hasMailServer(target, mechanism);
            case PTR -> names.isBelow(target);
            default -> !find(target, Type.A).isEmpty(); // RFC 7208 5.7: A, even for IPv6.
        };
    }

    private void count() throws SpfException {
        lookUps++;
        if (lookUps > LOOKUPS_MAX) {
            throw SpfException.permanent();
        }
    }

    /// RFC 7208 5.2.
    private boolean includes(String domain) throws SpfException {
        included = check(domain);
        return switch (included) {
            case PASS, ANYBODY -> true;
            case FAIL, SOFTFAIL, NEUTRAL -> false;
            case TEMPERROR -> throw new SpfException(SpfResult.TEMPERROR);
            case PERMERROR, NONE -> throw SpfException.permanent();
        };
    }

    private boolean hasAddress(String host, SpfRecord.Mechanism mechanism) throws SpfException {
        List<Record> addresses = find(host, client.isIpv4() ? Type.A : Type.AAAA);
        breadth.add(mechanism, addresses.size());
        for (Record record : addresses) {
            Optional<IpAddress> address = SpfClientNames.address(record);
            if (address.isPresent() && isIn(address.get(), mechanism)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasMailServer(String domain, SpfRecord.Mechanism mechanism)
            throws SpfException {
        List<Record> servers = find(domain, Type.MX);
        if (servers.size() > NAMES_MAX) {
            throw SpfException.permanent();
        }
        for (Record record : servers) {
            if (record instanceof MXRecord mx
                    && hasAddress(HostName.withoutDot(mx.getTarget().toString()), mechanism)) {
                return true;
            }
        }
        return false;
    }

    /// {@link SpfClientNames#areAskedFor}.
    boolean asksForNames() {
        return names.areAskedFor();
    }

    private List<Record> find(String host, int type) throws SpfException {
        Optional<Name> name = name(host);
        List<Record> found = name.isPresent() ? dns.find(name.get(), type) : List.of();
        if (found.isEmpty() && !isVoid) {
            isVoid = true;
            voidTerms++;
            if (voidTerms > VOID_TERMS_MAX) {
                throw SpfException.permanent();
            }
        }
        return found;
    }

    private boolean isIn(IpAddress network, SpfRecord.Mechanism mechanism) {
        if (network.isIpv4() != client.isIpv4()) {
            return false;
        }
        int prefix = client.isIpv4() ? mechanism.prefix4() + 96 : mechanism.prefix6();
        long high = mask(prefix);
        long low = mask(prefix - Long.SIZE);
        return ((network.high() ^ client.high()) & high) == 0
                && ((network.low() ^ client.low()) & low) == 0;
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << (Long.SIZE - bits);
    }

    private String expand(String spec, String domain) throws SpfException {
        return SpfMacro.expand(spec, letter -> value(letter, domain));
    }

    private String value(char letter, String domain) throws SpfException {
        String value = valueOf(letter, domain);
        expanded += MACRO_COST + value.length();
        if (expanded > EXPANDED_MAX) {
            throw SpfException.permanent();
        }
        return value;
    }

    private String valueOf(char letter, String domain) {
        int at = sender.lastIndexOf('@');
        return switch (letter) {
            case 's' -> sender;
            case 'l' -> sender.substring(0, at);
            case 'o' -> sender.substring(at + 1);
            case 'd' -> domain;
            case 'i' -> client.isIpv4() ? client.toString() : nibbles();
            case 'p' -> names.best(domain);
            case 'v' -> client.isIpv4() ? "in-addr" : "ip6";
            default -> helo;
        };
    }

    private String nibbles() {
        StringBuilder text = new StringBuilder();
        for (byte octet : client.toBytes()) {
            text.append(text.isEmpty() ? "" : ".")
                    .append(Character.forDigit((octet >> 4) & 0xf, 16))
                    .append('.')
                    .append(Character.forDigit(octet & 0xf, 16));
        }
        return text.toString();
    }

    /// What cannot stand in DNS is no name.
    private static Optional<Name> name(String text) {
        if (text.isEmpty() || text.length() > NAME_MAX || text.startsWith("[")) {
            return Optional.empty();
        }
        for (String label : text.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > LABEL_MAX) {
                return Optional.empty();
            }
        }
        try {
            // A backslash would begin a number of the library's own writing.
            return Optional.of(Name.fromString(text.replace("\\", "\\\\") + "."));
        } catch (TextParseException e) {
            return Optional.empty();
        }
    }
}
