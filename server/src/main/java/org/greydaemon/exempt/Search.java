package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Key;

import java.util.List;
import java.util.Optional;

/// One search for an exemption: what the attempt says, in {@link NormalForm}, and how much work may
/// still be done. Confined to one thread.
///
/// Texts come from anybody, and lines that are compared with them are as many as operators write.
/// So the work of all searches for an attempt is bounded, and what is not found by then is no
/// exemption.
final class Search {
    /// The most steps for a message as a whole, and again for all its recipients together; a step
    /// is a character or a network that is compared. Some 0.5 ms.
    static final int STEPS_MAX = 1 << 19;

    /// No recipient: the message as a whole is looked at.
    static final int MESSAGE = -1;

    private final Attempt attempt;
    private final int recipient;
    private final boolean supposesHost;
    private int stepsLeft;
    private boolean isCutShort;
    private Optional<List<String>> sender = Optional.empty();
    private Optional<List<String>> helo = Optional.empty();
    private Optional<List<String>> hosts = Optional.empty();
    private Optional<List<String>> recipientForms = Optional.empty();

    /// @param recipient the recipient that is looked at, or {@link #MESSAGE}
    /// @param supposesHost whether unknown names of the host are supposed to match
    Search(Attempt attempt, int recipient, boolean supposesHost) {
        this.attempt = attempt;
        this.recipient = recipient;
        this.supposesHost = supposesHost;
        stepsLeft = recipient == MESSAGE ? STEPS_MAX : STEPS_MAX / attempt.recipients();
    }

    Attempt attempt() {
        return attempt;
    }

    /// Whether there is enough left for some more steps, which are then taken to be done.
    boolean mayTake(int steps) {
        stepsLeft -= steps;
        isCutShort |= stepsLeft < 0;
        return !isCutShort;
    }

    /// Whether more work was wanted than may be done.
    boolean isCutShort() {
        return isCutShort;
    }

    private List<String> sender() {
        if (sender.isEmpty()) {
            sender =
                    Optional.of(
                            attempt.recipients() == 0 || attempt.isSenderCut()
                                    ? List.of()
                                    : List.of(NormalForm.ofMailbox(attempt.senderText())));
        }
        return sender.get();
    }

    private List<String> helo() {
        if (helo.isEmpty()) {
            helo = Optional.of(List.of(NormalForm.ofHost(attempt.helo())));
        }
        return helo.get();
    }

    /// The confirmed names of the client's host; empty if they are unknown.
    Optional<List<String>> hosts() {
        if (hosts.isEmpty() && attempt.hosts().isPresent()) {
            hosts = attempt.hosts().map(all -> all.stream().map(NormalForm::ofHost).toList());
        }
        return hosts;
    }

    /// Whether a name of the host is supposed to match because they are unknown.
    boolean supposesHost() {
        return supposesHost && attempt.hosts().isEmpty();
    }

    /// The recipient: as it is, and without its extension (`bob+news@example.net`, RFC 5233), for
    /// who writes `bob@example.net` means what bob gets. None if the message is looked at, or if
    /// the recipient may have been cut: then nobody knows whose it is.
    List<String> recipientForms() {
        if (recipientForms.isEmpty()) {
            recipientForms = Optional.of(recipient == MESSAGE ? List.of() : forms());
        }
        return recipientForms.get();
    }

    private List<String> forms() {
        String octets = attempt.recipientText(recipient);
        if (octets.length() >= Key.ADDRESS_MAX) {
            return List.of();
        }
        String text = NormalForm.ofMailbox(octets);
        int plus = text.indexOf('+');
        int at = text.lastIndexOf('@');
        return plus <= 0 || plus > at
                ? List.of(text)
                : List.of(text, text.substring(0, plus) + text.substring(at));
    }

    /// The texts that a condition on the subject is about.
    List<String> texts(Subject subject) {
        return switch (subject) {
            case SENDER -> sender();
            case HELO -> helo();
            case HOST -> hosts().orElse(List.of());
            case RECIPIENT -> recipientForms();
            case CLIENT -> List.of(); // Is no text.
        };
    }
}
