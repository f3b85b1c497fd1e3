package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A daemon whose shell was killed ends by itself, and no other one does.
final class KeeperTest {
    private long parent = 4711;
    private final List<String> said = new ArrayList<>();
    private boolean isFollowed;
    private int ends;

    private Keeper keeper(Map<String, String> environment) {
        return new Keeper(environment, () -> parent, () -> isFollowed, said::add, () -> ends++);
    }

    private void pass(Keeper keeper, int seconds) {
        for (int i = 0; i < seconds; i++) {
            keeper.everySecond();
        }
    }

    @Test
    void whoseShellWasKilledSaysSoAndEndsAWhileLater() {
        Keeper keeper = keeper(Map.of("GREYDAEMON_KEEPER", "4711"));
        pass(keeper, 100);
        assertThat(said).isEmpty();
        parent = 815; // Of a system whose orphans somebody else adopts than process 1.
        pass(keeper, Keeper.LOOKS - 1);
        assertThat(said)
                .containsExactly(
                        "the shell that kept this daemon was killed; the daemon ends in 20 s"
                                + " unless another one takes over");
        assertThat(ends).isZero();
        pass(keeper, 100);
        assertThat(ends).isOne();
        assertThat(said).hasSize(1);
    }

    /// Who reads twenty million entries needs longer than a shell's daemon that begins to.
    @Test
    void whoIsAboutToBeTakenOverFromAnswersUntilThen() {
        Keeper keeper = keeper(Map.of("GREYDAEMON_KEEPER", "4711"));
        pass(keeper, 1);
        parent = 815;
        isFollowed = true;
        pass(keeper, 10 * Keeper.LOOKS);
        assertThat(ends).isZero();
        isFollowed = false; // The other daemon did not start.
        pass(keeper, 1);
        assertThat(ends).isOne();
    }

    @Test
    void whoseShellWasKilledBeforeItAnswersEndsToo() {
        Keeper keeper = keeper(Map.of("GREYDAEMON_KEEPER", "4711"));
        parent = 1;
        pass(keeper, Keeper.LOOKS);
        assertThat(ends).isOne();
    }

    @Test
    void aShellThatIsTheFirstProcessOfAContainerIsThere() {
        Keeper keeper = keeper(Map.of("GREYDAEMON_KEEPER", "1"));
        parent = 1;
        pass(keeper, 100);
        assertThat(said).isEmpty();
        assertThat(ends).isZero();
    }

    /// `run` may start the daemon through a program that stays.
    @Test
    void whoIsNoChildOfTheShellsLooksForNothing() {
        Keeper keeper = keeper(Map.of("GREYDAEMON_KEEPER", "4711"));
        parent = 815;
        pass(keeper, 100);
        assertThat(ends).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "x", "-1", "99999999999999999999"})
    void whomNoShellKeepsIsLeftAlone(String number) {
        Keeper keeper = keeper(Map.of("GREYDAEMON_KEEPER", number));
        parent = 1;
        pass(keeper, 100);
        Keeper none = keeper(Map.of());
        pass(none, 100);
        assertThat(said).isEmpty();
        assertThat(ends).isZero();
    }
}
