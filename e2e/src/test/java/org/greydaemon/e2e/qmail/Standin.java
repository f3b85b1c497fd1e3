package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The stand-in for qmail-smtpd, built from its source tree as a postmaster builds qmail.
final class Standin {
    private Standin() {}

    /// Builds qmail-smtpd as it comes, in the new folder `tree`.
    static Path unpatched(Path tree) {
        copy(tree);
        return make(tree);
    }

    /// Builds qmail-smtpd with greylisting by apply.sh, in the new folder `tree`.
    static Path patched(Path tree) {
        copy(tree);
        Run.Result apply = Run.run(Programs.QMAIL.resolve("apply.sh").toString(), tree.toString());
        assertThat(apply.exit()).as(apply.err()).isZero();
        return make(tree);
    }

    private static void copy(Path tree) {
        try {
            ApplyIT.copyStandin(Files.createDirectories(tree));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path make(Path tree) {
        Tools.require("make", "make");
        Tools.require("gcc", "gcc");
        Run.Result make = Run.run("make", "-C", tree.toString(), "qmail-smtpd");
        assertThat(make.exit()).as(make.err()).isZero();
        return tree.resolve("qmail-smtpd");
    }
}
