package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.greydaemon.decision.Source;
import org.greydaemon.metrics.Exposition;
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
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/// Listens for HTTP and answers it. {@link #start} and {@link #stop} are called by one thread, the
/// others by any.
public final class HttpFrontEnd implements AutoCloseable {
    /// The most octets of a question: a thousand recipients of usual length.
    static final int BODY_MAX = 64 << 10;

    /// What a question takes while its body is read: the body, and once more while it is read.
    private static final long BODY = 2L * BODY_MAX;

    /// How often the octets of a body are there while it is judged and answered: as JSON, as an
    /// attempt with what is decided of each recipient, and as an answer that names each.
    private static final long COPIES = 16;

    /// The most questions that are judged at a time; what they take fits into the heap.
    private static final int CHECKS_MAX = 64;

    private static final int GRACE_SECONDS = 1;

    private static final int CONNECTIONS_MAX = 200;

    private static final int FILES_PART = 8;

    /// The paths, as metrics show them; all others are counted together.
    private static final String METRICS = "/metrics";

    private static final String HEALTH = "/healthz";
    private static final String READINESS = "/readyz";
    private static final String CHECK = "/v1/check";
    private static final String FOR_PROGRAMS = "/v1/";
    private static final String OTHER = "other";

    private static final String BUG = "a bug; its trace is in the daemon's log\n";
    private static final String NO_ROOM = "no memory is left for questions; ask again";

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
    private final Semaphore checks = new Semaphore(CHECKS_MAX);
    private final Map<String, org.greydaemon.metrics.Counter> answers = new ConcurrentHashMap<>();
    private final AtomicLong notAllowed = new AtomicLong();

    // Written by start() and judge(), read by every request; null until then.
    private volatile @Nullable CheckHandler handler;
    private volatile @Nullable WhyPage why;
    private volatile Supplier<Health> health = () -> new Health(List.of(), List.of());

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
        this.onBug = onBug;
        OptionalInt descriptor = inherited.connections(new StreamAddress.Tcp(at));
        server = descriptor.isEmpty()
                        ? inherited.bound(() -> listen(at))
                        : HttpServer.create(ANY_FREE_PORT, 0);
        endpoint = descriptor.isEmpty() ? endpoint(at) : adopt(descriptor.getAsInt());
        server.setExecutor(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 1).factory()));
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
        this.health = health;
        server.start();
    }

    /// Begins to answer questions about mail.
    public void judge(CheckHandler checkHandler) {
        handler = checkHandler;
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
        why = page;
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
        String counted = counted(path);
        try (QuestionBudget.Room room = questions.room(address)) {
            Optional<Answer> answer;
            try {
                answer =
                        Dashboard.has(path)
                                ? onDashboard(path, exchange, address, room)
                                : Optional.of(answer(counted, exchange, address, room));
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

    /// Answers the page and what it asks.
    ///
    /// @return empty if the answer is on its way already
    private Optional<Answer> onDashboard(
            String path, HttpExchange exchange, IpAddress address, QuestionBudget.Room room)
            throws IOException {
        Dashboard.protect(exchange.getResponseHeaders());
        String method = exchange.getRequestMethod();
        boolean isFile = Page.has(path);
        if (!method.equals(Dashboard.method(path)) && !(isFile && method.equals("HEAD"))) {
            return Optional.of(wrongMethod(path, exchange, Dashboard.method(path)));
        }
        Optional<Answer> refusal = dashboard.refusal(path, address, exchange.getRequestHeaders());
        if (refusal.isPresent()) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return refusal;
        }
        if (isFile) {
            return Optional.of(Page.file(path));
        }
        if (path.equals(Dashboard.LIVE)) {
            return dashboard.live(exchange, address, room);
        }
        return Optional.of(
                withBody(
                        exchange,
                        room,
                        body -> {
                            boolean changes = path.equals(Dashboard.CHANGE);
                            return dashboard.command(changes, body, "http/" + address);
                        }));
    }

    private static Answer wrongMethod(String path, HttpExchange exchange, String allow) {
        exchange.getResponseHeaders().set("Allow", allow);
        return refusal(path, Answer.WRONG_METHOD, "only " + allow + " here");
    }

    /// To programs in JSON, to people in words.
    private static Answer refusal(String path, int status, String why) {
        return path.startsWith(FOR_PROGRAMS)
                ? Answer.error(status, path + ": " + why)
                : Answer.text(status, why + "\n");
    }

    /// A path as metrics show it.
    private static String counted(String path) {
        if (Page.has(path)) {
            return Dashboard.PAGE;
        }
        if (path.startsWith(WhyPage.PATH)) {
            return WhyPage.PATH;
        }
        boolean isKnown =
                Dashboard.has(path) || List.of(METRICS, HEALTH, READINESS, CHECK).contains(path);
        return isKnown ? path : OTHER;
    }

    private Answer answer(
            String path, HttpExchange exchange, IpAddress address, QuestionBudget.Room room)
            throws IOException {
        WhyPage explaining = why;
        if (path.equals(WhyPage.PATH) && explaining != null) {
            return explaining.answer(exchange);
        }
        boolean isCheck = path.equals(CHECK);
        String method = exchange.getRequestMethod();
        boolean changes = isCheck && method.equals("POST");
        Optional<Answer> refusal = access.refusal(address, exchange.getRequestHeaders(), changes);
        if (refusal.isPresent()) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return refusal.get();
        }
        if (path.equals(OTHER)) {
            String asked = String.valueOf(exchange.getRequestURI().getPath());
            return refusal(
                    asked,
                    Answer.NOT_FOUND,
                    asked.startsWith(FOR_PROGRAMS)
                            ? "it is not here; there are /v1/check, /v1/look, /v1/change and"
                                    + " /v1/live"
                            : "not here; there are /, /metrics, /healthz, /readyz, /v1/check and"
                                    + " /v1/change");
        }
        if (isCheck ? !method.equals("POST") : !method.equals("GET") && !method.equals("HEAD")) {
            return wrongMethod(path, exchange, isCheck ? "POST" : "GET, HEAD");
        }
        return switch (path) {
            case METRICS -> exposition(exchange);
            case HEALTH -> Answer.text(Answer.OK, "ok\n");
            case READINESS -> readiness();
            default -> check(exchange, address, room);
        };
    }

    private Answer exposition(HttpExchange exchange) {
        List<String> accept = exchange.getRequestHeaders().getOrDefault("Accept", List.of());
        Exposition format = Exposition.of(accept);
        return new Answer(Answer.OK, format.contentType(), format.write(metrics));
    }

    private Answer readiness() {
        Health now = health.get();
        List<String> lines = new ArrayList<>(now.problems());
        if (lines.isEmpty()) {
            lines.add(now.warnings().isEmpty() ? "ok" : "degraded");
        }
        lines.addAll(now.warnings());
        int status = now.problems().isEmpty() ? Answer.OK : Answer.UNAVAILABLE;
        return Answer.text(status, String.join("\n", lines) + "\n");
    }

    private Answer check(HttpExchange exchange, IpAddress address, QuestionBudget.Room room)
            throws IOException {
        // A page in a browser on this host, or on one that may ask, is no mail server.
        if (exchange.getRequestHeaders().containsKey("Origin")) {
            return Answer.error(
                    Answer.FORBIDDEN, "Origin: pages in browsers may not ask; ask from a server");
        }
        CheckHandler judging = handler;
        if (judging == null) {
            return Answer.error(Answer.UNAVAILABLE, "not ready yet; ask again in a second");
        }
        Source source = new Source(Source.Protocol.HTTP);
        source.asks(address.high(), address.low(), exchange.getRemoteAddress().getPort());
        return withBody(exchange, room, body -> judged(judging, body, source, room));
    }

    /// Answers a request that has a body, if there is room for it.
    private static Answer withBody(
            HttpExchange exchange, QuestionBudget.Room room, Function<byte[], Answer> answering)
            throws IOException {
        if (!room.hold(BODY)) {
            return Answer.error(Answer.UNAVAILABLE, NO_ROOM);
        }
        byte[] body = body(exchange);
        if (body.length > BODY_MAX) {
            return Answer.error(
                    Answer.TOO_LARGE,
                    "request: it has more than " + BODY_MAX + " octets; send a shorter one");
        }
        return room.hold(COPIES * body.length)
                ? answering.apply(body)
                : Answer.error(Answer.UNAVAILABLE, NO_ROOM);
    }

    /// A body that comes slowly holds up none that has come.
    private Answer judged(
            CheckHandler judging, byte[] body, Source source, QuestionBudget.Room room) {
        if (!checks.tryAcquire()) {
            room.refuse();
            return Answer.error(
                    Answer.UNAVAILABLE, CHECKS_MAX + " questions are being answered; ask again");
        }
        try {
            return judging.answer(body, source);
        } finally {
            checks.release();
        }
    }

    /// The body, or one octet more than may be.
    private static byte[] body(HttpExchange exchange) throws IOException {
        InputStream body = exchange.getRequestBody();
        return body.readNBytes(BODY_MAX + 1);
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

    /// Answers what was asked, for a few seconds at most, and nothing more. Idempotent.
    public void stop() {
        dashboard.stop();
        server.stop(GRACE_SECONDS);
    }

    /// {@link #stop}.
    @Override
    public void close() {
        stop();
    }
}
