package org.greydaemon.e2e.mta;

import org.greydaemon.e2e.Tools;

import java.nio.file.Path;
import java.util.List;

/// A mail server's certificate of its own making, as most have one.
///
/// @param key its secret half, a file that every user may read: it is nobody's
/// @param chain the certificate
record Certificate(Path key, Path chain) {
    /// Makes one.
    static Certificate in(Path folder) {
        Certificate made = new Certificate(folder.resolve("key.pem"), folder.resolve("chain.pem"));
        Path output = folder.resolve("openssl.log");
        Host.run(
                output,
                List.of(
                        Tools.require("openssl", "openssl").toString(),
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-subj",
                        "/CN=mx.example.net",
                        "-keyout",
                        made.key.toString(),
                        "-out",
                        made.chain.toString()));
        Host.run(output, List.of("chmod", "a+r", made.key.toString()));
        return made;
    }
}
