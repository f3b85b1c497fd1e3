package org.greydaemon.exempt;

import org.greydaemon.net.IpAddress;

import java.util.List;
import java.util.Optional;

/// Asks lists in DNS whether they have a client (RFC 5782). Safe for use by several threads.
public interface Listings {
    /// Asks nobody.
    Listings NONE = (_, _) -> Optional.empty();

    /// What a list says of a client: the addresses by which it does, none if it does not have the
    /// client. Waits for at most a few seconds; without an answer in time it is empty.
    ///
    /// @param zone the list's domain
    Optional<List<IpAddress>> of(IpAddress client, String zone);
}
