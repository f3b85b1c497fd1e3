package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the doctor's tests read: configurations of the documents, and findings.
final class DoctorTexts {
    private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));

    private DoctorTexts() {}

    /// A block of a document, by the name behind its backticks.
    static String block(String document, String name) throws IOException {
        Matcher block =
                Pattern.compile("(?s)```" + name + "\n(.*?)```")
                        .matcher(Files.readString(ROOT.resolve("docs/" + document)));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    /// One that answers everybody, each at the usual place.
    static Daemon usualDaemon() {
        return Daemon.of(
                List.of("udp 127.0.0.1:1999", "policy 127.0.0.1:10023", "milter 127.0.0.1:10030"));
    }

    /// @param found what one of the findings says; null if there should be none
    static void assertFound(List<String> findings, @Nullable String found) {
        if (found == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).anySatisfy(line -> assertThat(line).contains(found));
        }
    }

    static List<String> texts(List<Finding> findings) {
        return findings.stream().map(Finding::toString).toList();
    }
}
