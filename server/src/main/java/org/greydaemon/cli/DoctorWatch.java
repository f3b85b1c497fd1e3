package org.greydaemon.cli;

import org.greydaemon.doctor.Trials;
import org.greydaemon.json.JsonLine;
import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// What the daemon is asked while `greyctl doctor` plays clients. What it remembers of these is
/// forgotten at the end. Confined to one thread, but for the one that listens.
final class DoctorWatch implements AutoCloseable {
    private static final int POLLS = 20;
    private static final long POLL_MILLIS = 50;
    private static final long RECENT_SECONDS = 120;

    private final String tag = "doctor" + Integer.toHexString(new SecureRandom().nextInt());
    private final ControlOptions control;
    private final String recipient;
    private final @Nullable ControlClient client;
    private final List<ControlClient.Line> decisions = new CopyOnWriteArrayList<>();
    private boolean isForgotten;

    /// @param isThere whether the daemon answers
    /// @param recipient to whom mail is begun
    DoctorWatch(ControlOptions control, boolean isThere, String recipient) {
        this.control = control;
        this.recipient = recipient;
        client = isThere ? open() : null;
        if (client != null) {
            Thread.ofVirtual().name("doctor").start(() -> listen(client));
        }
    }

    /// Everything: a bounce has no sender by which it could be told from others.
    private @Nullable ControlClient open() {
        try {
            ControlClient opened = control.connect();
            opened.send(ControlOptions.request("tail").toString());
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

    boolean isThere() {
        return client != null;
    }

    /// In all senders of this run.
    String tag() {
        return tag;
    }

    /// Waits until the daemon has told what it was asked, a second at most.
    void await() {
        try {
            for (int i = 0; i < POLLS && client != null; i++) {
                if (decision("stranger").isPresent() && i > POLLS / 8) {
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

    /// What was decided about a bounce meanwhile.
    Optional<ControlClient.Line> bounce() {
        return decisions.stream().filter(line -> line.text("sender").isEmpty()).findFirst();
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

    /// The bounce has no sender, and comes from the stranger or from this host.
    private void forget() {
        if (client != null && !isForgotten) {
            isForgotten = true;
            ask(ControlOptions.request("forget").put("sender", tag));
            ask(ControlOptions.request("forget").put("client", Trials.STRANGER));
            ask(
                    ControlOptions.request("forget")
                            .put("client", "127.0.0.1")
                            .put("recipient", recipient)
                            .put("younger", RECENT_SECONDS));
        }
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
