package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

final class FaultLogTest {
    private final List<String> lines = new ArrayList<>();
    private final FaultLog log =
            new FaultLog((octets, length) ->
                    lines.add(new String(octets, 0, length, StandardCharsets.UTF_8)));

    @Test
    void lineSaysWhoAndWhyAndHoldsNoControlCharacters() {
        log.closed("milter 127.0.0.1:4242", "no command\n\u001b[2J");
        assertThat(lines)
                .containsExactly(
                        "milter 127.0.0.1:4242: no command\\x0a\\x1b[2J; connection closed");
    }
}
