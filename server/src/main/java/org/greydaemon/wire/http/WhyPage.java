package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.gate.DelayTokens;
import org.greydaemon.mail.Sha256;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// The page that a link in a reply leads to: it tells a sender's postmaster why mail has to wait,
/// and what helps. Everybody may read it, for it has nothing of anybody's: no address, of whomever,
/// and nothing that was sent but what our own token says. Safe for use by several threads.
public final class WhyPage {
    /// What its paths begin with; a token follows.
    static final String PATH = "/why/";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final String STYLE =
            "body{font:1.1em/1.5 sans-serif;max-width:40em;margin:2em auto;padding:0 1em;"
                    + "color:#222;background:#fff;overflow-wrap:anywhere}h1{font-size:1.4em}"
                    + "@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}}";

    /// By which a browser knows that the style is ours.
    private static final String STYLE_HASH = hash(STYLE);

    private static final String UNKNOWN =
            "<h1>This link is not valid any more</h1>\n"
                + "<p>Links like this one explain for seven days why a message had to wait. Mail"
                + " servers try again by themselves; if a message has not arrived after some hours,"
                + " their mail server tells the sender.</p>\n";

    private final String host;
    private final Function<String, Optional<DelayTokens.Facts>> reader;

    /// @param host the name of this mail server
    /// @param reader reads a token
    public WhyPage(String host, Function<String, Optional<DelayTokens.Facts>> reader) {
        this.host = host;
        this.reader = reader;
    }

    private static String hash(String text) {
        return Base64.getEncoder().encodeToString(Sha256.begin().digest(text.getBytes(US_ASCII)));
    }

    /// Answers a request for a page.
    Answer answer(Exchange exchange) {
        protect(exchange.answer());
        String method = exchange.method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.answer().set("Allow", "GET, HEAD");
            return Answer.text(Answer.WRONG_METHOD, "only GET, HEAD here\n");
        }
        String token = exchange.path().substring(PATH.length());
        Optional<DelayTokens.Facts> facts = reader.apply(token);
        return page(
                facts.isPresent() ? Answer.OK : Answer.NOT_FOUND,
                facts.map(this::text).orElse(UNKNOWN));
    }

    private static void protect(HttpFields answer) {
        answer.set(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'sha256-"
                        + STYLE_HASH
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        answer.set("X-Content-Type-Options", "nosniff");
        answer.set("Referrer-Policy", "no-referrer");
        answer.set("Cache-Control", "no-store");
        answer.set("X-Robots-Tag", "noindex");
    }

    private static Answer page(int status, String text) {
        return new Answer(
                status,
                "text/html; charset=utf-8",
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        + "<meta name=\"viewport\" content=\"width=device-width\">\n"
                        + "<meta name=\"color-scheme\" content=\"light dark\">\n"
                        + "<title>Why mail has to wait</title>\n<style>"
                        + STYLE
                        + "</style>\n</head>\n<body>\n<main>\n"
                        + text
                        + "</main>\n</body>\n</html>\n");
    }

    private String text(DelayTokens.Facts facts) {
        String from = TIME.format(Instant.ofEpochSecond(facts.at() + facts.seconds()));
        return "<h1>Your mail has to wait, and will arrive</h1>\n<p>On "
                + TIME.format(Instant.ofEpochSecond(facts.at()))
                + " the mail server "
                + escaped(host)
                + " has put off a message of yours: "
                + why(facts.reason())
                + ". Mail servers try again by themselves, and a retry passes <strong>from "
                + from
                + " on</strong>, "
                + facts.seconds()
                + " seconds after that attempt. Nobody has to do anything.</p>\n"
                + remedy(facts.suspicion())
                + "<p>This is greylisting (RFC 6647): software that sends spam rarely tries again."
                + " Once a retry has passed, later mail from the same server passes at once. If"
                + " yours does not, retries perhaps come from another address each time; then send"
                + " them from one network with host names of one domain, or publish SPF.</p>\n";
    }

    private static String why(Reason reason) {
        return switch (reason) {
            case EARLY -> "it was a retry that came too early";
            case LATE -> "it was a retry that came too late, so that the wait began anew";
            default -> "it came from a server that this one does not know yet";
        };
    }

    private static String remedy(Suspicion suspicion) {
        String text =
                switch (suspicion) {
                    case NONE -> "";
                    case NO_NAME ->
                            "It waits longer than others because the address that it came from has"
                                + " no host name in DNS that leads back to it. Give the mail server"
                                + " a PTR record, and the name in it an A or AAAA record with the"
                                + " address.";
                    case GENERIC_NAME ->
                            "It waits longer than others because the host name of the address that"
                                + " it came from is one that providers give to any line or machine."
                                + " Give the mail server a name of its own in PTR and A records,"
                                + " mail.example.org for example.";
                    case OUR_NAME ->
                            "It waits longer than others because the server that it came from says"
                                    + " in HELO that it is this server. Set its own name there.";
                    case BARE_ADDRESS ->
                            "It waits longer than others because the server that it came from gives"
                                    + " a bare address in HELO, where mail servers give their name."
                                    + " Set its own name there.";
                };
        return text.isEmpty() ? "" : "<p>" + text + "</p>\n";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
