package org.greydaemon.store.memory;

import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;

/// Random histories, the same ones on the memory store and on the reference. `-Dsoak=true` makes a
/// million events of them, `-Dseed=` repeats one.
final class RandomScriptTest {
    private static final int EVENTS_PER_SCRIPT = 5_000;
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final int SCRIPTS = SOAK ? 100 : 1;

    static List<Rules> rules() {
        return List.of(
                new OriginalRules(new RetryWindow(300, 43_200), new Retention(604_800)),
                new ModernRules(new RetryWindow(240, 86_400), new Retention(35 * 86_400L)));
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("rules")
    void memoryStoreRemembersWhatTheReferenceRemembers(Rules rules, @TempDir Path folder)
            throws Exception {
        for (int i = 0; i < SCRIPTS; i++) {
            long seed = Long.getLong("seed", SOAK ? System.nanoTime() : 20_261_128);
            int event = 0;
            try (Script script = new Script(seed, rules, folder.resolve("script" + i))) {
                for (; event < EVENTS_PER_SCRIPT; event++) {
                    script.event();
                }
                script.everythingIsEqual();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("-Dseed=" + seed + " fails at event " + event, e);
            }
        }
    }
}
