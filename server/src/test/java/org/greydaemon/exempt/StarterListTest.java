package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The starter list `packaging/greywhite`, as shipped.
final class StarterListTest {
    private static final Path FILE =
            Path.of(System.getProperty("project.root"), "packaging", "greywhite");

    @Test
    void everyEntryHasItsReasonAndNobodyIsExemptByAccident() throws Exception {
        ClientList list = ClientList.read(FILE);
        assertThat(list.exemptions())
                .isNotEmpty()
                .allSatisfy(exemption -> assertThat(exemption.reason()).isNotEmpty());
        assertThat(list.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "10.1.2.3, true",
        "172.15.255.255, false",
        "172.16.0.0, true",
        "172.31.255.255, true",
        "172.32.0.0, false",
        "192.168.1.1, true",
        "169.254.1.1, true",
        "100.64.0.1, false",
        "192.0.2.25, false",
        "1.9.9.9, false",
        "::1, true",
        "fd00::1, true",
        "fe80::1, true",
        "2001:db8::25, false",
        "2600::1, false",
    })
    void onlyPrivateNetworksAreExempt(String client, boolean exempt) throws Exception {
        IpAddress address = IpAddress.parse(client).orElseThrow();
        assertThat(ClientList.read(FILE).contains(address.high(), address.low())).isEqualTo(exempt);
    }

    @Test
    void examplesOfTheCommentsCanBeUsedAsTheyStand() throws Exception {
        List<String> examples =
                Files.readAllLines(FILE).stream()
                        .filter(line -> line.matches("#[^ ].*"))
                        .map(line -> line.substring(1))
                        .toList();
        assertThat(ClientList.parse("examples", examples).exemptions())
                .hasSizeGreaterThan(8)
                .allSatisfy(exemption -> assertThat(exemption.reason()).isNotEmpty());
    }

    @Test
    void formsInTheHeadingAreRead() throws Exception {
        List<String> forms =
                Files.readAllLines(FILE).stream()
                        .takeWhile(line -> !line.startsWith("# Host names"))
                        .filter(line -> line.matches("# {3}\\S.*"))
                        .map(line -> line.replaceFirst("# +(\\S+) .*", "$1"))
                        .toList();
        assertThat(forms).hasSize(7).contains("192.0.[2-3].45", "2001:db8:25::/48");
        assertThat(ClientList.parse("forms", forms).exemptions()).hasSize(7);
    }
}
