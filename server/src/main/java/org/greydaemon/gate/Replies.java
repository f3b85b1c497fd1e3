package org.greydaemon.gate;

import org.greydaemon.mail.ReplyText;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Puts into words that mail has to wait, over all front ends alike. Safe for use by several
/// threads.
public final class Replies {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final long DAY_SECONDS = 86_400;

    private final Supplier<ReplyText> usual;
    private final LongSupplier wallOffsetSeconds;
    private final Links links;

    /// @param usual what clients are told where no line says otherwise
    /// @param wallOffsetSeconds what to add to a time of decisions to get the wall clock's
    /// @param links explain it
    public Replies(Supplier<ReplyText> usual, LongSupplier wallOffsetSeconds, Links links) {
        this.usual = usual;
        this.wallOffsetSeconds = wallOffsetSeconds;
        this.links = links;
    }

    /// The codes and the text before anything is put in.
    public ReplyText reply(Deferral deferral) {
        return deferral.reply(usual.get());
    }

    /// The text of a reply line of our own.
    ///
    /// @param client the client's address as the mail server tells it
    /// @param utf8 whether the session may have more than ASCII in it
    public String text(Deferral deferral, String client, String recipient, boolean utf8) {
        return reply(deferral).text(told(deferral, client, recipient), utf8);
    }

    /// Codes and text as Postfix puts them behind a code of its own and the recipient.
    ///
    /// @param words to which they are added
    public void behindRecipient(
            Deferral deferral, String client, String recipient, StringBuilder words) {
        ReplyText reply = reply(deferral);
        words.append(reply.enhancedBesideOther()).append(' ');
        words.append(reply.textBehindRecipient(told(deferral, client, recipient)));
    }

    private ReplyText.Told told(Deferral deferral, String client, String recipient) {
        long now = deferral.at() + wallOffsetSeconds.getAsLong();
        long then = now + deferral.seconds();
        ReplyText reply = reply(deferral);
        boolean isToday = now / DAY_SECONDS == then / DAY_SECONDS;
        return new ReplyText.Told(
                deferral.seconds(),
                reply.hasTime() ? (isToday ? TIME : DAY).format(Instant.ofEpochSecond(then)) : "",
                client,
                recipient,
                reply.hasLink() ? links.to(deferral, now) : "");
    }

    /// Where a client can read why its mail has to wait.
    public interface Links {
        /// There are none.
        Links NONE = (_, _) -> "";

        /// A link.
        ///
        /// @param wall the time of the deferral by the wall clock, in seconds since 1970
        String to(Deferral deferral, long wall);
    }
}
