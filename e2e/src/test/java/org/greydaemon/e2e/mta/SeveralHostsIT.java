package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.share.Eventually;
import org.greydaemon.e2e.share.Mx;
import org.greydaemon.e2e.share.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// Two Postfix hosts, each with a daemon of its own: what one has deferred passes at the other.
final class SeveralHostsIT {
    @TempDir Path folder;

    @Test
    void whatOneMxDefersPassesAtTheOther() {
        Host.open(folder);
        try (RedisServer redis = new RedisServer(folder.resolve("redis"));
                Side one = new Side("one", redis);
                Side other = new Side("other", redis)) {
            passesAtTheOther(one.policy, other.policy, "127.0.0.6", one.mx, other.mx);
            passesAtTheOther(other.milter, one.milter, "127.0.1.7", one.mx, other.mx);
        }
    }

    private static void passesAtTheOther(
            Postfix first, Postfix second, String client, Mx one, Mx other) {
        assertThat(reply(first, client)).startsWith("45");
        Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
        Host.pause(2_100);
        assertThat(reply(second, client)).startsWith("250");
    }

    private static String reply(Postfix postfix, String client) {
        try (Smtp smtp = postfix.session(client)) {
            return smtp.mail("alice@example.org", "bob@example.net");
        }
    }

    /// A host with a daemon, and Postfix that asks it in both ways.
    private final class Side implements AutoCloseable {
        private final Mx mx;
        private final Postfix policy;
        private final Postfix milter;

        Side(String name, RedisServer redis) {
            int port = Ports.free();
            int milterPort = Ports.free();
            mx =
                    new Mx(
                            folder.resolve(name),
                            List.of(
                                    "policy = \"127.0.0.1:" + port + "\"",
                                    "milter = \"127.0.0.1:" + milterPort + "\""),
                            Mx.servers(redis.place()));
            policy =
                    new Postfix(
                            folder.resolve(name + "-policy"),
                            PostfixAsks.POLICY.overTcp(port),
                            false);
            milter =
                    new Postfix(
                            folder.resolve(name + "-milter"),
                            PostfixAsks.MILTER.overTcp(milterPort),
                            false);
        }

        @Override
        public void close() {
            policy.close();
            milter.close();
            mx.close();
        }
    }
}
