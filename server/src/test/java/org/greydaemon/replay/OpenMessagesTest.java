package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Evidence.Spf;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Which messages are open, and which of them was heard of longest ago.
final class OpenMessagesTest {
    private final MessageNames names = new MessageNames(List.of());
    private final OpenMessages messages = new OpenMessages();

    private MessageAttempt about(int message) {
        Envelope envelope =
                new Envelope(
                        "192.0.2.1",
                        Optional.empty(),
                        "",
                        "sender@site" + message + ".example", // In a local part it were a counter.
                        List.of("b@example.net"),
                        false,
                        Spf.UNKNOWN);
        return names.of(new Recorded(message, envelope, 1, false), false);
    }

    @Test
    void theyAreThoseOfAMapInTheOrderInWhichTheyWereHeardOf() {
        Map<Integer, OpenMessage> model = new LinkedHashMap<>(16, 0.75f, true);
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            int number = random.nextInt(5000);
            MessageAttempt attempted = about(number);
            OpenMessage expected = model.get(number);
            OpenMessage message = messages.heard(attempted.high(), attempted.low());
            assertThat(message).isSameAs(expected);
            if (message == null) {
                message = new OpenMessage(attempted, false, 1);
                messages.add(message);
                model.put(number, message);
            } else if (random.nextInt(3) == 0) {
                messages.remove(message);
                model.remove(number);
            }
            assertThat(messages.size()).isEqualTo(model.size());
        }
        assertThat(inOrder()).containsExactlyElementsOf(model.values());
        assertThat(messages.size()).isZero();
    }

    private List<OpenMessage> inOrder() {
        List<OpenMessage> all = new ArrayList<>();
        for (OpenMessage oldest = messages.oldest(); oldest != null; oldest = messages.oldest()) {
            all.add(oldest);
            messages.remove(oldest);
        }
        return all;
    }
}
