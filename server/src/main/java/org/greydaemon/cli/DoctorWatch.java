package org.greydaemon.cli;

import org.greydaemon.decision.Suspicion;
import org.greydaemon.doctor.Trials;
import org.greydaemon.json.JsonLine;
import org.greydaemon.mail.HostName;
import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// What the daemon is asked while `greyctl doctor` plays clients. What it remembers of these is
/// forgotten at the end. Confined to one thread, but for the one that listens.
final class DoctorWatch implements AutoCloseable {
    private static final int TAG_LETTERS = 8;
    private static final int POLLS = 40;

    /// The last session was a user's, of whom it may say something too.
    private static final int POLLS_AFTER = 5;

    private static final long POLL_MILLIS = 50;
    private static final long RECENT_SECONDS = 120;

    private final String tag = tag(new SecureRandom());
    private final ControlOptions control;
    private final String recipient;
    private final String stranger;
    private final @Nullable ControlClient client;
    private final List<ControlClient.Line> decisions = new CopyOnWriteArrayList<>();
    private boolean isForgotten;

    /// @param isThere whether the daemon answers
    /// @param recipient to whom mail is begun
    DoctorWatch(ControlOptions control, boolean isThere, String recipient) {
        this.control = control;
        this.recipient = recipient;
        client = isThere ? open() : null;
        stranger = chosen();
        if (client != null) {
            Thread.ofVirtual().name("doctor").start(() -> listen(client));
        }
    }

    /// Letters that are no hexadecimal digits: numbers that change with each message are not part
    /// of what the daemon remembers of a sender.
    private static String tag(SecureRandom random) {
        StringBuilder made = new StringBuilder("doctor");
        for (int i = 0; i < TAG_LETTERS; i++) {
            made.append((char) ('g' + random.nextInt(16)));
        }
        return made.toString();
    }

    /// Everything: a bounce has no sender by which it could be told from others.
    private @Nullable ControlClient open() {
        try {
            ControlClient opened = control.connect();
            opened.send(ControlOptions.request("tail").toString());
            opened.begun(); // By a blank line as soon as it watches.
            return opened;
        } catch (NoAnswerException e) {
            return null;
        }
    }

    private void listen(ControlClient from) {
        try {
            for (Optional<ControlClient.Line> line = from.line();
                    line.isPresent();
                    line = from.line()) {
                boolean isBounce = line.get().text("sender").isEmpty();
                if (isBounce || line.get().text("sender").contains(tag)) {
                    decisions.add(line.get());
                }
            }
        } catch (NoAnswerException e) {
            // The daemon ends, or this does.
        }
    }

    /// The first address that is new to the daemon; the first of all if none is.
    private String chosen() {
        return Trials.STRANGERS.stream()
                .filter(address -> client != null)
                .filter(this::isNew)
                .findFirst()
                .orElse(Trials.STRANGERS.getFirst());
    }

    private boolean isNew(String address) {
        return ask(explain(address)).filter(DoctorWatch::isNew).isPresent();
    }

    private static boolean isNew(ControlClient.Line explained) {
        return explained.text("reason").equals("new");
    }

    private JsonLine explain(String address) {
        return ControlOptions.request("explain")
                .put("client", address)
                .put("sender", "stranger-" + tag + "@example.org")
                .put("recipient", recipient);
    }

    /// How long mail of the stranger waits if nobody confirms a name of its: zero if no longer than
    /// others', empty if nobody knows.
    Optional<Duration> namelessWait() {
        return ask(explain(stranger).put("host", HostName.UNKNOWN))
                .filter(DoctorWatch::isNew)
                .map(line ->
                        line.text("suspect").equals(Suspicion.NO_NAME.word())
                                ? Duration.ofSeconds(line.number("delay"))
                                : Duration.ZERO);
    }

    /// The address that the stranger has.
    String stranger() {
        return stranger;
    }

    boolean isThere() {
        return client != null;
    }

    /// In all senders of this run.
    String tag() {
        return tag;
    }

    /// Waits until the daemon has told what it was asked, two seconds at most. Who is not asked
    /// about strangers or bounces says nothing of them.
    void await() {
        try {
            for (int i = 0; i < POLLS && client != null; i++) {
                if (decision("stranger").isPresent() && bounce().isPresent() && i >= POLLS_AFTER) {
                    return;
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What was decided about a sender of this run.
    Optional<ControlClient.Line> decision(String sender) {
        return decisions.stream()
                .filter(line -> line.text("sender").startsWith(sender + "-" + tag))
                .findFirst();
    }

    /// What was decided about a bounce to the recipient meanwhile: of the stranger's if it could be
    /// played, for others send bounces too.
    Optional<ControlClient.Line> bounce() {
        return bounces().filter(this::isOfStranger).findFirst().or(() -> bounces().findFirst());
    }

    private Stream<ControlClient.Line> bounces() {
        return decisions.stream()
                .filter(line -> line.text("sender").isEmpty())
                .filter(line -> isOurs(line.text("recipient")));
    }

    /// Whether it was decided about the stranger, whom nobody else is.
    boolean isOfStranger(ControlClient.Line line) {
        return line.text("client").equals(stranger);
    }

    /// Where nobody may be another client the bounce is this host's own.
    private static boolean isOfThisHost(ControlClient.Line line) {
        return line.text("client").startsWith("127.") || line.text("client").equals("::1");
    }

    /// A mail server may add its own domain to what has none.
    private boolean isOurs(String told) {
        return told.equalsIgnoreCase(recipient)
                || (recipient.indexOf('@') < 0
                        && told.regionMatches(true, 0, recipient + "@", 0, recipient.length() + 1));
    }

    /// Whether the daemon remembers mail of this host's own address, but for this run's.
    boolean remembersLoopback() {
        forget();
        return client != null && (count("127.0.0.0/8") > 0 || count("::1") > 0);
    }

    private long count(String network) {
        return ask(ControlOptions.request("forget").put("client", network).put("dry_run", true))
                .map(line -> line.number("entries"))
                .orElse(0L);
    }

    /// This run's own entries, and no others: the senders have its tag, and a bounce is one that
    /// the daemon called new, with the client that it was asked about, if that was the stranger or
    /// this host.
    private void forget() {
        if (client == null || isForgotten) {
            return;
        }
        isForgotten = true;
        ask(ControlOptions.request("forget").put("sender", tag));
        bounce().filter(line -> line.text("reason").equals("new"))
                .filter(line -> isOfStranger(line) || isOfThisHost(line))
                .ifPresent(line ->
                        ask(
                                ControlOptions.request("forget")
                                        .put("client", line.text("client"))
                                        .put("sender", "<>")
                                        .put("recipient", "<" + line.text("recipient") + ">")
                                        .put("younger", RECENT_SECONDS)));
    }

    private Optional<ControlClient.Line> ask(JsonLine request) {
        try (ControlClient once = control.connect()) {
            once.send(request.toString());
            once.end();
            return Optional.of(once.last());
        } catch (NoAnswerException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        forget();
        if (client != null) {
            client.close();
        }
    }
}
