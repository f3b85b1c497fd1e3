package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.file.RegularFile;

import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/// Certificates and keys in PEM, as the engine's own configuration names them.
public final class TlsFiles {
    private static final String TYPE = "PKCS12";

    /// Of key stores that exist in memory only: the library takes nothing else.
    private static final char[] PASSWORD = {'x'};

    /// The most octets of a file.
    private static final int OCTETS_MAX = 4 << 20;

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private TlsFiles() {}

    /// Why a file could not be used as one of certificates; empty if it can be.
    public static Optional<String> mistakeInCertificates(Path file) {
        return mistake(() -> certificates(file));
    }

    /// Why a file could not be used as one of a private key; empty if it can be.
    public static Optional<String> mistakeInKey(Path file) {
        return mistake(() -> key(file));
    }

    private interface Reading {
        Object read() throws EngineException;
    }

    private static Optional<String> mistake(Reading reading) {
        try {
            Object _ = reading.read();
            return Optional.empty();
        } catch (EngineException e) {
            return Optional.of(e.words());
        }
    }

    /// What secures connections: the certificate must be signed by an authority, and be for the
    /// name that was asked for.
    static SSLContext context(ShareSettings.TlsPaths tls) throws EngineException {
        SslOptions.Builder options =
                SslOptions.builder()
                        .keyStoreType(TYPE)
                        .trustStoreType(TYPE)
                        .sslVerifyMode(SslVerifyMode.FULL);
        try {
            if (tls.authorities().isPresent()) {
                options.truststore(trust(tls.authorities().get()), PASSWORD.clone());
            }
            if (tls.certificate().isPresent() && tls.key().isPresent()) {
                options.keystore(keys(tls.certificate().get(), tls.key().get()), PASSWORD.clone());
            }
            return options.build().createSslContext();
        } catch (IOException | GeneralSecurityException e) {
            throw new EngineException("TLS: " + e.getMessage() + "; mend share.tls", true, e);
        }
    }

    private static SslOptions.Resource trust(Path file)
            throws EngineException, GeneralSecurityException {
        KeyStore store = empty();
        int number = 0;
        for (Certificate one : certificates(file)) {
            store.setCertificateEntry("authority" + number++, one);
        }
        return resource(store);
    }

    private static SslOptions.Resource keys(Path certificate, Path key)
            throws EngineException, GeneralSecurityException {
        KeyStore store = empty();
        store.setKeyEntry(
                "ours", key(key), PASSWORD, certificates(certificate).toArray(Certificate[]::new));
        return resource(store);
    }

    private static SslOptions.Resource resource(KeyStore store) throws GeneralSecurityException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try {
            store.store(octets, PASSWORD);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return () -> new ByteArrayInputStream(octets.toByteArray());
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws EngineException {
        try {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(read(file)));
            if (all.isEmpty()) {
                throw new CertificateException("there is none");
            }
            return all;
        } catch (CertificateException e) {
            throw unusable(file, "certificates in PEM", e);
        }
    }

    private static PrivateKey key(Path file) throws EngineException {
        String text = new String(read(file), ISO_8859_1);
        String begin = "-----BEGIN PRIVATE KEY-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END PRIVATE KEY-----");
        IllegalArgumentException why = new IllegalArgumentException(begin + " is missing");
        if (from >= 0 && to > from) {
            try {
                byte[] octets =
                        Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
                for (String algorithm : ALGORITHMS) {
                    try {
                        return KeyFactory.getInstance(algorithm)
                                .generatePrivate(new PKCS8EncodedKeySpec(octets));
                    } catch (InvalidKeySpecException e) {
                        // One of the others.
                    }
                }
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                throw unusable(file, "a private key in PKCS #8", e);
            }
        }
        throw unusable(file, "a private key in PKCS #8 (openssl pkcs8 -topk8 -nocrypt)", why);
    }

    private static byte[] read(Path file) throws EngineException {
        try {
            return RegularFile.read(file, OCTETS_MAX);
        } catch (IOException e) {
            throw unusable(file, "a file that the daemon's user may read", e);
        }
    }

    private static EngineException unusable(Path file, String expected, Exception cause) {
        return new EngineException(
                "TLS: " + file + " is not " + expected + "; mend it, or share.tls", true, cause);
    }
}
