package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

final class DigestsTest {
    private final Digests digests = new Digests();

    private static RequestReader request(String lines) {
        RequestReader reader = new RequestReader();
        byte[] octets = (lines + "\n\n").getBytes(ISO_8859_1);
        System.arraycopy(octets, 0, reader.octets(), 0, octets.length);
        reader.received(octets.length);
        assertThat(reader.read()).isEqualTo(RequestReader.SoFar.REQUEST);
        return reader;
    }

    private static String message(String instance, String client, String sender) {
        return "instance=%s\nclient_address=%s\nsender=%s".formatted(instance, client, sender);
    }

    /// What ends in one value does not begin the next one: a client chooses its sender.
    @Test
    void messagesDifferInInstanceClientAndSender() {
        Set<Instance> seen = new HashSet<>();
        for (String lines :
                List.of(
                        message("1", "192.0.2.7", "a@b"),
                        message("2", "192.0.2.7", "a@b"),
                        message("1", "192.0.2.70", "a@b"),
                        message("1", "192.0.2.7", "0a@b"),
                        message("1", "192.0.2.7", ""),
                        message("1", "", "192.0.2.7"))) {
            assertThat(seen.add(digests.message(request(lines)))).as(lines).isTrue();
        }
    }

    @Test
    void aMessageIsTheSameWhateverElseIsSaid() {
        String lines = message("1", "192.0.2.7", "a@b");
        Instance message = digests.message(request(lines));
        digests.request(request(lines));
        assertThat(digests.message(request(lines + "\nrecipient=c@d"))).isEqualTo(message);
    }

    @Test
    void requestsDifferInStateAndRecipient() {
        assertThat(digests.request(request("protocol_state=RCPT\nrecipient=a@b")))
                .isEqualTo(digests.request(request("recipient=a@b\nprotocol_state=RCPT\nsize=1")))
                .isNotEqualTo(digests.request(request("protocol_state=RCPT\nrecipient=b@b")))
                .isNotEqualTo(digests.request(request("protocol_state=DATA\nrecipient=a@b")));
    }
}
