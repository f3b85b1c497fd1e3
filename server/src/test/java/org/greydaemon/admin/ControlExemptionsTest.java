package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What greyctl says of the operator's own lines, and changes in them.
final class ControlExemptionsTest extends ControlConversation {
    private final Path folder;

    ControlExemptionsTest(@TempDir Path folder) throws IOException {
        super(folder);
        this.folder = folder;
    }

    @Test
    void whoIsAllowedPassesUntilDisallowedAndTheLogSaysWhy() {
        assertThat(ask("\"command\":\"allow\",\"client\":\"192.0.2.7\",\"reason\":\"t\\n4711\""))
                .isEqualTo("{\"ok\":true,\"clients\":[\"192.0.2.7\"]}");
        assertThat(log).containsExactly("control:  allowed 192.0.2.7: t\\x0a4711");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"exempt\"");
        assertThat(ask("\"command\":\"exemptions\"").lines())
                .contains(
                        "{\"place\":\"allowed\",\"exempt\":\"client"
                                + " 192.0.2.7\",\"uses\":0,\"reason\":\": t 4711\"}");
        assertThat(ask("\"command\":\"disallow\",\"client\":\"192.0.2.7\""))
                .isEqualTo(
                        "{\"ok\":true,\"allowed\":true,\"whom\":\"192.0.2.7\",\"proven\":false}");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"new\"");
    }

    @Test
    void whoIsAllowedForATimePassesUntilItsEnd() {
        assertThat(ask("\"command\":\"allow\",\"client\":\"192.0.2.0/24\",\"for\":3600"))
                .isEqualTo("{\"ok\":true,\"clients\":[\"192.0.2.0/24\"],\"until\":1700003600}");
        gate.pass(3599);
        exemptions.everySecond();
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"exempt\"");
        gate.pass(1);
        exemptions.everySecond();
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"new\"");
    }

    @Test
    void networksOfMillionsMustBeMeant() {
        for (String clients : List.of("0.0.0.0/0", "64", "::/0", "2000::/3")) {
            assertThat(ask("\"command\":\"allow\",\"client\":\"" + clients + "\""))
                    .startsWith("{\"ok\":false,\"error\":\"")
                    .endsWith("is millions of addresses of many owners\",\"wide\":true}");
        }
        for (String who : List.of("*@*", ".org", "host *")) {
            assertThat(ask("\"command\":\"allow\",\"client\":\"" + who + "\""))
                    .endsWith("is everybody, or nearly\",\"wide\":true}");
        }
        for (String who : List.of("suspect", "confirmed", "tls", "spf none", "spf pass")) {
            assertThat(ask("\"command\":\"allow\",\"client\":\"" + who + "\""))
                    .endsWith(
                            who
                                    + " names nobody, so all strangers would pass of whom that is"
                                    + " true\",\"wide\":true}");
        }
        assertThat(log).isEmpty();
        String own = "\"command\":\"allow\",\"client\":\"10.0.0.0/8\"";
        assertThat(ask(own)).startsWith("{\"ok\":true,");
        String meant = "\"command\":\"allow\",\"client\":\"64\",\"wide\":true";
        assertThat(ask(meant)).isEqualTo("{\"ok\":true,\"clients\":[\"64.0.0.0/8\"]}");
    }

    @Test
    void aSenderToARecipientIsAllowedAndOthersAreNot() {
        String allowed = "\"client\":\"a@example.org\",\"to\":\"b@example.net\"";
        assertThat(ask("\"command\":\"allow\"," + allowed))
                .isEqualTo(
                        "{\"ok\":true,\"clients\":[\"sender a@example.org recipient"
                                + " b@example.net\"]}");
        assertThat(log).containsExactly("control:  allowed a@example.org to b@example.net");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"exempt\"");
        assertThat(ask("\"command\":\"explain\"," + ENVELOPE))
                .contains("yes: allowed: sender a@example.org recipient b@example.net");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE.replace("b@example", "c@example")))
                .contains("\"new\"");
        assertThat(ask("\"command\":\"disallow\"," + allowed))
                .contains("\"allowed\":true,\"whom\":\"sender a@example.org recipient");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"new\"");
    }

    @Test
    void whoAllowsWhatAnybodyCanSayHearsSo() {
        assertThat(ask("\"command\":\"allow\",\"client\":\"@example.org\""))
                .contains("\"remark\":\"anybody can say so; add a client or host to the line\"");
    }

    @Test
    void whoIsDisallowedIsNoLongerProvenAndHearsWhatElseLetsItPass() {
        prove("198.51.100.7");
        assertThat(ask("\"command\":\"disallow\",\"client\":\"198.51.100.7\""))
                .isEqualTo(
                        "{\"ok\":true,\"allowed\":false,\"whom\":\"198.51.100.7\",\"proven\":true,\"exempt\":\"test:1:"
                            + " 198.51.100\"}");
    }

    @Test
    void lintSaysWhatToThinkAbout() {
        ask("\"command\":\"allow\",\"client\":\"198.51.100.9\"");
        gate.pass(86_400);
        assertThat(ask("\"command\":\"lint\"").lines())
                .containsExactly(
                        "{\"place\":\"allowed\",\"exempt\":\"client"
                                + " 198.51.100.9\",\"kind\":\"shadowed\",\"finding\":\"test:1:"
                                + " 198.51.100 lets pass all that it does; take one of them out\"}",
                        "{\"place\":\"test:1\",\"exempt\":\"198.51.100\",\"kind\":\"unused\",\"finding\":\"it"
                            + " has let no mail pass since the daemon started 1 d ago; is it still"
                            + " needed?\"}",
                        "{\"ok\":true,\"entries\":2}");
    }

    @Test
    void aNetworkThatWasProvenElsewhereIsAllowedUntilThatWouldBeForgotten() {
        String lines =
                """
                {"network":"192.0.2.0/24","last_seen":1699999000}
                {"network":"192.0.2.0/24","last_seen":1699990000}
                {"network":"203.0.113.0/24","last_seen":1600000000}
                {"network":"10.0.0.0/8","last_seen":1699999000}
                """;
        assertThat(control.ask("{\"command\":\"import\"}\n" + lines))
                .startsWith(
                        "{\"ok\":true,\"read\":4,\"remembered\":2,\"malformed\":1,\"networks\":2,\"problem\":\"entry"
                            + " 4: network: '10.0.0.0/8' is no network");
        assertThat(ask("\"command\":\"exemptions\""))
                .contains("\"client 192.0.2.0/24\",\"uses\":0,\"until\":1700603800");
    }

    /// Of IPv6 a /16 is a large part of all that is in use; a /32 is one provider.
    @Test
    void ofIpv6NoNetworkIsBroughtInThatIsWiderThanAProvidersOne() {
        String lines =
                """
                {"network":"2001:db8::/32","last_seen":1699999000}
                {"network":"2001::/31","last_seen":1699999000}
                {"network":"2a00::/16","last_seen":1699999000}
                """;
        assertThat(control.ask("{\"command\":\"import\"}\n" + lines))
                .contains("\"malformed\":2,\"networks\":1")
                .contains("entry 2: network: '2001::/31' is no network, or too large a one");
    }

    /// Another host's clock was ahead: nobody has been proven there later than now.
    @Test
    void aNetworkThatWasProvenInTheFutureIsAllowedAsIfThatWereNow() {
        assertThat(
                        control.ask(
                                """
                                {"command":"import"}
                                {"network":"192.0.2.0/24","last_seen":999999999999999}
                                """))
                .contains("\"networks\":1");
        assertThat(ask("\"command\":\"exemptions\""))
                .contains("\"client 192.0.2.0/24\",\"uses\":0,\"until\":1700604800");
    }

    /// The disk is at fault, and neither the client nor the recipient.
    @Test
    void whatCannotBeKeptIsSaidOfItsFile() throws IOException {
        for (String file : List.of("savefile.allowed", "savefile.expected")) {
            Files.createDirectories(folder.resolve(file).resolve("in the way"));
        }
        String says =
                "{\"ok\":false,\"error\":\"%s: is a folder, so no file can take that name; move it"
                        + " away, or name another place; nothing has changed\"}";
        assertThat(ask("\"command\":\"allow\",\"client\":\"192.0.2.7\""))
                .isEqualTo(says.formatted(folder.resolve("savefile.allowed")));
        assertThat(ask("\"command\":\"expect\",\"to\":\"carol@example.net\""))
                .isEqualTo(says.formatted(folder.resolve("savefile.expected")));
    }

    /// A range is several networks, and a disk may fail at any moment: all of it is said or
    /// nothing.
    @Test
    void aRangeIsDisallowedAsAWhole() {
        String range = "\"client\":\"192.0.2.1-192.0.2.6\"";
        assertThat(ask("\"command\":\"allow\"," + range))
                .isEqualTo(
                        "{\"ok\":true,\"clients\":[\"192.0.2.1\",\"192.0.2.2/31\",\"192.0.2.4/31\",\"192.0.2.6\"]}");
        Path file = folder.resolve("savefile.allowed");
        exemptions.tell(changed -> {
            gate.gate().exempt(changed);
            putInTheWay(file);
        });
        assertThat(ask("\"command\":\"disallow\"," + range))
                .startsWith("{\"ok\":true,\"allowed\":true,");
        assertThat(ask("\"command\":\"exemptions\"")).doesNotContain("192.0.2");
        assertThat(log).contains("control:  disallowed 192.0.2.1-192.0.2.6");
    }

    private static void putInTheWay(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.createDirectories(file.resolve("in the way"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
