package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.AdoptedListener;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.InheritedSockets;
import org.greydaemon.server.OpenFiles;
import org.greydaemon.server.OwnAddresses;
import org.greydaemon.server.StreamAddress;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Listens for HTTP and sends what {@link Paths} answers. {@link #start} and {@link #stop} are
/// called by one thread, the others by any.
public final class HttpFrontEnd implements AutoCloseable {
    private static final int GRACE_SECONDS = 1;

    /// How long a stop waits for who is in the middle of a question.
    private static final int LEFT_SECONDS = 5;

    private static final int CONNECTIONS_MAX = 200;

    private static final int FILES_PART = 8;

    private static final String BUG = "a bug; its trace is in the daemon's log\n";

    private static final InetSocketAddress ANY_FREE_PORT =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private final HttpServer server;
    private final Endpoint endpoint;
    private final Access access;
    private final Metrics metrics;
    private final Thread.UncaughtExceptionHandler onBug;
    // Written by a reload, read by every request; the set is immutable.
    private volatile CidrSet allowed;

    private final OwnAddresses ownAddresses = new OwnAddresses();
    private final QuestionBudget questions;
    private final Dashboard dashboard;
    private final Paths paths;
    private final Map<String, org.greydaemon.metrics.Counter> answers = new ConcurrentHashMap<>();
    private final AtomicLong notAllowed = new AtomicLong();

    private final RequestThreads threads = new RequestThreads();

    // Of the thread that starts and stops.
    private boolean started;
    private boolean stopped;

    // Written by requests, read by whoever tells the operator; any recent one will do.
    private volatile IpAddress lastNotAllowed = IpAddress.ipv4(0);

    /// Listens, but does not answer yet.
    ///
    /// @param inherited sockets that listen already
    /// @param allowed who may ask; others get no answer and are counted
    /// @param access who of them is answered
    /// @param metrics what is told to who asks for it
    /// @param budget what questions may hold
    /// @param onBug hears of exceptions that no peer can cause; only that request fails
    /// @throws IOException if the system refuses; the message is for the operator
    public HttpFrontEnd(
            Endpoint at,
            InheritedSockets inherited,
            CidrSet allowed,
            Access access,
            Metrics metrics,
            ConnectionBudget budget,
            Thread.UncaughtExceptionHandler onBug)
            throws IOException {
        bound();
        this.allowed = allowed;
        this.access = access;
        this.metrics = metrics;
        questions = new QuestionBudget(budget);
        dashboard = new Dashboard(access, System::nanoTime);
        paths = new Paths(access, metrics, dashboard);
        this.onBug = onBug;
        OptionalInt descriptor = inherited.connections(new StreamAddress.Tcp(at));
        server =
                descriptor.isEmpty()
                        ? inherited.bound(() -> listen(at))
                        : HttpServer.create(ANY_FREE_PORT, 0);
        endpoint = descriptor.isEmpty() ? endpoint(at) : adopt(descriptor.getAsInt());
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        metrics.read(Metric.HTTP_NOT_ALLOWED, notAllowed::get);
        metrics.read(Metric.HTTP_REFUSED, questions::refused);
        metrics.read(Metric.HTTP_WRONG_TOKENS, access::wrongTokens);
        metrics.read(Metric.HTTP_DASHBOARDS, dashboard::open);
    }

    /// What the JDK's server reads when its first instance is created; by default it has none of
    /// these bounds. Times are in seconds.
    private static void bound() {
        Map.of(
                        "jdk.httpserver.maxConnections",
                                String.valueOf(connectionsMax(OpenFiles.allowed())),
                        "sun.net.httpserver.maxReqTime", "10",
                        "sun.net.httpserver.maxRspTime", "10",
                        "sun.net.httpserver.idleInterval", "10",
                        "sun.net.httpserver.maxReqHeaders", "50",
                        "sun.net.httpserver.maxReqHeaderSize", "16384",
                        // Head and body of an answer are two packets.
                        "sun.net.httpserver.nodelay", "true")
                .forEach((name, value) -> {
                    if (System.getProperty(name) == null) {
                        System.setProperty(name, value);
                    }
                });
    }

    /// The most connections at a time: an eighth of the files that may be open, as the JDK's server
    /// goes on accepting until there are none left for the journal and the save file.
    static long connectionsMax(long openFiles) {
        return Math.min(CONNECTIONS_MAX, openFiles / FILES_PART);
    }

    private static HttpServer listen(Endpoint at) throws IOException {
        InetAddress address = InetAddress.ofLiteral(at.address().toString());
        return HttpServer.create(new InetSocketAddress(address, at.port()), 0);
    }

    private Endpoint endpoint(Endpoint at) {
        return new Endpoint(at.address(), server.getAddress().getPort());
    }

    /// Lets the server listen with another socket than its own. Its dispatcher, which waits by a
    /// selector, does not run before start().
    private Endpoint adopt(int descriptor) throws IOException {
        try {
            Endpoint at = AdoptedListener.endpoint(descriptor);
            AdoptedListener.replace(StreamAddress.of(server.getAddress()), descriptor);
            return at;
        } catch (IOException e) {
            server.stop(0);
            throw e;
        }
    }

    /// Changes who may ask from now on.
    public void allow(CidrSet changed) {
        allowed = changed;
    }

    /// Where it listens.
    public Endpoint localEndpoint() {
        return endpoint;
    }

    /// Begins to answer all but questions about mail.
    ///
    /// @param health how the daemon is now; asked by any thread
    public void start(Supplier<Health> health) {
        paths.tell(health);
        server.start();
        started = true;
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

    /// The requests left without an answer because their senders may not ask.
    public long notAllowed() {
        return notAllowed.get();
    }

    /// The sender of one of the latest of them.
    public IpAddress lastNotAllowed() {
        return lastNotAllowed;
    }

    /// The questions that were not answered for want of room.
    public long refused() {
        return questions.refused();
    }

    /// Who has asked one of the latest of them.
    public IpAddress lastRefused() {
        return questions.lastRefused();
    }

    /// Answers a request.
    ///
    /// @throws IOException if there is to be no answer, or nobody takes it: only so the JDK's
    ///   server closes the connection *and* no longer counts it among its open ones
    private void serve(HttpExchange exchange) throws IOException {
        IpAddress address =
                IpAddress.ofBytes(exchange.getRemoteAddress().getAddress().getAddress());
        if (!allowed.contains(address.high(), address.low())
                && !ownAddresses.contains(address.high(), address.low())) {
            lastNotAllowed = address;
            notAllowed.incrementAndGet();
            throw new IOException("not allowed");
        }
        String path = String.valueOf(exchange.getRequestURI().getPath());
        String counted = Paths.counted(path);
        try (QuestionBudget.Room room = questions.room(address)) {
            Optional<Answer> answer;
            try {
                answer = paths.answer(path, exchange, address, room);
            } catch (RuntimeException | Error bug) {
                onBug.uncaughtException(Thread.currentThread(), bug);
                answer = Optional.of(Answer.text(Answer.BUG, BUG));
            }
            count(counted, answer.map(Answer::status).orElse(Answer.OK));
            if (answer.isPresent()) {
                send(answer.get(), exchange);
            }
        }
    }

    private void count(String path, int status) {
        answers.computeIfAbsent(
                        path + ' ' + status,
                        _ -> metrics.counter(Metric.HTTP_REQUESTS, path, String.valueOf(status)))
                .increment();
    }

    private static void send(Answer answer, HttpExchange exchange) throws IOException {
        byte[] body = answer.body().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
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

    /// @param leftSeconds how long it waits for who is in the middle of a question
    int stop(int leftSeconds) {
        if (stopped) {
            return 0;
        }
        stopped = true;
        dashboard.stop();
        if (started) {
            new LastRequests(endpoint).await();
            threads.awaitNone(GRACE_SECONDS);
        }
        server.stop(0);
        threads.awaitNone(leftSeconds);
        threads.stop();
        return threads.underWay();
    }

    /// {@link #stop}.
    @Override
    public void close() {
        stop();
    }
}
