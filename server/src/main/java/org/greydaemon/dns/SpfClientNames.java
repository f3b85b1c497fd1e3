package org.greydaemon.dns;

import org.greydaemon.mail.HostName;
import org.greydaemon.net.IpAddress;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The confirmed names of the client's host, which an SPF check asks for once, when a record does
/// (RFC 7208 5.5, 7.3). Confined to one thread, but for {@link #areAskedFor}.
final class SpfClientNames {
    /// RFC 7208 4.6.4.
    private static final int NAMES_MAX = 10;

    private final SpfCheck.Dns dns;
    private final IpAddress client;
    private Optional<List<String>> known = Optional.empty();

    // Written by the check, read by whoever waits for it.
    private volatile boolean areAskedFor;

    SpfClientNames(SpfCheck.Dns dns, IpAddress client) {
        this.dns = dns;
        this.client = client;
    }

    /// Whether one of them is a domain, or lies below it (RFC 7208 5.5).
    boolean isBelow(String domain) {
        String suffix = "." + domain.toLowerCase(Locale.ROOT);
        for (String name : all()) {
            if (("." + name).endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    /// Whoever does not answer confirms nothing.
    private List<String> all() {
        if (known.isPresent()) {
            return known.get();
        }
        List<String> confirmed = new ArrayList<>();
        known = Optional.of(confirmed); // Once: macros may ask for it a thousand times.
        if (dns.mayAskForNames()) {
            areAskedFor = true;
            find(confirmed);
            areAskedFor = false;
            if (!Thread.currentThread().isInterrupted()) { // Else somebody has waited in vain.
                dns.hasAskedForNames();
            }
        }
        return confirmed;
    }

    /// Whether it waits for them: their servers are the client's, and the domain can do nothing
    /// about it if they are silent. May be asked by any thread.
    boolean areAskedFor() {
        return areAskedFor;
    }

    private void find(List<String> confirmed) {
        List<Record> pointers;
        try {
            pointers = dns.find(ReverseMap.fromAddress(Lookups.inetAddress(client)), Type.PTR);
        } catch (SpfException e) {
            return;
        }
        for (Record record : pointers.subList(0, Math.min(NAMES_MAX, pointers.size()))) {
            if (record instanceof PTRRecord pointer && leadsBack(pointer.getTarget())) {
                confirmed.add(
                        HostName.withoutDot(pointer.getTarget().toString())
                                .toLowerCase(Locale.ROOT));
            }
        }
    }

    private boolean leadsBack(Name name) {
        try {
            for (Record record : dns.find(name, client.isIpv4() ? Type.A : Type.AAAA)) {
                if (address(record).equals(Optional.of(client))) {
                    return true;
                }
            }
        } catch (SpfException e) {
            return false;
        }
        return false;
    }

    /// The one that stands for the client in a macro: the domain itself, else a name below it, else
    /// any (RFC 7208 7.3).
    String best(String domain) {
        String lower = domain.toLowerCase(Locale.ROOT);
        String best = "unknown";
        int rank = 0;
        for (String name : all()) {
            int now = name.equals(lower) ? 3 : name.endsWith("." + lower) ? 2 : 1;
            if (now > rank) {
                best = name;
                rank = now;
            }
        }
        return best;
    }

    /// The address that a record says, if it says one.
    static Optional<IpAddress> address(Record record) {
        return switch (record) {
            case ARecord a -> Optional.of(IpAddress.ofBytes(a.getAddress().getAddress()));
            case AAAARecord aaaa -> Optional.of(IpAddress.ofBytes(aaaa.getAddress().getAddress()));
            default -> Optional.empty();
        };
    }
}
