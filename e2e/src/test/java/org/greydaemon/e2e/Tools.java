package org.greydaemon.e2e;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
        return missing(
                program
                        + " is not installed; to run this test: ./check --install (or apt-get"
                        + " install "
                        + debianPackage
                        + ")");
    }

    /// Makes sure that Perl has a module.
    ///
    /// @param module its name
    /// @param debianPackage the package that brings it, for the message
    public static void requirePerl(String module, String debianPackage) {
        String perl = require("perl", "perl").toString();
        try {
            Process found =
                    new ProcessBuilder(perl, "-M" + module, "-e1")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (found.waitFor() != 0) {
                missing(
                        "Perl has no "
                                + module
                                + "; to run this test: ./check --install (or apt-get install "
                                + debianPackage
                                + ")");
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Makes sure that the test runs as root, which dropping privileges and mounting need.
    public static void requireRoot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            missing("this test must run as root; run ./check --install as root");
        }
    }

    /// Makes sure that the host has the IPv6 loopback address.
    public static void requireIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            socket.getLocalPort();
        } catch (IOException e) {
            missing("this machine has no IPv6 loopback address; to run this test, give it ::1");
        }
    }

    /// Makes sure that `./check --install` has unpacked a package that cannot be installed beside
    /// others, below `target/` of the project's root.
    ///
    /// @param debianPackage the package
    /// @param file a file in it, by its path in the package
    public static Path requireUnpacked(String debianPackage, String file) {
        Path found = Daemon.root().resolve("target").resolve(debianPackage).resolve(file);
        if (Files.exists(found)) {
            return found;
        }
        return missing(found + " is not there; to run this test: ./check --install");
    }

    private static Path missing(String message) {
        if (System.getenv("GREYDAEMON_REQUIRE_TOOLS") != null) {
            Assertions.fail(message);
        }
        return Assumptions.abort(message);
    }

    private static @org.jspecify.annotations.Nullable Path find(String program) {
        return Arrays.stream((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .map(dir -> Path.of(dir, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
