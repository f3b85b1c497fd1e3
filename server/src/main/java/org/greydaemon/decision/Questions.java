package org.greydaemon.decision;

import java.util.LinkedHashSet;
import java.util.Set;

/// What must be found out before an attempt can be judged. Mutable and reused; confined to one
/// thread.
public final class Questions {
    private boolean hosts;
    private boolean spf;
    private boolean leftOpen;
    private Set<String> zones = Set.of();

    /// Asks nothing.
    public void clear() {
        hosts = false;
        spf = false;
        leftOpen = false;
        if (!zones.isEmpty()) {
            zones = Set.of();
        }
    }

    /// Whether nothing is asked.
    public boolean isEmpty() {
        return !hosts && !spf && zones.isEmpty();
    }

    /// Notes that a line could decide if more were known of the attempt, which nobody may be able
    /// to find out any more: what the client called itself, for example. This asks nothing.
    public void leaveOpen() {
        leftOpen = true;
    }

    /// Whether a line could decide if more were known, whether that is asked for or not.
    public boolean isLeftOpen() {
        return leftOpen;
    }

    /// Asks for the confirmed names of the client's host.
    public void askForHosts() {
        hosts = true;
    }

    /// Asks what SPF says of client and sender.
    public void askForSpf() {
        spf = true;
    }

    /// Asks whether a list in DNS has the client.
    ///
    /// @param zone the list's domain
    public void askForListing(String zone) {
        if (zones.isEmpty()) {
            zones = new LinkedHashSet<>();
        }
        zones.add(zone);
    }

    /// Asks what others ask.
    public void askAll(Questions others) {
        hosts |= others.hosts;
        spf |= others.spf;
        leftOpen |= others.leftOpen;
        others.zones.forEach(this::askForListing);
    }

    /// Whether the confirmed names of the client's host are asked for.
    public boolean hosts() {
        return hosts;
    }

    /// Whether it is asked what SPF says.
    public boolean spf() {
        return spf;
    }

    /// The domains of the lists that are asked. Not a copy.
    public Set<String> zones() {
        return zones;
    }
}
