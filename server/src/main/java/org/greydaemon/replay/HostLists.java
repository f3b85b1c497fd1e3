package org.greydaemon.replay;

import org.greydaemon.mail.HostName;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/// The lists of a host's one confirmed name, or of none. Mail comes from the same hosts again and
/// again, which have one list then. Confined to one thread.
final class HostLists {
    /// How many are kept; each name has one place only.
    private static final int BITS = 13;

    private static final int GOLDEN = 0x9e37_79b9;

    private final @Nullable Kept[] kept = new Kept[1 << BITS];

    private record Kept(String name, Optional<List<String>> hosts) {}

    /// What a mail server says of a client's host, see {@link HostName#confirmed}; never empty.
    Optional<List<String>> of(String name) {
        int place = (name.hashCode() * GOLDEN) >>> (Integer.SIZE - BITS);
        Kept last = kept[place];
        if (last == null || !last.name.equals(name)) {
            last = new Kept(name, Optional.of(HostName.confirmed(name)));
            kept[place] = last;
        }
        return last.hosts;
    }
}
