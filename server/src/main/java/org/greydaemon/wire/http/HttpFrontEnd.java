package org.greydaemon.wire.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.Connection;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.InheritedSockets;
import org.greydaemon.server.OpenFiles;
import org.greydaemon.server.SocketMode;
import org.greydaemon.server.StreamAddress;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Listens for HTTP and sends what {@link Paths} answers. {@link #start} and {@link #stop} are
/// called by one thread, the others by any.
public final class HttpFrontEnd implements AutoCloseable {
    /// How long a stop waits for who is in the middle of a question.
    private static final int LEFT_SECONDS = 5;

    private static final int CONNECTIONS_MAX = 200;

    private static final int FILES_PART = 8;

    /// Ten seconds without a question, and one for those under way when it stops.
    private static final ConnectionServer.Limits LIMITS =
            new ConnectionServer.Limits(CONNECTIONS_MAX, 10, 10, 1);

    private static final String BUG = "a bug; its trace is in the daemon's log\n";

    private final ConnectionServer server;
    private final Access access;
    private final Metrics metrics;
    private final Thread.UncaughtExceptionHandler onBug;

    private final QuestionBudget questions;
    private final Dashboard dashboard;
    private final Paths paths;
    private final Map<String, Counter> answers = new ConcurrentHashMap<>();

    // Of the thread that starts and stops.
    private boolean stopped;

    /// Listens, but does not answer yet.
    ///
    /// @param inherited sockets that listen already
    /// @param allowed who may ask; others get no answer and are counted
    /// @param access who of them is answered
    /// @param metrics what is told to who asks for it
    /// @param budget what connections and questions may hold
    /// @param onBug hears of exceptions that no peer can cause
    /// @throws IOException if the system refuses; the message is for the operator
    public HttpFrontEnd(
            Endpoint at,
            InheritedSockets inherited,
            CidrSet allowed,
            Access access,
            Metrics metrics,
            ConnectionBudget budget,
            ConnectionServer.OnBug onBug)
            throws IOException {
        this.access = access;
        this.metrics = metrics;
        this.onBug = onBug.ofConnection();
        questions = new QuestionBudget(budget);
        dashboard = new Dashboard(access, System::nanoTime);
        paths = new Paths(access, metrics, dashboard);
        server = new ConnectionServer("http", allowed, limits(OpenFiles.allowed()), budget, onBug);
        server.listen(new StreamAddress.Tcp(at), inherited, SocketMode.always(Set.of()));
        metrics.read(Metric.HTTP_REFUSED, questions::refused);
        metrics.read(Metric.HTTP_WRONG_TOKENS, access::wrongTokens);
        metrics.read(Metric.HTTP_DASHBOARDS, dashboard::open);
    }

    /// @param openFiles how many files and sockets the process may have open
    private static ConnectionServer.Limits limits(long openFiles) {
        return new ConnectionServer.Limits(
                (int) connectionsMax(openFiles),
                LIMITS.firstSeconds(),
                LIMITS.idleSeconds(),
                LIMITS.graceSeconds());
    }

    /// The most connections at a time: an eighth of the files that may be open, so that there are
    /// some for the journal and the save file.
    static long connectionsMax(long openFiles) {
        return Math.min(CONNECTIONS_MAX, openFiles / FILES_PART);
    }

    /// Who accepts the connections, for who watches.
    public ConnectionServer server() {
        return server;
    }

    /// Where it listens.
    public StreamAddress address() {
        return server.addresses().getFirst();
    }

    /// Begins to answer all but questions about mail.
    ///
    /// @param health how the daemon is now; asked by any thread
    public void start(Supplier<Health> health) {
        paths.tell(health);
        HttpConversation.Answering answering =
                new HttpConversation.Answering() {
                    @Override
                    public boolean mayAsk(Connection peer) {
                        return server.mayStillAsk(peer);
                    }

                    @Override
                    public void answer(Exchange exchange) throws IOException {
                        HttpFrontEnd.this.answer(exchange);
                    }

                    @Override
                    public void refused(Answer answer) {
                        count(Paths.OTHER, answer.status());
                    }
                };
        server.start(connection -> new HttpConversation(connection, answering).hold());
    }

    /// Begins to answer questions about mail.
    public void judge(CheckHandler checkHandler) {
        paths.judge(checkHandler);
    }

    /// Begins to answer what the dashboard asks.
    public void show(Commands commands) {
        dashboard.answer(commands);
    }

    /// How many wrong tokens were shown.
    public long wrongTokens() {
        return access.wrongTokens();
    }

    /// Who has shown the latest one.
    public IpAddress lastWrongToken() {
        return access.lastWrongToken();
    }

    /// Begins to explain why mail has to wait.
    public void explain(WhyPage page) {
        paths.explain(page);
    }

    /// The questions that were not answered for want of room.
    public long refused() {
        return questions.refused();
    }

    /// Who has asked one of the latest of them.
    public IpAddress lastRefused() {
        return questions.lastRefused();
    }

    private void answer(Exchange exchange) throws IOException {
        try (QuestionBudget.Room room = questions.room(exchange.address())) {
            Optional<Answer> answer;
            try {
                answer = paths.answer(exchange, room);
            } catch (RuntimeException | Error bug) {
                onBug.uncaughtException(Thread.currentThread(), bug);
                answer = Optional.of(Answer.text(Answer.BUG, BUG));
            }
            count(Paths.counted(exchange.path()), answer.map(Answer::status).orElse(Answer.OK));
            if (answer.isPresent()) {
                exchange.send(answer.get());
            }
        }
    }

    private void count(String path, int status) {
        answers.computeIfAbsent(
                        path + ' ' + status,
                        _ -> metrics.counter(Metric.HTTP_REQUESTS, path, String.valueOf(status)))
                .increment();
    }

    /// Answers what was asked before this, for a few seconds at most, and nothing more. When this
    /// returns nobody is in the middle of a question, as what it steps into may be closed, unless
    /// the disk does not answer.
    ///
    /// @return how many are in the middle of a question all the same; 0 if this was called before
    @CanIgnoreReturnValue
    public int stop() {
        return stop(LEFT_SECONDS);
    }

    /// Begins to {@link #stop}, and waits for nobody. Idempotent.
    public void beginStop() {
        dashboard.stop();
        server.beginStop();
    }

    /// @param leftSeconds how long it waits for who is in the middle of a question
    int stop(int leftSeconds) {
        if (stopped) {
            return 0;
        }
        stopped = true;
        beginStop();
        return server.stop(leftSeconds);
    }

    /// {@link #stop}.
    @Override
    public void close() {
        stop();
    }
}
