package org.greydaemon.wire.http;

import org.greydaemon.decision.Source;
import org.greydaemon.metrics.Exposition;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/// What is answered at each path to whoever may ask. Safe for use by several threads.
final class Paths {
    /// The most octets of a question: a thousand recipients of usual length.
    static final int BODY_MAX = 64 << 10;

    /// What a question takes while its body is read: the body, and once more while it is read.
    private static final long BODY = 2L * BODY_MAX;

    /// How often the octets of a body are there while it is judged and answered: as JSON, as an
    /// attempt with what is decided of each recipient, and as an answer that names each.
    private static final long COPIES = 16;

    /// The most questions that are judged at a time; what they take fits into the heap.
    private static final int CHECKS_MAX = 64;

    /// The paths, as metrics show them; all others are counted together.
    private static final String METRICS = "/metrics";

    private static final String HEALTH = "/healthz";
    private static final String READINESS = "/readyz";
    private static final String CHECK = "/v1/check";
    private static final String FOR_PROGRAMS = "/v1/";
    static final String OTHER = "other";

    private static final String NOT_READY = "not ready yet; ask again in a second";
    private static final String NO_ROOM = "no memory is left for questions; ask again";

    private final Access access;
    private final Metrics metrics;
    private final Dashboard dashboard;
    private final Semaphore checks = new Semaphore(CHECKS_MAX);

    // Written when the daemon can answer so much, read by every request; null until then.
    private volatile @Nullable CheckHandler handler;
    private volatile @Nullable WhyPage why;
    private volatile Supplier<Health> health = () -> new Health(List.of(), List.of());

    /// @param access who is answered
    /// @param metrics what is told to who asks for it
    Paths(Access access, Metrics metrics, Dashboard dashboard) {
        this.access = access;
        this.metrics = metrics;
        this.dashboard = dashboard;
    }

    /// Begins to say how the daemon is.
    ///
    /// @param now asked by any thread
    void tell(Supplier<Health> now) {
        health = now;
    }

    /// Begins to answer questions about mail.
    void judge(CheckHandler checkHandler) {
        handler = checkHandler;
    }

    /// Begins to explain why mail has to wait.
    void explain(WhyPage page) {
        why = page;
    }

    /// A path as metrics show it.
    static String counted(String path) {
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

    /// Answers a request.
    ///
    /// @param room what the question may hold
    /// @return empty if the answer is on its way already
    /// @throws IOException if the body cannot be read, or nobody takes the answer
    Optional<Answer> answer(Exchange exchange, QuestionBudget.Room room) throws IOException {
        return Dashboard.has(exchange.path())
                ? onDashboard(exchange, room)
                : Optional.of(offDashboard(exchange, room));
    }

    /// Answers the page and what it asks.
    ///
    /// @return empty if the answer is on its way already
    private Optional<Answer> onDashboard(Exchange exchange, QuestionBudget.Room room)
            throws IOException {
        String path = exchange.path();
        IpAddress address = exchange.address();
        Dashboard.protect(exchange.answer());
        String method = exchange.method();
        boolean isFile = Page.has(path);
        if (!method.equals(Dashboard.method(path)) && !(isFile && method.equals("HEAD"))) {
            return Optional.of(wrongMethod(path, exchange, Dashboard.method(path)));
        }
        Optional<Answer> refusal = dashboard.refusal(path, address, exchange.fields());
        if (refusal.isPresent()) {
            exchange.answer().set("WWW-Authenticate", "Bearer");
            return refusal;
        }
        if (isFile) {
            return Optional.of(Page.file(path));
        }
        if (path.equals(Dashboard.LIVE)) {
            return dashboard.live(exchange, room);
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

    private static Answer wrongMethod(String path, Exchange exchange, String allow) {
        exchange.answer().set("Allow", allow);
        return refusal(path, Answer.WRONG_METHOD, "only " + allow + " here");
    }

    /// To programs in JSON, to people in words.
    private static Answer refusal(String path, int status, String why) {
        return path.startsWith(FOR_PROGRAMS)
                ? Answer.error(status, path + ": " + why)
                : Answer.text(status, why + "\n");
    }

    private Answer offDashboard(Exchange exchange, QuestionBudget.Room room) throws IOException {
        String asked = exchange.path();
        String path = counted(asked);
        IpAddress address = exchange.address();
        WhyPage explaining = why;
        if (path.equals(WhyPage.PATH) && explaining != null) {
            return explaining.answer(exchange);
        }
        boolean isCheck = path.equals(CHECK);
        String method = exchange.method();
        boolean changes = isCheck && method.equals("POST");
        Optional<Answer> refusal = access.refusal(address, exchange.fields(), changes);
        if (refusal.isPresent()) {
            exchange.answer().set("WWW-Authenticate", "Bearer");
            return refusal.get();
        }
        if (path.equals(OTHER)) {
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
            case CHECK -> check(exchange, room);
            default -> Answer.text(Answer.UNAVAILABLE, NOT_READY + "\n"); // Nobody explains yet.
        };
    }

    private Answer exposition(Exchange exchange) {
        List<String> accept = exchange.fields().all("Accept");
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

    private Answer check(Exchange exchange, QuestionBudget.Room room) throws IOException {
        // A page in a browser on this host, or on one that may ask, is no mail server.
        if (exchange.fields().has("Origin")) {
            return Answer.error(
                    Answer.FORBIDDEN, "Origin: pages in browsers may not ask; ask from a server");
        }
        CheckHandler judging = handler;
        if (judging == null) {
            return Answer.error(Answer.UNAVAILABLE, NOT_READY);
        }
        Source source = new Source(Source.Protocol.HTTP);
        IpAddress address = exchange.address();
        source.asks(address.high(), address.low(), exchange.port());
        return withBody(exchange, room, body -> judged(judging, body, source, room));
    }

    /// Answers a request that has a body, if there is room for it.
    private static Answer withBody(
            Exchange exchange, QuestionBudget.Room room, Function<byte[], Answer> answering)
            throws IOException {
        if (!room.hold(BODY)) {
            return Answer.error(Answer.UNAVAILABLE, NO_ROOM);
        }
        byte[] body = exchange.body().readNBytes(BODY_MAX + 1); // One octet more than may be.
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
}
