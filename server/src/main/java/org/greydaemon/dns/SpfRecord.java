package org.greydaemon.dns;

import org.greydaemon.mail.Octets;
import org.greydaemon.net.IpAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The record of a domain, read as a whole before any of it counts (RFC 7208 4.6).
///
/// @param mechanisms in their order
/// @param redirect the domain-spec of the modifier; empty if there is none
record SpfRecord(List<Mechanism> mechanisms, String redirect) {
    private static final String VERSION = "v=spf1";

    /// What a mechanism looks at (RFC 7208 5).
    enum MechanismName {
        /// Always matches.
        ALL,
        /// Another domain's record says pass.
        INCLUDE,
        /// An address of the domain.
        A,
        /// An address of the domain's mail servers.
        MX,
        /// A confirmed name of the client below the domain.
        PTR,
        /// A network.
        IP4,
        /// A network.
        IP6,
        /// The name has an address.
        EXISTS
    }

    /// One mechanism.
    ///
    /// @param result if it matches
    /// @param domain the domain-spec; empty for the current domain
    /// @param network of ip4 and ip6
    /// @param prefix4 how many bits of an IPv4 address count
    /// @param prefix6 how many bits of an IPv6 address count
    record Mechanism(
            SpfResult result,
            MechanismName kind,
            String domain,
            Optional<IpAddress> network,
            int prefix4,
            int prefix6) {}

    /// Whether a TXT record is one of SPF version 1 (RFC 7208 4.5).
    static boolean isSpf(String text) {
        return text.regionMatches(true, 0, VERSION, 0, VERSION.length())
                && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
    }

    /// Reads a record.
    ///
    /// @throws SpfException permerror if anything in it is wrong
    static SpfRecord parse(String text) throws SpfException {
        List<Mechanism> mechanisms = new ArrayList<>();
        String redirect = "";
        boolean explained = false;
        int from = VERSION.length();
        while (from < text.length()) {
            int to = text.indexOf(' ', from);
            to = to < 0 ? text.length() : to;
            String term = text.substring(from, to);
            from = to + 1;
            if (term.isEmpty()) {
                continue;
            }
            int name = nameTo(term);
            if (name > 0 && name < term.length() && term.charAt(name) == '=') {
                String modifier = term.substring(0, name).toLowerCase(Locale.ROOT);
                String value = term.substring(name + 1);
                boolean isRedirect = modifier.equals("redirect");
                boolean isExplanation = modifier.equals("exp");
                check(!(isRedirect && !redirect.isEmpty()) && !(isExplanation && explained));
                if (isRedirect || isExplanation) {
                    SpfMacro.checkDomain(value);
                } else {
                    SpfMacro.check(value);
                }
                redirect = isRedirect ? value : redirect;
                explained |= isExplanation;
            } else {
                mechanisms.add(mechanism(term));
            }
        }
        return new SpfRecord(mechanisms, redirect);
    }

    /// RFC 7208 12: ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
    private static int nameTo(String term) {
        int i = 0;
        while (i < term.length() && isNamePart(term.charAt(i), i)) {
            i++;
        }
        return i;
    }

    private static boolean isNamePart(char c, int at) {
        return isLetter(c) || (at > 0 && (Octets.isDigit(c) || c == '-' || c == '_' || c == '.'));
    }

    private static Mechanism mechanism(String term) throws SpfException {
        SpfResult result =
                switch (term.charAt(0)) {
                    case '-' -> SpfResult.FAIL;
                    case '~' -> SpfResult.SOFTFAIL;
                    case '?' -> SpfResult.NEUTRAL;
                    default -> SpfResult.PASS;
                };
        String plain = "+-~?".indexOf(term.charAt(0)) >= 0 ? term.substring(1) : term;
        int end = 0;
        while (end < plain.length() && plain.charAt(end) != ':' && plain.charAt(end) != '/') {
            end++;
        }
        String rest = plain.substring(end);
        return switch (plain.substring(0, end).toLowerCase(Locale.ROOT)) {
            case "all" -> {
                check(rest.isEmpty());
                yield new Mechanism(result, MechanismName.ALL, "", Optional.empty(), 32, 128);
            }
            case "include" -> named(result, MechanismName.INCLUDE, rest, true);
            case "exists" -> named(result, MechanismName.EXISTS, rest, true);
            case "ptr" -> named(result, MechanismName.PTR, rest, false);
            case "a" -> hosts(result, MechanismName.A, rest);
            case "mx" -> hosts(result, MechanismName.MX, rest);
            case "ip4" -> network(result, MechanismName.IP4, rest);
            case "ip6" -> network(result, MechanismName.IP6, rest);
            default -> throw SpfException.permanent();
        };
    }

    private static Mechanism named(
            SpfResult result, MechanismName kind, String rest, boolean needed) throws SpfException {
        check(rest.isEmpty() ? !needed : rest.charAt(0) == ':');
        String domain = rest.isEmpty() ? "" : rest.substring(1);
        if (!rest.isEmpty()) {
            SpfMacro.checkDomain(domain);
        }
        return new Mechanism(result, kind, domain, Optional.empty(), 32, 128);
    }

    /// Domain and prefixes, both may be missing: `a:example.org/24//64`.
    private static Mechanism hosts(SpfResult result, MechanismName kind, String rest)
            throws SpfException {
        String left = rest;
        int prefix6 = 128;
        int prefix4 = 32;
        int slashes = left.lastIndexOf("//");
        if (slashes >= 0 && isNumber(left.substring(slashes + 2))) {
            prefix6 = prefix(left.substring(slashes + 2), 128);
            left = left.substring(0, slashes);
        }
        int slash = left.lastIndexOf('/');
        if (slash >= 0 && isNumber(left.substring(slash + 1))) {
            prefix4 = prefix(left.substring(slash + 1), 32);
            left = left.substring(0, slash);
        }
        Mechanism domain = named(result, kind, left, false);
        return new Mechanism(result, kind, domain.domain(), Optional.empty(), prefix4, prefix6);
    }

    private static Mechanism network(SpfResult result, MechanismName kind, String rest)
            throws SpfException {
        check(rest.startsWith(":"));
        boolean isIp4 = kind == MechanismName.IP4;
        int slash = rest.indexOf('/');
        String address = slash < 0 ? rest.substring(1) : rest.substring(1, slash);
        int most = isIp4 ? 32 : 128;
        int prefix = slash < 0 ? most : prefix(rest.substring(slash + 1), most);
        Optional<IpAddress> network = IpAddress.parse(address);
        check(network.isPresent() && address.contains(":") != isIp4);
        return new Mechanism(result, kind, "", network, isIp4 ? prefix : 32, isIp4 ? 128 : prefix);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> Octets.isDigit((char) c));
    }

    /// Without zeros before it (RFC 7208 12, ip4-cidr-length).
    private static int prefix(String text, int most) throws SpfException {
        check(
                isNumber(text)
                        && text.length() <= 3
                        && (text.length() == 1 || text.charAt(0) != '0'));
        int prefix = Integer.parseInt(text);
        check(prefix <= most);
        return prefix;
    }

    private static void check(boolean right) throws SpfException {
        if (!right) {
            throw SpfException.permanent();
        }
    }

    static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
