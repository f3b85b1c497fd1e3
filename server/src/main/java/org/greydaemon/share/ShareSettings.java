package org.greydaemon.share;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Through which engine hosts share what they remember.
///
/// @param servers host and port of the engine; of several, those of a Cluster or the Sentinels
/// @param sentinel what Sentinels call the engine; empty if there are none
/// @param cluster whether the servers are a Cluster
/// @param user the engine's user; empty for its default
/// @param password the user's
/// @param passwordFile where it stands instead; read at each connection
/// @param tls how connections are secured; empty if they are not
/// @param name tells apart sites that use the same engine
public record ShareSettings(
        List<String> servers,
        Optional<String> sentinel,
        boolean cluster,
        Optional<String> user,
        Optional<String> password,
        Optional<Path> passwordFile,
        Optional<TlsPaths> tls,
        String name) {
    /// The port of an engine that is named without one.
    public static final int PORT = 6379;

    /// Files of TLS, in PEM.
    ///
    /// @param authorities who may have signed the engine's certificate; empty for those of Java
    /// @param certificate our own certificate, if the engine asks for one
    /// @param key its private key, in PKCS #8
    public record TlsPaths(
            Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {}

    /// Copies the list.
    public ShareSettings {
        servers = List.copyOf(servers);
    }

    /// Without the password, wherever this may be shown.
    @Override
    public String toString() {
        return place() + " as " + user.orElse("default") + " for " + name;
    }

    /// The servers in a few words.
    String place() {
        return sentinel.map(master -> master + " of ").orElse("") + String.join(", ", servers);
    }
}
