package org.greydaemon;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.dns.SpfLookups;
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
        String domain = sender.substring(sender.lastIndexOf('@') + 1);
        return switch (lookups.of(client, helo, domain, sender)) {
            case PASS -> Spf.PASS;
            case FAIL -> Spf.FAIL;
            case NONE -> Spf.NONE;
            case ANYBODY, SOFTFAIL, NEUTRAL, PERMERROR -> Spf.OTHER;
            case TEMPERROR -> Spf.NO_ANSWER;
        };
    }
}
