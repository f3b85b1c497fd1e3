package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The names of entries, wherever their parts stand in the text they are taken from.
final class KeyTest {
    private static final byte[] LONG = "x".repeat(5000).getBytes(US_ASCII);

    private final Key key = new Key();

    private String text() {
        return new String(key.bytes(), 0, key.length(), US_ASCII);
    }

    @Test
    void itsPartsAreTakenFromTheMiddle() {
        byte[] text = "..client..sender..recipient..".getBytes(US_ASCII);
        key.client(text, 2, 8);
        assertThat(text()).isEqualTo("client");
        key.triplet(text, 10, 16, 18, 27);
        assertThat(text()).isEqualTo("clientsenderrecipient");
        assertThat(key.clientLength()).isEqualTo(6);
        assertThat(key.senderLength()).isEqualTo(6);
        assertThat(key.recipientLength()).isEqualTo(9);
        assertThat(key.isTriplet()).isTrue();
        key.named(Key.Kind.POOL_LINK, text, 10, 16);
        assertThat(key.senderLength()).isZero();
        key.withSender(Key.Kind.POOL_LINK, text, 18, 27);
        assertThat(text()).isEqualTo("senderrecipient");
        assertThat(key.senderLength()).isEqualTo(9);
        key.digest(Key.Kind.NETWORK_TRIPLET, text, 2);
        assertThat(text()).isEqualTo("client..sender..");
        assertThat(key.senderLength()).isZero();
        assertThat(key.recipientLength()).isZero();
    }

    @Test
    void itHoldsTheLongestThatMayBeAndNothingLonger() {
        key.client(LONG, 1, 1 + Key.CLIENT_MAX);
        key.triplet(LONG, 9, 9 + Key.ADDRESS_MAX, 2000, 2000 + Key.ADDRESS_MAX);
        assertThat(key.length()).isEqualTo(Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX);
        key.withSender(Key.Kind.HOST_SENDER, LONG, 9, 9 + Key.ADDRESS_MAX);
        assertThat(key.length()).isEqualTo(Key.CLIENT_MAX + Key.ADDRESS_MAX);
        assertThatThrownBy(() -> key.client(LONG, 1, 2 + Key.CLIENT_MAX))
                .hasMessage("client text of 256 octets");
        assertThatThrownBy(() -> key.triplet(LONG, 9, 10 + Key.ADDRESS_MAX, 0, 1))
                .hasMessage("address longer than 2048 octets");
        assertThatThrownBy(() -> key.triplet(LONG, 0, 1, 9, 10 + Key.ADDRESS_MAX))
                .hasMessage("address longer than 2048 octets");
        assertThatThrownBy(
                        () -> key.withSender(Key.Kind.HOST_SENDER, LONG, 9, 10 + Key.ADDRESS_MAX))
                .hasMessage("address longer than 2048 octets");
    }

    @Test
    void onlyAClientWithoutAnAddressIsInNoNetwork() {
        key.network(1, 2);
        key.named(Key.Kind.SUSPECT, LONG, 0, 3);
        key.digest(Key.Kind.HOST_TRIPLET, LONG, 0);
        assertThat(key.networkHigh()).isEqualTo(1);
        assertThat(key.networkLow()).isEqualTo(2);
        key.client(LONG, 0, 3);
        assertThat(key.networkHigh()).isEqualTo(-1);
        assertThat(key.networkLow()).isEqualTo(-1);
    }

    /// Which host a key is of is known by its whole address only.
    @Test
    void aKeyTellsWhichHostOfTheNetworkMadeIt() {
        key.maker(0, 0xffff_c000_0207L);
        assertThat(key.networkLow()).isEqualTo(0xffff_c000_0200L);
        assertThat(key.host()).isEqualTo(8);
        key.named(Key.Kind.SUSPECT, LONG, 0, 3);
        assertThat(key.host()).isEqualTo(8);
        key.network(0, 0xffff_c000_0200L);
        assertThat(key.host()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Key.Kind.class)
    void aKindHasAWordForPeopleAndSaysWhetherItIsATriplet(Key.Kind kind) {
        assertThat(kind.word()).matches("[a-z]+(-[a-z]+)*");
        assertThat(kind.isTriplet()).isEqualTo(kind.name().endsWith("TRIPLET"));
    }

    @Test
    void theNumbersOfTheKindsHaveNoGaps() {
        assertThat(Arrays.stream(Key.Kind.values()).map(Key.Kind::number))
                .containsExactlyElementsOf(
                        IntStream.range(0, Key.Kind.values().length).boxed().toList());
    }
}
