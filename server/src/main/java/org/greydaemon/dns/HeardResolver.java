package org.greydaemon.dns;

import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TSIG;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/// A resolver whose answers somebody hears of, whatever they say: they came from the server, and
/// from no cache. Safe for use by several threads.
final class HeardResolver implements Resolver {
    private final Resolver resolver;
    private final Runnable onAnswer;

    /// @param onAnswer hears of each answer
    HeardResolver(Resolver resolver, Runnable onAnswer) {
        this.resolver = resolver;
        this.onAnswer = onAnswer;
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
        return heard(resolver.sendAsync(query, executor));
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
        return heard(resolver.sendAsync(query));
    }

    private CompletionStage<Message> heard(CompletionStage<Message> asked) {
        return asked.whenComplete((answer, _) -> {
            if (answer != null) {
                onAnswer.run();
            }
        });
    }

    @Override
    public void setPort(int port) {
        resolver.setPort(port);
    }

    @Override
    public void setTCP(boolean tcp) {
        resolver.setTCP(tcp);
    }

    @Override
    public void setIgnoreTruncation(boolean ignores) {
        resolver.setIgnoreTruncation(ignores);
    }

    @Override
    public void setEDNS(int version, int payload, int flags, List<EDNSOption> options) {
        resolver.setEDNS(version, payload, flags, options);
    }

    @Override
    public void setTSIGKey(TSIG key) {
        resolver.setTSIGKey(key);
    }

    @Override
    public void setTimeout(Duration timeout) {
        resolver.setTimeout(timeout);
    }

    @Override
    public Duration getTimeout() {
        return resolver.getTimeout();
    }
}
