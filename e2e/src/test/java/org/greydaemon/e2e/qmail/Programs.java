package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Tools;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The programs of `qmail/`, built once with every warning an error and with AddressSanitizer and
/// UBSan, into `e2e/target`; a finding ends the program with exit code 99 and its report.
final class Programs {
    static final Path QMAIL = Daemon.root().resolve("qmail");
    static final Path TARGET = QMAIL.resolveSibling("e2e/target/qmail");

    /// The environment under which sanitized programs run.
    static final Map<String, String> SANITIZERS =
            Map.of(
                    "ASAN_OPTIONS",
                    "exitcode=99",
                    "UBSAN_OPTIONS",
                    "exitcode=99:print_stacktrace=1");

    private static final String FLAGS =
            "-std=c99 -O1 -g -Wall -Wextra -Werror -pedantic -fsanitize=address,undefined"
                    + " -fno-sanitize-recover=all";

    private Programs() {}

    /// Answers questions put to grey.c, see qmail/test/asks.c.
    static Path asks() {
        return build("asks");
    }

    static Path greyqueue() {
        return build("greyqueue");
    }

    static Path greyq() {
        return build("greyq");
    }

    private static synchronized Path build(String program) {
        Tools.require("make", "make");
        Tools.require("gcc", "gcc");
        Path folder = TARGET.resolve("sanitized");
        Path built = folder.resolve(program);
        Run.run("mkdir", "-p", folder.toString());
        // Tests run side by side in several processes.
        Run.Result make =
                Run.run(
                        "flock",
                        folder.resolve("lock").toString(),
                        "make",
                        "-s",
                        "-C",
                        QMAIL.toString(),
                        "CC=gcc",
                        "CFLAGS=" + FLAGS,
                        "BUILD=" + folder,
                        built.toString());
        assertThat(make.exit()).as("make %s: %s", program, make.err()).isZero();
        assertThat(Files.isExecutable(built)).isTrue();
        return built;
    }
}
