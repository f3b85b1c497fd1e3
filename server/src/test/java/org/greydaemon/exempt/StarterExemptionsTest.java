package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The starter file `packaging/exemptions`, as shipped: it exempts nobody, and what it shows is
/// right.
final class StarterExemptionsTest {
    private static final Path FILE =
            Path.of(System.getProperty("project.root"), "packaging", "exemptions");

    @Test
    void asShippedItExemptsNobody() throws MistakeException {
        assertThat(ExemptionFile.read(FILE).size()).isZero();
    }

    @Test
    void itsExamplesCanBeUsedAndLintHasNothingToSay() throws IOException, MistakeException {
        List<String> lines =
                Files.readAllLines(FILE).stream()
                        .map(line -> line.replaceAll("^#(?=[a-z])", ""))
                        .toList();
        ExemptionFile file = ExemptionFile.parse("exemptions", lines);
        assertThat(file.size()).isEqualTo(10);
        Exemptions all =
                Exemptions.of(
                        new ExemptionLists(ClientList.EMPTY, List.of(file), true),
                        AllowedLines.NONE,
                        1_795_651_200);
        assertThat(Lint.of(all, 1_795_651_200, Optional.empty())).isEmpty();
    }
}
