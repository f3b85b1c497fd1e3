package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.jspecify.annotations.Nullable;

import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// A connection to an engine of a version that knows what is asked, and asking itself: what the
/// client library throws becomes words. Confined to one thread.
final class EngineConnection implements AutoCloseable {
    /// The oldest version that knows all commands that are used.
    private static final int VERSION_MIN = 7;

    private static final Pattern TIME = Pattern.compile("[0-9]{1,12}");

    private final UnifiedJedis client;
    private final AnswerDeadline deadline;
    private final Optional<String> password;
    private boolean evicts;

    private EngineConnection(
            UnifiedJedis client, AnswerDeadline deadline, Optional<String> password) {
        this.client = client;
        this.deadline = deadline;
        this.password = password;
    }

    /// Connects.
    static EngineConnection open(ShareSettings settings, AnswerDeadline deadline)
            throws EngineException {
        Optional<String> password = EngineClient.password(settings);
        return asked(
                deadline,
                password,
                () -> {
                    EngineConnection connection =
                            new EngineConnection(
                                    EngineClient.client(settings, password, deadline),
                                    deadline,
                                    password);
                    try {
                        connection.checkVersion();
                        return connection;
                    } catch (RuntimeException | EngineException e) {
                        connection.close();
                        throw e;
                    }
                });
    }

    private void checkVersion() throws EngineException {
        String info = text(command(Protocol.Command.INFO));
        evicts =
                !said(info, "maxmemory").equals("0")
                        && !said(info, "maxmemory_policy").equals("noeviction");
        String version = said(info, "redis_version");
        String first = version.substring(0, Math.max(0, version.indexOf('.')));
        if (!first.matches("[0-9]{1,4}") || Integer.parseInt(first) < VERSION_MIN) {
            throw new EngineException(
                    "the engine is version '"
                            + (version.length() > 20 ? version.substring(0, 20) : version)
                            + "'; Valkey, or Redis from 7.0 on, is needed",
                    true,
                    new IllegalStateException());
        }
    }

    private static String said(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    /// Whether it forgets what it was told when it is short of memory.
    boolean evicts() {
        return evicts;
    }

    /// What is asked of the client library.
    interface Call<T> {
        T answer() throws EngineException;
    }

    /// Asks one thing.
    <T> T ask(Function<UnifiedJedis, T> question) throws EngineException {
        return asked(() -> question.apply(client));
    }

    /// Asks, and turns what the client library throws into words.
    <T> T asked(Call<T> question) throws EngineException {
        return asked(deadline, password, question);
    }

    private static <T> T asked(AnswerDeadline deadline, Optional<String> password, Call<T> question)
            throws EngineException {
        boolean isOwn = deadline.begin();
        try {
            return question.answer();
        } catch (RuntimeException e) {
            EngineException fault = EngineFault.of(e, password);
            throw deadline.isOver() ? EngineFault.slow(e) : fault;
        } finally {
            if (isOwn) {
                deadline.end();
            }
        }
    }

    /// Asks several things in one go.
    @CanIgnoreReturnValue
    <T> T piped(Function<AbstractPipeline, T> questions) throws EngineException {
        return asked(() -> {
            try (AbstractPipeline pipeline = client.pipelined()) {
                return questions.apply(pipeline);
            }
        });
    }

    private Object command(Protocol.Command command) {
        return client.executeCommand(new CommandArguments(command));
    }

    /// The octets of a reply, each a character; empty if it is something else.
    static String text(@Nullable Object reply) {
        return reply instanceof byte[] octets ? new String(octets, ISO_8859_1) : "";
    }

    /// The engine's time in milliseconds since 1970.
    long millis() throws EngineException {
        Object reply = asked(() -> command(Protocol.Command.TIME));
        if (reply instanceof List<?> parts && parts.size() == 2) {
            String seconds = text(parts.get(0));
            String micros = text(parts.get(1));
            if (TIME.matcher(seconds).matches() && TIME.matcher(micros).matches()) {
                return Long.parseLong(seconds) * 1000 + Long.parseLong(micros) / 1000;
            }
        }
        throw EngineFault.strange("TIME");
    }

    @Override
    public void close() {
        boolean isOwn = deadline.begin(); // The library may say good-bye.
        try {
            client.close();
        } catch (RuntimeException e) {
            // It is given up.
        } finally {
            if (isOwn) {
                deadline.end();
            }
        }
    }
}
