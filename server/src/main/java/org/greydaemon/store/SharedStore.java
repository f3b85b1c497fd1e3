package org.greydaemon.store;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;

import java.util.Optional;

/// A store that tells what is changed here, and takes what others have changed.
public interface SharedStore extends Store {
    /// From now on what is changed by {@link #step} is added to a feed; what {@link #adopt} changes
    /// and what makes room for others is not.
    ///
    /// @param feed empty if nobody is to be told
    void tell(Optional<ChangeFeed> feed);

    /// How many changes that were committed are in no file, as the disk does not take them: the end
    /// of the process would take them.
    long unwritten();

    /// Whether it began with all that was remembered before: false if it had no files, or they did
    /// not belong together, as when one was removed or an older copy was put in its place.
    boolean isAsLeft();

    /// As {@link #step}, for what another host has changed.
    ///
    /// @return the entry remembered before, or {@link #NEVER}
    long adopt(Key key, Rule rule, long now);
}
