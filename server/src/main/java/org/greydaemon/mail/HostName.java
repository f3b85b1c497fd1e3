package org.greydaemon.mail;

import java.util.List;

/// How names of hosts are compared: in lower case, without a dot at the end. Stateless.
public final class HostName {
    /// RFC 1035 2.3.4, and some for what clients call themselves without being one.
    private static final int LENGTH_MAX = 512;

    /// What mail servers say of a client whose host has no confirmed name.
    public static final String UNKNOWN = "unknown";

    private HostName() {}

    /// A name in the form in which it is compared; cut at 512 characters. Of ASCII letters only, as
    /// others may be octets of UTF-8, a character each: what compares letters knows which.
    public static String lower(String name) {
        String cut = name.substring(0, Math.min(name.length(), LENGTH_MAX));
        return Octets.lower(withoutDot(cut));
    }

    /// A name without the dot that may end it in DNS (RFC 1034 3.1).
    public static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /// The names of a client's host as its mail server tells them: none if it says `unknown`, or
    /// shows the address in brackets as Sendmail does (xxfi_connect).
    public static List<String> confirmed(String name) {
        String lower = lower(name);
        return lower.isEmpty() || lower.equals(UNKNOWN) || lower.startsWith("[")
                ? List.of()
                : List.of(lower);
    }
}
