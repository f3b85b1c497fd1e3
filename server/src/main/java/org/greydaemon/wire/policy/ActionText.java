package org.greydaemon.wire.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.gate.Deferral;
import org.greydaemon.gate.Replies;
import org.greydaemon.mail.DelayHeader;

import java.util.function.LongSupplier;

/// Puts an answer into Postfix's words, an action of access(5). Safe for use by several threads.
final class ActionText {
    private final Replies replies;
    private final DelayHeader header;
    private final LongSupplier wallOffsetSeconds;

    /// @param replies what deferred clients are told; Postfix puts its own code before it
    /// @param wallOffsetSeconds what to add to a time of decisions to get the wall clock's
    ActionText(Replies replies, DelayHeader header, LongSupplier wallOffsetSeconds) {
        this.replies = replies;
        this.header = header;
        this.wallOffsetSeconds = wallOffsetSeconds;
    }

    /// A whole answer.
    ///
    /// @param request what is answered
    /// @param words used meanwhile, so that its room is made once
    byte[] octets(PolicyAnswer answer, RequestReader request, StringBuilder words) {
        words.setLength(0);
        words.append("action=");
        switch (answer.kind()) {
            case PASS -> words.append("DUNNO");
            case MARK -> mark(answer, words);
            case DEFER -> deferral(answer.deferral().orElseThrow(), request, words);
        }
        return words.append("\n\n").toString().getBytes(ISO_8859_1);
    }

    private void mark(PolicyAnswer answer, StringBuilder words) {
        long wall = answer.at() + wallOffsetSeconds.getAsLong();
        words.append("PREPEND ").append(DelayHeader.NAME).append(": ");
        words.append(header.value(answer.seconds(), wall));
    }

    /// Postfix does not tell whether the session has SMTPUTF8, so it is ASCII.
    private void deferral(Deferral deferral, RequestReader request, StringBuilder words) {
        words.append("DEFER_IF_PERMIT ");
        replies.behindRecipient(
                deferral,
                request.text(Attribute.CLIENT_ADDRESS),
                new String(request.value(Attribute.RECIPIENT), UTF_8),
                words);
    }
}
