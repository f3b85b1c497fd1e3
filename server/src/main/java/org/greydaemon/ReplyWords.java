package org.greydaemon;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.gate.Deferral;
import org.greydaemon.gate.DelayTokens;
import org.greydaemon.gate.Replies;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.server.SteadyClock;

import java.util.Optional;

/// What deferred clients are told, and where they can read why. Changed by `main`, read by whoever
/// defers a mail.
final class ReplyWords {
    // Written by a reload.
    private volatile ReplyText reply;
    private volatile Optional<String> link;

    // Written once when the save file's folder can be read.
    private volatile Optional<DelayTokens> tokens = Optional.empty();

    ReplyWords(DaemonSettings settings) {
        reply = settings.reply();
        link = settings.replyLink();
    }

    /// Changes what a reload can change.
    void change(DaemonSettings settings) {
        reply = settings.reply();
        link = settings.replyLink();
    }

    /// From now on the link has a token that tells what the mail waits for.
    void link(DelayTokens known) {
        tokens = Optional.of(known);
    }

    /// Puts deferrals into these words.
    Replies replies(SteadyClock clock) {
        return new Replies(() -> reply, clock::wallOffsetSeconds, this::link);
    }

    /// Where a client can read why its mail has to wait; empty while there is no key.
    private String link(Deferral deferral, long wall) {
        DelayTokens.Facts facts =
                new DelayTokens.Facts(
                        deferral.reason(), deferral.suspicion(), wall, deferral.seconds());
        Optional<DelayTokens> known = tokens;
        return link.flatMap(begin -> known.map(all -> begin + all.of(facts))).orElse("");
    }

    /// What a token tells; empty if it is none of ours.
    Optional<DelayTokens.Facts> why(String token, long wall) {
        return tokens.flatMap(known -> known.read(token, wall));
    }
}
