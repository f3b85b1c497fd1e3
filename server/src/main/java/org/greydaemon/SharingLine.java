package org.greydaemon;

import org.greydaemon.json.JsonLine;
import org.greydaemon.share.SharedHost;
import org.greydaemon.share.Sharing;

import java.util.Optional;

/// How remembering together goes, as an object for the dashboard. Stateless.
final class SharingLine {
    private SharingLine() {}

    /// @param picture empty if nothing is shared
    static Optional<JsonLine> of(Optional<Sharing.Picture> picture) {
        return picture.map(its -> {
            JsonLine line = new JsonLine().put("state", its.state());
            line.put("waiting", its.waiting());
            return line.putLines("hosts", its.hosts().stream().map(SharingLine::host).toList());
        });
    }

    private static JsonLine host(SharedHost host) {
        JsonLine line = new JsonLine().put("host", host.name()).put("version", host.version());
        line.put("heard", host.heard()).put("changes", host.changes());
        host.lateMillis().ifPresent(late -> line.put("late_millis", late));
        return line;
    }
}
