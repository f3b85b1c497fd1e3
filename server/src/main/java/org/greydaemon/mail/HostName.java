package org.greydaemon.mail;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How names of hosts are compared: in lower case, without a dot at the end. Stateless.
public final class HostName {
    /// RFC 1035 2.3.4, and some for what clients call themselves without being one.
    private static final int LENGTH_MAX = 512;

    /// What mail servers say of a client whose host has no confirmed name.
    public static final String UNKNOWN = "unknown";

    private HostName() {}

    /// A name in the form in which it is compared; cut at 512 characters.
    public static String lower(String name) {
        String cut = name.substring(0, Math.min(name.length(), LENGTH_MAX));
        String plain = cut.endsWith(".") ? cut.substring(0, cut.length() - 1) : cut;
        return plain.toLowerCase(Locale.ROOT);
    }

    /// The names of a client's host as its mail server tells them; empty if that tells nothing.
    /// Where it says `unknown`, or shows the address in brackets as Sendmail does (xxfi_connect),
    /// there may be no name, or its DNS did not answer, or it looks nothing up.
    public static Optional<List<String>> told(String name) {
        List<String> names = confirmed(name);
        return names.isEmpty() ? Optional.empty() : Optional.of(names);
    }

    /// The same where nobody looks it up anew: none if it says so.
    public static List<String> confirmed(String name) {
        String lower = lower(name);
        return lower.isEmpty() || lower.equals(UNKNOWN) || lower.startsWith("[")
                ? List.of()
                : List.of(lower);
    }
}
