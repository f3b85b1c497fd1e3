package org.greydaemon.exchange;

import org.greydaemon.json.JsonLine;
import org.greydaemon.net.CidrBlock;

/// What a greylister remembers, as the daemon's control socket takes and gives it: addresses are
/// escaped as in the log, times are seconds since 1970, the null sender is empty.
public sealed interface FoundEntry extends Found {
    /// A proven client.
    record ProvenClient(String client, long lastSeen) implements FoundEntry {
        @Override
        public JsonLine json() {
            return new JsonLine().put("client", client).put("last_seen", lastSeen);
        }
    }

    /// A network with a proven client, of which nobody knows which one it is.
    record ProvenNetwork(CidrBlock network, long lastSeen) implements FoundEntry {
        @Override
        public JsonLine json() {
            return new JsonLine().put("network", network.toString()).put("last_seen", lastSeen);
        }
    }

    /// A triplet that waits.
    record Triplet(String client, String sender, String recipient, long firstSeen)
            implements FoundEntry {
        @Override
        public JsonLine json() {
            return new JsonLine()
                    .put("client", client)
                    .put("sender", sender)
                    .put("recipient", recipient)
                    .put("first_seen", firstSeen);
        }
    }

    /// A line of a greydaemon's save file that the original does not know, or that says more than a
    /// client or triplet here.
    ///
    /// @param line with its fields escaped
    record Saved(String line) implements FoundEntry {
        @Override
        public JsonLine json() {
            return new JsonLine().put("line", line);
        }
    }

    /// The line that the daemon takes.
    JsonLine json();
}
