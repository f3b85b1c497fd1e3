package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.file.RegularFile;

import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.UnifiedJedis;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SSLContext;

/// Makes the client library's client of the settings. Stateless.
final class EngineClient {
    /// How long a connection may take, and how long an engine may say nothing; see {@link
    /// AnswerDeadline} for all of it together.
    private static final int TIMEOUT_MILLIS = 2_000;

    /// The most octets of a password's file.
    private static final int PASSWORD_MAX = 4_096;

    private EngineClient() {}

    /// Connects, or will at the first question.
    ///
    /// @param password of {@link #password(ShareSettings)}
    static UnifiedJedis client(
            ShareSettings settings, Optional<String> password, AnswerDeadline deadline)
            throws EngineException {
        Set<HostAndPort> servers = new HashSet<>();
        settings.servers().forEach(server -> servers.add(HostAndPort.from(server)));
        JedisClientConfig config = config(settings, password, deadline);
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setJmxEnabled(false);
        pool.setMaxTotal(2);
        pool.setMaxWait(Duration.ofMillis(TIMEOUT_MILLIS));
        pool.setTestWhileIdle(false);
        pool.setTimeBetweenEvictionRuns(Duration.ofMillis(-1));
        if (settings.cluster()) {
            return RedisClusterClient.builder()
                    .nodes(servers)
                    .clientConfig(config)
                    .poolConfig(pool)
                    .maxAttempts(2)
                    .build();
        }
        if (settings.sentinel().isPresent()) {
            return RedisSentinelClient.builder()
                    .masterName(settings.sentinel().get())
                    .sentinels(servers)
                    .clientConfig(config)
                    .sentinelClientConfig(
                            bounded(
                                            DefaultJedisClientConfig.builder()
                                                    .timeoutMillis(TIMEOUT_MILLIS)
                                                    .resp2(),
                                            Optional.empty(),
                                            deadline)
                                    .build())
                    .poolConfig(pool)
                    .build();
        }
        return RedisClient.builder()
                .hostAndPort(servers.iterator().next())
                .clientConfig(config)
                .poolConfig(pool)
                .build();
    }

    private static JedisClientConfig config(
            ShareSettings settings, Optional<String> password, AnswerDeadline deadline)
            throws EngineException {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder()
                        .timeoutMillis(TIMEOUT_MILLIS)
                        .resp2()
                        .clientName("greydaemon");
        settings.user().ifPresent(config::user);
        password.ifPresent(config::password);
        Optional<SSLContext> tls =
                settings.tls().isPresent()
                        ? Optional.of(TlsFiles.context(settings.tls().get()))
                        : Optional.empty();
        return bounded(config, tls, deadline).build();
    }

    /// No other connection is made than one whose answers are bounded. That the library would
    /// rather have SslOptions, which make no sockets, does not help.
    @SuppressWarnings("deprecation")
    private static DefaultJedisClientConfig.Builder bounded(
            DefaultJedisClientConfig.Builder config,
            Optional<SSLContext> tls,
            AnswerDeadline deadline) {
        return config.ssl(true).sslSocketFactory(new BoundedSockets(tls, deadline));
    }

    /// The password, which a file may hold; read anew at each connection.
    static Optional<String> password(ShareSettings settings) throws EngineException {
        return settings.passwordFile().isPresent()
                ? Optional.of(password(settings.passwordFile().get()))
                : settings.password();
    }

    private static String password(Path file) throws EngineException {
        try {
            return new String(RegularFile.read(file, PASSWORD_MAX), UTF_8).strip();
        } catch (IOException e) {
            throw new EngineException(
                    file
                            + ": the password cannot be read; share.password-file is a file that"
                            + " the daemon's user may read",
                    true,
                    e);
        }
    }
}
