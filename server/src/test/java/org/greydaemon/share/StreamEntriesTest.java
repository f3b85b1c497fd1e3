package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import redis.clients.jedis.exceptions.JedisDataException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whatever id an entry has, it is read, and what no clock can have given is told apart.
final class StreamEntriesTest {
    private static final String LAST = "18446744073709551615-18446744073709551615";

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static List<?> reply(String id) {
        List<byte[]> fields = List.of(octets("h"), octets("mx"), octets("c"), octets("N\n"));
        return List.of(List.of(octets("stream"), List.of(List.of(octets(id), fields))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0-1", "1800000000000-0", "9223372036854775808-9223372036854775808", LAST})
    void anIdHasTwoHalvesOf64Bits(String id) throws EngineException {
        assertThat(StreamEntries.written(reply(id), "0-0", 32))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.id()).isEqualTo(id);
                    assertThat(entry.host()).isEqualTo("mx");
                    assertThat(new String(entry.lines().array(), ISO_8859_1)).isEqualTo("N\n");
                });
        assertThat(StreamEntries.written(null, "0-0", 32)).isEmpty();
    }

    private static List<?> reply(String... ids) {
        List<List<?>> entries = new ArrayList<>();
        for (String id : ids) {
            entries.add(List.of(octets(id), List.of(octets("h"), octets("mx"))));
        }
        return List.of(List.of(octets("stream"), entries));
    }

    /// It would be read for ever.
    @ParameterizedTest
    @CsvSource({
        "1800000000000-5, 1800000000000-5",
        "1800000000000-5, 1800000000000-4",
        "1800000000000-5, 1799999999999-9",
        "9223372036854775808-7, 9223372036854775808-7"
    })
    void whatWasReadBeforeIsNotReadAgain(String after, String id) throws EngineException {
        assertThatThrownBy(() -> StreamEntries.written(reply(id), after, 32))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("repeats what was read before");
        String later = "18446744073709551615-1";
        assertThatThrownBy(() -> StreamEntries.written(reply(later, later), after, 32))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("repeats");
        assertThat(StreamEntries.written(reply(later), after, 1)).hasSize(1);
        assertThatThrownBy(() -> StreamEntries.written(reply(later, LAST), after, 1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("makes no sense");
    }

    @Test
    void whatIsNoStreamIsStrange() {
        for (Object reply : List.of("x", List.of(), reply("x"), List.of(List.of(1L)))) {
            assertThatThrownBy(() -> StreamEntries.written(reply, "0-0", 32))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("XREAD");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0-0, 0, false",
        "1800000000000-18446744073709551615, 1800000000000, false",
        "9223372036854775806-0, 9223372036854775806, false",
        "9223372036854775808-0, 9223372036854775807, true",
        LAST + ", 9223372036854775807, true",
        "rubbish, 0, false"
    })
    void aPlaceAtTheEndOfAllTimesIsTold(String id, long millis, boolean isBeyond) {
        assertThat(StreamEntries.millis(id)).isEqualTo(millis);
        assertThat(StreamEntries.isBeyond(id)).isEqualTo(isBeyond);
    }

    /// Only that stream waits.
    @Test
    void aStreamThatTakesNothingMoreIsNamedWithTheRemedy() {
        JedisDataException full =
                new JedisDataException(
                        "ERR The stream has exhausted the last possible ID, unable to add more"
                                + " items");
        full.setStackTrace(
                new StackTraceElement[] {
                    new StackTraceElement("redis.clients.jedis.Protocol", "process", null, 1)
                });
        EngineException its =
                EngineFault.in(
                        "greydaemon:{x:02}:s",
                        "greydaemon:{x:02}:e",
                        EngineFault.of(full, Optional.empty()));
        assertThat(its.words())
                .startsWith("greydaemon:{x:02}:s: an entry has an id")
                .contains("DEL greydaemon:{x:02}:s greydaemon:{x:02}:e,");
        assertThat(its.isConnectionOver()).isFalse();
    }
}
