package org.greydaemon;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.dns.SpfLookups;
import org.greydaemon.dns.SpfResult;
import org.greydaemon.gate.SpfChecks;
import org.greydaemon.net.IpAddress;

/// Lets the gate ask DNS what SPF says: the two do not know each other.
///
/// @param lookups asks DNS
record DnsSpf(SpfLookups lookups) implements SpfChecks {
    @Override
    public boolean isAvailable() {
        return lookups.isAvailable();
    }

    @Override
    public Spf of(IpAddress client, String helo, String sender) {
        return said(lookups.of(client, helo, domain(sender), sender));
    }

    @Override
    public Spf afterwards(IpAddress client, String helo, String sender) {
        return said(lookups.afterwards(client, helo, domain(sender), sender));
    }

    private static String domain(String sender) {
        return sender.substring(sender.lastIndexOf('@') + 1);
    }

    private static Spf said(SpfResult result) {
        return switch (result) {
            case PASS -> Spf.PASS;
            case FAIL -> Spf.FAIL;
            case NONE -> Spf.NONE;
            case ANYBODY, SOFTFAIL, NEUTRAL, PERMERROR -> Spf.OTHER;
            case TEMPERROR -> Spf.NO_ANSWER;
        };
    }
}
