package org.greydaemon.share;

/// What this host knows of itself and of how far it is with the others. Confined to `share`, but
/// for what {@link Host} lends and the {@link Figures}.
///
/// @param tombstones what is forgotten
/// @param outbox what waits to be sent
record OurSide(
        Host host,
        Figures figures,
        EngineHealth health,
        EngineClock clock,
        Tombstones tombstones,
        ShareProgress progress,
        Outbox outbox) {
    /// Nothing is known yet of the others.
    static OurSide of(ShareSettings settings, Host host, Figures figures) {
        EngineHealth health = new EngineHealth(settings.place(), host.log(), figures);
        Tombstones tombstones = new Tombstones();
        return new OurSide(
                host,
                figures,
                health,
                new EngineClock(host, health),
                tombstones,
                new ShareProgress(
                        ShareState.path(host.saveFile()),
                        settings.name(),
                        tombstones,
                        host.log(),
                        () -> host.store().unwritten() == 0),
                new Outbox());
    }
}
