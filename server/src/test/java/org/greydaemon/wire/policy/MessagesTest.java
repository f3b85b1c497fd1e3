package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MessagesTest {
    private final Messages messages = new Messages();

    @Test
    void onlyTheSameRequestIsRepeatedAndOnlyForAMoment() {
        messages.answered("m", "RCPTb@c", "DUNNO", 100);
        assertThat(messages.repeated("m", "RCPTb@c", 110)).isEqualTo("DUNNO");
        assertThat(messages.repeated("m", "RCPTd@c", 100)).isEmpty();
        assertThat(messages.repeated("n", "RCPTb@c", 100)).isEmpty();
        assertThat(messages.repeated("m", "RCPTb@c", 111)).isEmpty();
    }

    @Test
    void recipientsAreRememberedOnceEachAndUpToABound() {
        for (int i = 0; i < 2 * Messages.RECIPIENTS_MAX; i++) {
            messages.recipient("m", "b" + i / 2 + "@c", 100);
        }
        messages.recipient("m", "onemore@c", 100);
        assertThat(messages.recipients("m", 100))
                .hasSize(Messages.RECIPIENTS_MAX)
                .doesNotHaveDuplicates()
                .doesNotContain("onemore@c");
    }

    @Test
    void aMessageIsForgottenAnHourAfterItsLastRequest() {
        messages.recipient("m", "b@c", 100);
        assertThat(messages.recipients("m", 3700)).hasSize(1);
        assertThat(messages.recipients("m", 3701)).isEmpty();
        messages.recipient("n", "b@c", 3701);
        assertThat(messages.octets()).isLessThan(400);
    }

    @Test
    void aMessageIsMarkedOnce() {
        assertThat(messages.mark("m", 100)).isTrue();
        assertThat(messages.mark("m", 100)).isFalse();
        assertThat(messages.mark("n", 100)).isTrue();
    }

    @Test
    void aFloodOfMessagesPushesTheOldestOut() {
        String text = "x".repeat(1000);
        messages.answered("first", "r", "DUNNO", 0);
        for (int i = 0; i < 20_000; i++) {
            messages.recipient("m" + i, text, 0);
            assertThat(messages.octets()).isLessThanOrEqualTo(4 << 20);
        }
        assertThat(messages.repeated("first", "r", 0)).isEmpty();
        assertThat(messages.recipients("m19999", 0)).hasSize(1);
    }
}
