package org.greydaemon.cli;

import org.greydaemon.server.OwnName;

/// The host that this runs on.
final class ThisHost {
    private ThisHost() {}

    /// Its name; `localhost` if it has none that can be shown.
    static String name() {
        return OwnName.find()
                .filter(name -> name.matches("[A-Za-z0-9.-]{1,255}"))
                .orElse("localhost");
    }
}
