package org.greydaemon.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// A certificate that openssl has made.
///
/// @param key its secret half, a file that every user may read: it is nobody's
/// @param chain the certificate
public record Certificate(Path key, Path chain) {
    /// A mail server's of its own making, as most have one.
    public static Certificate in(Path folder) {
        return selfSigned(folder, "mx.example.net");
    }

    /// One that vouches for itself, and may vouch for others.
    ///
    /// @param folder where `NAME.key` and `NAME.pem` are made
    public static Certificate selfSigned(Path folder, String name) {
        return made(folder, name, List.of());
    }

    /// One for 127.0.0.1 that this one vouches for.
    public Certificate signs(String name) {
        Path folder = chain.resolveSibling("");
        return made(
                folder,
                name,
                List.of(
                        "-CA",
                        chain.toString(),
                        "-CAkey",
                        key.toString(),
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-addext",
                        "basicConstraints=critical,CA:FALSE"));
    }

    private static Certificate made(Path folder, String name, List<String> more) {
        Certificate made =
                new Certificate(folder.resolve(name + ".key"), folder.resolve(name + ".pem"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Tools.require("openssl", "openssl").toString(),
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=" + name,
                                "-keyout",
                                made.key.toString(),
                                "-out",
                                made.chain.toString()));
        command.addAll(more);
        try {
            Runs.Ended ended = Runs.in(folder, command);
            if (ended.status() != 0) {
                throw new AssertionError(ended.said().toString());
            }
            Files.setPosixFilePermissions(made.key, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return made;
    }
}
