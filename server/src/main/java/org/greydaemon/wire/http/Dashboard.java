package org.greydaemon.wire.http;

import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The dashboard: a page, which anybody who may ask is given, and what it asks, which needs a token
/// (docs/dashboard.md). Safe for use by several threads.
///
/// ```
/// GET  /  /page/...   the page: the same for everybody
/// GET  /v1/live       how things are, as server-sent events
/// POST /v1/look       {"command": "explain", ...}   changes nothing
/// POST /v1/change     {"command": "allow", ...}     needs the operator's token
/// ```
///
/// Addresses of people never stand in a path or a query, where proxies would log them.
final class Dashboard {
    static final String LIVE = "/v1/live";
    static final String LOOK = "/v1/look";
    static final String CHANGE = "/v1/change";

    /// The files of the page, as metrics show them.
    static final String PAGE = "/page";

    /// The most commands that are carried out at a time: each may wait for DNS, or walk over all
    /// entries.
    private static final int COMMANDS_MAX = 8;

    /// The most of those that change something: each waits for the disk, and while that hangs who
    /// only looks is answered all the same.
    private static final int CHANGES_MAX = 8;

    /// How long a command waits for its turn: after a restart all pages ask at once.
    private static final long TURN_SECONDS = 2;

    /// Only files of this server, nothing inline, nothing in a frame of somebody else's.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private final long turnSeconds;
    private final Access access;
    private final Live live;
    private final Semaphore looking = new Semaphore(COMMANDS_MAX, true);
    private final Semaphore changing = new Semaphore(CHANGES_MAX, true);

    // Written once when the daemon answers, read by every request.
    private volatile @Nullable Commands commands;

    Dashboard(Access access, LongSupplier nanos) {
        this(access, nanos, TURN_SECONDS);
    }

    /// @param turnSeconds how long a command waits for its turn
    Dashboard(Access access, LongSupplier nanos, long turnSeconds) {
        this.access = access;
        this.turnSeconds = turnSeconds;
        live = new Live(nanos);
    }

    /// Begins to answer what the page asks.
    void answer(Commands answering) {
        commands = answering;
    }

    /// Whether this is for the dashboard.
    static boolean has(String path) {
        return Page.has(path) || List.of(LIVE, LOOK, CHANGE).contains(path);
    }

    /// The method with which a path is asked for.
    static String method(String path) {
        return path.equals(LOOK) || path.equals(CHANGE) ? "POST" : "GET";
    }

    /// Why a request is not answered; empty if it is.
    Optional<Answer> refusal(String path, IpAddress peer, HttpFields fields) {
        if (Page.has(path)) {
            return access.refusalOfHost(fields);
        }
        return access.refusalOfPage(peer, fields, path.equals(CHANGE));
    }

    /// Says to the browser what it may do with an answer.
    static void protect(HttpFields answer) {
        answer.set("Content-Security-Policy", POLICY);
        answer.set("X-Content-Type-Options", "nosniff");
        answer.set("X-Frame-Options", "DENY");
        answer.set("Referrer-Policy", "no-referrer");
        answer.set("Cross-Origin-Opener-Policy", "same-origin");
        answer.set("Cross-Origin-Resource-Policy", "same-origin");
        answer.set("Cache-Control", "no-store");
    }

    /// Answers a command.
    ///
    /// @param who asks, for the log
    Answer command(boolean changes, byte[] body, String who) {
        Commands answering = commands;
        if (answering == null) {
            return Answer.error(Answer.UNAVAILABLE, "not ready yet; ask again in a second");
        }
        Semaphore running = changes ? changing : looking;
        if (!hasTurn(running)) {
            return Answer.error(
                    Answer.UNAVAILABLE,
                    changes
                            ? CHANGES_MAX + " changes are under way; the disk may not answer"
                            : COMMANDS_MAX + " commands are under way; ask again");
        }
        try {
            Commands.Answered answered =
                    changes ? answering.change(body, who) : answering.look(body);
            return Answer.json(answered.outcome().status(), answered.json());
        } finally {
            running.release();
        }
    }

    private boolean hasTurn(Semaphore running) {
        try {
            return running.tryAcquire(turnSeconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Tells how things are until the stream ends, or says why it does not.
    ///
    /// @param room what the stream may hold
    /// @return the answer in the place of a stream; empty if there was one
    Optional<Answer> live(Exchange exchange, QuestionBudget.Room room) throws IOException {
        Commands answering = commands;
        if (answering == null) {
            return Optional.of(
                    Answer.error(Answer.UNAVAILABLE, "not ready yet; ask again in a second"));
        }
        IpAddress peer = exchange.address();
        if (!room.hold(Live.OCTETS) || !live.enter(peer)) {
            return Optional.of(
                    Answer.error(
                            Answer.UNAVAILABLE,
                            "too many dashboards are open; close some, here or elsewhere"));
        }
        try {
            // A proxy would keep events back until it has many.
            exchange.answer().set("X-Accel-Buffering", "no");
            try (OutputStream reader = exchange.stream("text/event-stream")) {
                live.tell(answering, reader);
            }
        } finally {
            live.leave(peer);
        }
        return Optional.empty();
    }

    /// How many are open.
    int open() {
        return live.open();
    }

    /// Ends all streams. Idempotent.
    void stop() {
        live.stop();
    }
}
