package org.greydaemon.e2e;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// The programs from Debian that tests drive. Without `--install` a missing one skips the test by
/// name; with it, or in CI, it fails the test.
public final class Tools {
    private Tools() {}

    /// Makes sure that `program` is there before the test goes on.
    ///
    /// @param program the name of an executable in PATH
    /// @param debianPackage the package that brings it, for the message
    public static Path require(String program, String debianPackage) {
        Path found = find(program);
        if (found != null) {
            return found;
        }
        String missing =
                program
                        + " is not installed; to run this test: ./check --install (or apt-get"
                        + " install "
                        + debianPackage
                        + ")";
        if (System.getenv("GREYDAEMON_REQUIRE_TOOLS") != null) {
            Assertions.fail(missing);
        }
        Assumptions.abort(missing);
        throw new IllegalStateException(missing);
    }

    /// Makes sure that the test runs as root, which dropping privileges and mounting need.
    public static void requireRoot() {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (!root && System.getenv("GREYDAEMON_REQUIRE_TOOLS") != null) {
            Assertions.fail("this test must run as root; run ./check --install as root");
        }
        Assumptions.assumeTrue(root, "this test must run as root");
    }

    private static @org.jspecify.annotations.Nullable Path find(String program) {
        return Arrays.stream((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .map(dir -> Path.of(dir, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
