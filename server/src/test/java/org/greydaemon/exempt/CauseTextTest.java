package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Cause;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

/// What the log calls the line that has decided, `by=`.
final class CauseTextTest {
    private static String written(Cause cause) {
        byte[] text = new byte[Cause.TEXT_MAX + 7];
        return new String(text, 7, cause.write(text, 7) - 7, US_ASCII);
    }

    private static String allowed(String who, @Nullable String to) throws Exception {
        return written(
                Allowed.parse(who, Optional.ofNullable(to), Exemption.FOREVER, "root")
                        .getFirst()
                        .line()
                        .exemption());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, allowed:192.0.2.7",
        "2001:db8::/32, allowed:2001:db8::/32",
        ".example.org, allowed:host:.example.org",
        "alice@example.org, allowed:sender:alice@example.org",
        "client 192.0.2.7 sender @b.example, allowed:client:192.0.2.7:sender:@b.example",
        "host m\u00fcller.example, allowed:host:m?ller.example",
    })
    void whoWasAllowedIsSaid(String who, String by) throws Exception {
        assertThat(allowed(who, null)).isEqualTo(by);
    }

    @Test
    void soIsTheRecipient() throws Exception {
        assertThat(allowed("@a.example", "carol@example.net"))
                .isEqualTo("allowed:sender:@a.example:recipient:carol@example.net");
    }

    @Test
    void whatIsLongerThanItsRoomEndsInDots() throws Exception {
        String name = "x".repeat(60) + ".";
        String by = allowed(name + name + name + "example", null);
        assertThat(by).startsWith("allowed:host:xxx").endsWith("xxx...").hasSize(Cause.TEXT_MAX);
    }

    @Test
    void aLineOfAFileIsItsPlace() throws Exception {
        Exemption line =
                ExemptionFile.parse(
                                "/etc/grey daemon/allowed", java.util.List.of("client 192.0.2.1"))
                        .lines()
                        .getFirst()
                        .exemption();
        assertThat(written(line)).isEqualTo("allowed:1");
    }
}
