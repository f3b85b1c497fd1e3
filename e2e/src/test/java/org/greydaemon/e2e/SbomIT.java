package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The libraries that were built with are those whose checksums are pinned, and their list.
final class SbomIT {
    @TempDir Path folder;

    @BeforeEach
    void copyLibraries() throws IOException {
        Files.createDirectory(folder.resolve("lib"));
        for (Path jar : jars(Daemon.root().resolve("server/target/lib"))) {
            Files.copy(jar, folder.resolve("lib").resolve(jar.getFileName()));
        }
    }

    private static List<Path> jars(Path libraries) throws IOException {
        try (Stream<Path> files = Files.list(libraries)) {
            return files.sorted().toList();
        }
    }

    private Runs.Ended sbom() throws IOException {
        return Runs.in(
                folder,
                List.of(
                        Daemon.root().resolve("packaging/sbom").toString(),
                        "1.0.0",
                        "lib",
                        Path.of(System.getProperty("java.home"), "release").toString()));
    }

    @Test
    void eachLibraryIsListedWithItsChecksum() throws IOException {
        Runs.Ended list = sbom();
        assertThat(list.status()).as(String.join("\n", list.said())).isZero();
        assertThat(list.said()).contains("  \"bomFormat\": \"CycloneDX\",");
        for (Path jar : jars(folder.resolve("lib"))) {
            String name = jar.getFileName().toString().replaceFirst("-[0-9.]+[.]jar", "");
            assertThat(list.said())
                    .filteredOn(line -> line.contains("\"name\": \"" + name + "\""))
                    .hasSize(1);
        }
    }

    @Test
    void aJarThatWasChangedIsRefused() throws IOException {
        Path jar = jars(folder.resolve("lib")).getFirst();
        byte[] octets = Files.readAllBytes(jar);
        octets[octets.length - 1] ^= 1;
        Files.write(jar, octets);
        assertThat(sbom().said())
                .singleElement()
                .asString()
                .startsWith("sbom: " + jar.getFileName() + " has the checksum ");
    }

    @Test
    void aJarThatNobodyNamedIsRefusedAndOneThatIsMissingToo() throws IOException {
        Path jar = jars(folder.resolve("lib")).getFirst();
        Path other = jar.resolveSibling("other-1.jar");
        Files.copy(jar, other);
        assertThat(sbom().said())
                .singleElement()
                .asString()
                .startsWith("sbom: other-1.jar is not in packaging/libraries; ");
        Files.delete(other);
        Files.delete(jar);
        assertThat(sbom().said())
                .singleElement()
                .asString()
                .startsWith("sbom: lib has no " + jar.getFileName() + "; ");
    }
}
