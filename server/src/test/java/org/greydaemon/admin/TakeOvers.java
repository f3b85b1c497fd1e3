package org.greydaemon.admin;

import org.greydaemon.server.Succession;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A daemon that does not make way.
final class TakeOvers {
    static final String REFUSAL = "this daemon stays; stop it first";

    private TakeOvers() {}

    static TakeOver refused() {
        TakeOver.Estate estate =
                new TakeOver.Estate() {
                    @Override
                    public Path saveFile() {
                        return Path.of("savefile");
                    }

                    @Override
                    public Optional<String> refusal() {
                        return Optional.of(REFUSAL);
                    }

                    @Override
                    public void hold() {}

                    @Override
                    public Optional<String> lastRefusal() {
                        return refusal();
                    }

                    @Override
                    public void goOn() {}
                };
        return new TakeOver(new Succession(() -> {}), estate, List::of, "test", (_, _) -> {});
    }
}
