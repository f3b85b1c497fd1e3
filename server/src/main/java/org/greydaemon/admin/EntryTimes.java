package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Wait;
import org.greydaemon.exempt.FinerLines;
import org.greydaemon.gate.Ledger;
import org.greydaemon.mail.Octets;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.Set;

/// When retries count of the triplets that are remembered: the rules say so by the entry, and the
/// operator's lines by the mail (`greylist delay 1h`), of which an entry has client, sender and
/// recipient but neither host nor HELO, and of some the client's /64 or the sender's normal form
/// only. Where a line asks for more, nobody knows before the retry comes. Confined to one thread.
final class EntryTimes {
    private final Ledger ledger;
    private final Rules rules;
    private final Set<Wait> said;
    private final long now;
    private @Nullable FinerLines finer;
    private final Attempt attempt = new Attempt(2 * Key.ADDRESS_MAX, 1);
    private final Source source = new Source(Source.Protocol.WORDS);

    /// @param now the time in seconds
    EntryTimes(Ledger ledger, long now) {
        this.ledger = ledger;
        this.now = now;
        rules = ledger.rules();
        said = ledger.waits();
    }

    /// What an entry is good for now.
    EntryState state(Key key, long entry) {
        if (key.kind() == Key.Kind.SUSPECT) {
            return EntryState.SUSPECT;
        }
        if (Lifetimes.isProof(key.kind(), entry)) {
            return EntryState.PROVEN;
        }
        EntryState usual = state(rules.window(entry), entry);
        if (said.stream().allMatch(wait -> state(rules.window(entry, wait), entry) == usual)) {
            return usual;
        }
        return window(key, entry).map(window -> state(window, entry)).orElse(EntryState.BY_LINES);
    }

    /// Whether an operator means an entry.
    boolean isMeant(Selection selection, Key key, long entry) {
        return selection.isEverything()
                || selection.holds(EntryText.of(key), now - Entry.time(entry), state(key, entry));
    }

    private EntryState state(RetryWindow window, long entry) {
        return switch (window.judge(Entry.time(entry), now)) {
            case EARLY -> EntryState.WAITING;
            case PASSED -> EntryState.READY;
            case NEW, LATE, KNOWN, EXEMPT, AUTHENTICATED, UNIDENTIFIED, BOUNCE, MALFORMED ->
                    EntryState.LATE;
        };
    }

    /// Whether numbers in the sender have become `#`: which ones they were, no entry tells.
    private boolean isNormalForm(byte[] text, int from, int to) {
        return rules instanceof ModernRules modern
                && modern.identification().senderForm()
                && Octets.indexOf(text, from, to, '#') >= 0;
    }

    /// Whether lines ask for more of client or sender than an entry has of them.
    private boolean tellApart(byte[] text, int client, int sender) {
        boolean isHome = ShownClient.isHome(text, client);
        boolean isForm = isNormalForm(text, client, sender);
        if (!isHome && !isForm) {
            return false;
        }
        FinerLines lines = finer == null ? ledger.finerLines() : finer;
        finer = lines;
        return (isHome
                        && ShownClient.address(new String(text, 0, client, US_ASCII))
                                .map(lines::tellApart)
                                .orElse(true))
                || (isForm
                        && lines.tellApart(new String(text, client, sender - client, ISO_8859_1)));
    }

    /// When a retry of a triplet counts; empty if that depends on what its entry does not tell.
    Optional<RetryWindow> window(Key key, long entry) {
        if (said.isEmpty() || key.kind() != Key.Kind.TRIPLET) {
            return Optional.of(rules.window(entry));
        }
        int client = key.clientLength();
        int sender = client;
        int recipient = sender + key.senderLength();
        if (tellApart(key.bytes(), client, recipient)) {
            return Optional.empty();
        }
        boolean isNull = recipient - sender == 1 && key.bytes()[sender] == '.';
        attempt.start(source);
        attempt.client(key.bytes(), 0, ShownClient.addressTo(key.bytes(), client));
        attempt.sender(key.bytes(), sender, isNull ? sender : recipient);
        attempt.recipient(key.bytes(), recipient, key.length());
        return ledger.waits(attempt).map(wait -> rules.window(entry, wait));
    }
}
