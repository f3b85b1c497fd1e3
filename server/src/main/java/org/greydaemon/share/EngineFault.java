package org.greydaemon.share;

import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

/// What an error of the engine means to the operator.
final class EngineFault {
    private static final int WORDS_MAX = 200;

    /// What XADD says where nothing can come after the last id.
    private static final String EXHAUSTED = "exhausted the last possible ID";

    private static final Pattern PLACE = Pattern.compile("connect to (\\S+:[0-9]+)");

    /// What a server repeats that does not know a command, or may not.
    private static final Pattern REPEATED = Pattern.compile(",? with args beginning with.*");

    // What must not be repeated: many a server tells what it was sent, and the log has readers who
    // may not know it.
    private final Optional<String> secret;

    private EngineFault(Optional<String> secret) {
        this.secret = secret.filter(its -> !its.isEmpty());
    }

    /// An answer that makes no sense.
    static EngineException strange(String command) {
        return new EngineException(
                "the engine's answer to " + command + " makes no sense; is it a Valkey or Redis?",
                true,
                new IllegalStateException());
    }

    /// An answer with entries that it has given before.
    static EngineException repeated() {
        return new EngineException(
                "the engine's answer to XREAD repeats what was read before, or is not in order; is"
                        + " it a Valkey or Redis?",
                true,
                new IllegalStateException());
    }

    /// Names that do not end.
    static EngineException endless() {
        return new EngineException(
                "the engine's answers to ZSCAN do not end; is it a Valkey or Redis?",
                true,
                new IllegalStateException());
    }

    /// A stream with an id that no clock gives: the server has nothing later for what comes then.
    ///
    /// @param mark has to go too: where the first host has begun the stream anew, the others see by
    ///   nothing else that it is another one
    static EngineException beyond(String stream, String mark) {
        return new EngineException(
                stream
                        + ": an entry has an id at the end of all times, so somebody else has"
                        + " written below our names; delete it together with its mark, DEL "
                        + stream
                        + " "
                        + mark
                        + ", or choose another share.name; the other keys are shared meanwhile",
                false,
                new IllegalStateException());
    }

    /// The fault of a stream, if it is its own.
    static EngineException in(String stream, String mark, EngineException fault) {
        return fault.words().contains(EXHAUSTED) ? beyond(stream, mark) : fault;
    }

    /// An answer that comes so slowly that nobody has waited for its end.
    static EngineException slow(RuntimeException cause) {
        return new EngineException(
                "its answer has not ended after "
                        + AnswerDeadline.QUESTION_MILLIS / 1_000
                        + " s; see how busy it is, and that it is a Valkey or Redis",
                true,
                cause);
    }

    /// What went wrong and what to do. A fault of our own stays what it is: who asked hears of it.
    ///
    /// @param secret is not repeated
    static EngineException of(RuntimeException cause, Optional<String> secret) {
        if (!isOfLibrary(cause)) {
            throw cause;
        }
        return new EngineFault(secret).told(cause);
    }

    private EngineException told(RuntimeException cause) {
        return switch (cause) {
            case JedisAccessControlException e -> told(e, access(words(e)), true);
            case JedisRedirectionException e ->
                    told(e, "the Cluster moves slots just now; tried again", true);
            case JedisDataException e -> told(e, data(words(e)), isAnother(words(e)));
            case JedisException e -> told(e, connection(e), true);
            case IllegalStateException e ->
                    // A pipeline has no answer where a node of a Cluster was gone.
                    told(e, "a node does not answer; see that it runs", true);
            default -> told(cause, "its answer makes no sense: " + words(cause), true);
        };
    }

    /// Whether the client library has thrown it, who trusts that answers are what they should be.
    private static boolean isOfLibrary(RuntimeException cause) {
        for (StackTraceElement frame : cause.getStackTrace()) {
            String name = frame.getClassName();
            if (!name.startsWith("java.") && !name.startsWith("jdk.")) {
                return name.startsWith("redis.clients.");
            }
        }
        return false;
    }

    private static EngineException told(RuntimeException cause, String words, boolean isOver) {
        return new EngineException(words, isOver, cause);
    }

    private static String access(String words) {
        return words.startsWith("NOPERM")
                ? data(words)
                : words + "; mend share.username, share.password or share.password-file";
    }

    private static String data(String words) {
        String code =
                words.substring(0, words.indexOf(' ') < 0 ? words.length() : words.indexOf(' '));
        if (code.equals("DENIED")) { // Redis says it in 900 letters, and Valkey in others.
            return "it takes nobody from other hosts as long as its user default has no password"
                    + " (protected mode); set requirepass there, docs/several-hosts.md has the"
                    + " lines";
        }
        return words
                + switch (code) {
                    case "NOPERM" ->
                            "; docs/several-hosts.md has the user's line with the rights that are"
                                    + " needed";
                    case "NOAUTH", "WRONGPASS" ->
                            "; mend share.username, share.password or share.password-file";
                    case "OOM" -> "; give it more memory, docs/several-hosts.md says how much";
                    case "READONLY" ->
                            "; it is a replica: name the primary, or Sentinels and share.sentinel";
                    case "MISCONF" -> "; it cannot write its own files, its log says why";
                    case "LOADING" -> "; it has just been started, tried again";
                    case "MOVED", "ASK", "CROSSSLOT" -> "; it is a Cluster: set share.cluster";
                    case "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "NOREPLICAS" -> "; tried again";
                    case "WRONGTYPE" ->
                            "; somebody else has data below our names: choose another share.name";
                    default -> "; is it Valkey, or Redis 7.0 or later?";
                };
    }

    /// Whether a new connection may lead to a server that does better.
    private static boolean isAnother(String words) {
        return !words.startsWith("OOM")
                && !words.startsWith("WRONGTYPE")
                && !words.startsWith("MISCONF")
                && !words.startsWith("NOPERM");
    }

    /// Where nobody has taken a connection; the library tells it in what it suppresses.
    private Optional<String> unheard(Throwable cause) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return unheard(cause, seen);
    }

    /// @param seen what was looked at: what is suppressed may come from what suppresses it
    private Optional<String> unheard(Throwable cause, Set<Throwable> seen) {
        for (Throwable c = cause; c != null && seen.add(c); c = c.getCause()) {
            for (Throwable each : c.getSuppressed()) {
                if (each instanceof ConnectException) {
                    Matcher place = PLACE.matcher(words(c));
                    return Optional.of(place.find() ? place.group(1) : "share.servers");
                }
                Optional<String> inside = unheard(each, seen);
                if (inside.isPresent()) {
                    return inside;
                }
            }
        }
        return Optional.empty();
    }

    private String connection(JedisException cause) {
        Optional<String> unheard = unheard(cause);
        if (unheard.isPresent()) {
            return "nobody listens at "
                    + unheard.get()
                    + "; see that it runs, and that share.servers is right";
        }
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable c = cause; c != null && seen.add(c); c = c.getCause()) {
            switch (c) {
                case BoundedReplies.TooLarge e -> {
                    return "it announces "
                            + e.getMessage()
                            + ", which is more than was asked for; see that it is a Valkey or"
                            + " Redis, and that nobody else writes below our names";
                }
                case UnknownHostException e -> {
                    return "there is no host " + e.getMessage() + "; mend share.servers";
                }
                case ConnectException _ -> {
                    return "it does not answer; see that it runs, and that share.servers is right";
                }
                case SocketTimeoutException _ -> {
                    return "it does not answer in time; see how busy it is";
                }
                case SSLException e -> {
                    return "TLS: " + words(e) + "; mend share.tls and its files";
                }
                case JedisDataException e -> {
                    return data(words(e));
                }
                default -> {
                    // What it came from may say more.
                }
            }
        }
        return cause instanceof JedisConnectionException
                ? "the connection was closed; tried again"
                : words(cause);
    }

    private String words(Throwable cause) {
        String all = REPEATED.matcher(String.valueOf(cause.getMessage())).replaceFirst("");
        String told = secret.map(its -> all.replace(its, "(hidden)")).orElse(all);
        String words = told.replaceAll("\\p{Cntrl}", " ").strip();
        return words.length() > WORDS_MAX ? words.substring(0, WORDS_MAX) + "..." : words;
    }
}
