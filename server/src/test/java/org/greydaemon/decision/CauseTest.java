package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What decides where the operator has written nothing.
final class CauseTest {
    @Test
    void whereNothingIsWrittenTheRulesDecideAsTheyAre() {
        Cause none = Cause.NONE;
        assertThat(none.write(new byte[Cause.TEXT_MAX], 3)).isEqualTo(3);
        assertThat(none.isLine()).isFalse();
        assertThat(none.take(Attempts.attempt("192.0.2.1", "a@b", "c@d"))).isTrue();
        assertThat(none.passes()).isFalse();
        assertThat(none.observes()).isFalse();
        assertThat(none.waits().isUsual()).isTrue();
        assertThat(none.reply()).isEmpty();
    }
}
