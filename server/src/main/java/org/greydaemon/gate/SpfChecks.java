package org.greydaemon.gate;

import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.net.IpAddress;

/// Finds out whether the sender's domain sends from a client (RFC 7208). Safe for use by several
/// threads.
public interface SpfChecks {
    /// Asks nobody.
    SpfChecks NONE =
            new SpfChecks() {
                @Override
                public boolean isAvailable() {
                    return false;
                }

                @Override
                public Spf of(IpAddress client, String helo, String sender) {
                    return Spf.NO_ANSWER;
                }
            };

    /// Whether it makes sense to ask now.
    boolean isAvailable();

    /// What SPF says. May wait some seconds; without an answer in time it does not pass.
    ///
    /// @param helo what the client called itself; empty if nobody has told
    /// @param sender the sender's address
    /// @return never {@link Spf#UNKNOWN}
    Spf of(IpAddress client, String helo, String sender);

    /// The same when nobody waits for it any more, so that it may take as long as a check does.
    default Spf afterwards(IpAddress client, String helo, String sender) {
        return of(client, helo, sender);
    }
}
