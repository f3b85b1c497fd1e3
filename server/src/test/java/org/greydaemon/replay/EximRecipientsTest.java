package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Recipients in lines of Exim's main log, however many a line has.
final class EximRecipientsTest {
    private static final int MANY = 20_000;

    @Test
    void aLineMayNameThousands() {
        String line = "<= a@x S=1" + " for " + "b@y ".repeat(MANY) + "c@y";
        assertThat(EximRecipients.named(line, 0)).hasSize(MANY + 1).endsWith("b@y", "c@y");
    }

    @Test
    void aNameInQuotesMayBeLong() {
        String quoted = "\"" + "a".repeat(MANY) + "\\\"".repeat(MANY) + "\"@y";
        assertThat(EximRecipients.named("x for " + quoted + " c@y", 0))
                .containsExactly(quoted, "c@y");
        assertThat(EximRecipients.named("x for " + quoted + " c", 0)).isEmpty();
    }
}
