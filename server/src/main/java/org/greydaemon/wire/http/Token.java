package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.file.NewFile;
import org.greydaemon.file.RegularFile;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/// The token of those who may change something over HTTP. It lies in a file beside the save file,
/// which its owner and group can read; an operator who wants another one, the same on several hosts
/// for example, writes it there. Stateless.
public final class Token {
    private static final int OCTETS = 32;

    /// What is shorter is guessed.
    private static final int LENGTH_MIN = 16;

    private static final int LENGTH_MAX = 1024;

    private Token() {}

    /// Reads the token, or makes one.
    ///
    /// @throws IOException if that does not work; the message is for the operator
    public static String of(Path file) throws IOException {
        return RegularFile.exists(file) ? read(file) : make(file);
    }

    /// The token, if there is one that can be read; what is wrong with it {@link #of} says.
    public static Optional<String> known(Path file) {
        try {
            return RegularFile.exists(file) ? Optional.of(read(file)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String read(Path file) throws IOException {
        byte[] octets = RegularFile.read(file, LENGTH_MAX + 1);
        if (octets.length > LENGTH_MAX) {
            throw new IOException(
                    "the token is longer than " + LENGTH_MAX + " octets; take it away");
        }
        String token = new String(octets, ISO_8859_1).strip();
        if (token.length() < LENGTH_MIN || !token.matches("[!-~]+")) {
            throw new IOException(
                    "a token has %d or more letters and digits in one line; take the file away, and a new one is made"
                            .formatted(LENGTH_MIN));
        }
        return token;
    }

    private static String make(Path file) throws IOException {
        byte[] octets = new byte[OCTETS];
        new SecureRandom().nextBytes(octets);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
        NewFile.replace(
                file,
                to -> {
                    NewFile.write(US_ASCII.encode(token + "\n"), to);
                    to.force(true); // An empty file after a power failure would be no token.
                });
        return token;
    }
}
