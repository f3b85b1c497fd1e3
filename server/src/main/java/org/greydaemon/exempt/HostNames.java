package org.greydaemon.exempt;

import org.greydaemon.net.IpAddress;

import java.util.List;
import java.util.Optional;

/// Finds the confirmed names of clients' hosts. Safe for use by several threads.
public interface HostNames {
    /// Knows none, and says so at once.
    HostNames NONE = _ -> Optional.empty();

    /// The names of a host that its address leads to and that lead to its address, in lower case,
    /// without a dot at the end. Waits for at most a few seconds; without an answer in time it is
    /// empty.
    Optional<List<String>> of(IpAddress client);

    /// The same, if it is known without asking anybody. Never waits.
    default Optional<List<String>> cached(IpAddress client) {
        return Optional.empty();
    }
}
