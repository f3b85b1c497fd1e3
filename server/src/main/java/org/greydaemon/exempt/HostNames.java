package org.greydaemon.exempt;

import org.greydaemon.net.IpAddress;

import java.util.List;

/// Finds the confirmed names of clients' hosts. Safe for use by several threads.
public interface HostNames {
    /// Knows none, and says so at once.
    HostNames NONE = _ -> List.of();

    /// The names of a host that its address leads to and that lead to its address, in lower case,
    /// without a dot at the end. Waits for at most a few seconds; without an answer in time there
    /// are none.
    List<String> of(IpAddress client);
}
