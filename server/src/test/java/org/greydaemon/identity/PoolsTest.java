package org.greydaemon.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The shipped list of pools, and what an operator may write.
final class PoolsTest {
    private static final Path SHIPPED =
            Path.of(System.getProperty("project.root"), "packaging/pools");

    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("pools"), text);
    }

    private static List<String[]> shipped() throws IOException {
        List<String[]> lines = new ArrayList<>();
        for (String line : Files.readAllLines(SHIPPED)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                lines.add(line.split("\\s+#\\s", 2));
            }
        }
        return lines;
    }

    @Test
    void theShippedListIsTheBuiltInOne() throws Exception {
        Pools read = Pools.read(SHIPPED);
        assertThat(read.size()).isEqualTo(Pools.builtIn().size()).isBetween(100, 400);
        for (String[] line : shipped()) {
            assertThat(Pools.builtIn().contains(line[0])).as(line[0]).isTrue();
        }
    }

    @Test
    void eachLineHasAFactAndStandsOnce() throws IOException {
        assertThat(shipped()).allSatisfy(line -> assertThat(line).hasSize(2));
        assertThat(shipped().stream().map(line -> line[0])).doesNotHaveDuplicates();
    }

    /// Else a host below it never belongs to it.
    @Test
    void eachIsARegistrableDomain() throws IOException {
        PublicSuffixes suffixes = PublicSuffixes.load(List.of());
        for (String[] line : shipped()) {
            assertThat(suffixes.registrable("mx1.eu." + line[0])).isEqualTo(line[0]);
        }
    }

    /// Where strangers can have hosts named, a pool would prove them.
    @Test
    void noneIsADomainOfRentedMachines() {
        Pools pools = Pools.builtIn();
        for (String domain :
                List.of(
                        "amazonaws.com",
                        "googleusercontent.com",
                        "your-server.de",
                        "linode.com",
                        "vultrusercontent.com",
                        "contaboserver.net",
                        "stratoserver.net",
                        "onlinehome-server.info",
                        "digitalocean.com",
                        "github.io",
                        "myshopify.com",
                        "kabel-deutschland.de",
                        "t-ipconnect.de",
                        "wanadoo.fr",
                        "hinet.net")) {
            assertThat(pools.contains(domain)).as(domain).isFalse();
        }
    }

    @Test
    void aFileIsRead() throws Exception {
        Pools pools =
                Pools.read(file("\ufeff# mine\r\n\r\nExample.COM. # why\n  example.org\t#\n"));
        assertThat(pools.size()).isEqualTo(2);
        assertThat(pools.contains("example.com")).isTrue();
        assertThat(pools.contains("mail.example.com")).isFalse();
    }

    @Test
    void aListTakesDomainsOfOthersAway() throws Exception {
        Pools own =
                Pools.read(file("!ovh.net # my neighbours rent there\nexample.com\n! Yahoo.com\n"));
        Pools pools = Pools.builtIn().with(own);
        assertThat(pools.contains("ovh.net")).isFalse();
        assertThat(pools.contains("yahoo.com")).isFalse();
        assertThat(pools.contains("example.com")).isTrue();
        assertThat(pools.size()).isEqualTo(Pools.builtIn().size() - 1);
        assertThat(Pools.builtIn().facts().get("google.com")).startsWith("Gmail");
    }

    @Test
    void eachBadLineIsNamed() throws IOException {
        Path file =
                file(
                        """
                        example.com
                        *.example.org
                        example.net because
                        localhost
                        192.0.2.1
                        -a.b
                        """);
        assertThatThrownBy(() -> Pools.read(file))
                .asInstanceOf(throwable(MistakeException.class))
                .extracting(MistakeException::problems)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(String.class))
                .containsExactly(
                        file
                                + ":2: '*.example.org' is no domain; leave out what is before its"
                                + " first letter",
                        file
                                + ":3: 'example.net because' is no domain; write one as"
                                + " example.com, and # before what explains it",
                        file
                                + ":4: 'localhost' is no domain; write one as example.com, and #"
                                + " before what explains it",
                        file
                                + ":5: '192.0.2.1' is no domain; write one as example.com, and #"
                                + " before what explains it",
                        file
                                + ":6: '-a.b' is no domain; write one as example.com, and #"
                                + " before what explains it");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        Path file = folder.resolve("none");
        assertThatThrownBy(() -> Pools.read(file))
                .hasMessage(file + ": there is no such file; make it, an empty one will do");
    }

    @Test
    void theOperatorAddsHisOwn() {
        Pools pools = Pools.builtIn().with(List.of("Example.com"));
        assertThat(pools.contains("example.com")).isTrue();
        assertThat(pools.contains("google.com")).isTrue();
        assertThat(Pools.builtIn().contains("example.com")).isFalse();
        assertThatThrownBy(() -> pools.with(List.of("com"))).hasMessageContaining("'com'");
    }
}
