package org.greydaemon.doctor;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Plesk's milter, psa-pc-remote, greylists by one of its handlers, `grey`, if the host's settings
/// say so (plesk.com, kb 6359, "How to configure Greylisting in Plesk"). Stateless.
final class Plesk {
    private static final int PORT = 12_768;
    private static final Pattern ENABLED =
            Pattern.compile("(?m)^Grey listing checking[ \\t]+enabled\\b");

    private Plesk() {}

    /// What is wrong with asking it beside the daemon; empty if it does not greylist, or this host
    /// has no Plesk.
    ///
    /// @param asker the list that asks
    static Optional<Finding> finding(String asker, Place place, Machine machine) {
        if (place.port() != PORT) {
            return Optional.empty();
        }
        return machine.run(List.of("plesk", "bin", "grey_listing", "--info-server"), "")
                .filter(said -> ENABLED.matcher(said).find())
                .map(_ ->
                        new Finding(
                                asker
                                        + " asks Plesk's handlers of mail at "
                                        + place
                                        + " too, and Plesk's greylisting is enabled",
                                "plesk bin grey_listing --update-server -status off: each would"
                                        + " have the other's mail wait"));
    }
}
