package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Whether a request may be answered. Safe for use by several threads.
///
/// What changes something needs the operator's token; what only reads, from beyond loopback, that
/// or the reader's. Without a token a request has to name this host as people do who mean it, by
/// address for example: otherwise the page of a stranger whose name was made to lead here (DNS
/// rebinding) could read what it says.
///
/// The dashboard shows who writes to whom, so it needs a token on loopback too, where every user of
/// the host could ask, unless the operator has opened it there; and it always needs a host's name
/// that is ours, and a browser that says the question is the page's own.
public final class Access {
    private static final String SCHEME = "bearer ";

    private static final CidrSet LOOPBACK =
            CidrSet.of(
                    List.of(
                            CidrBlock.around(IpAddress.ipv4(0x7f00_0000), 8),
                            CidrBlock.of(new IpAddress(0, 1))));

    /// What proxies add: who comes through one is not on this host.
    private static final Pattern FORWARDED =
            Pattern.compile("(?i)x-forwarded(-.*)?|x-real-ip|forwarded|via");

    private final List<String> names;
    private final List<String> otherNames;
    private final boolean isOpen;
    private final WrongTokens wrongTokens = new WrongTokens(System::nanoTime);

    // Written once when the save file's folder can be read; until then nobody has them.
    private volatile byte @Nullable [] token;
    private volatile byte @Nullable [] readersToken;

    /// Without other names, and not open.
    Access(String hostName) {
        this(hostName, List.of(), false);
    }

    /// @param hostName the name of this host
    /// @param otherNames under which the dashboard is reached too, through a proxy for example
    /// @param isOpen whether the dashboard may be looked at without a token on loopback; not if
    ///   there are other names, as who comes through a proxy may look like a user of this host
    public Access(String hostName, List<String> otherNames, boolean isOpen) {
        String name = hostName.toLowerCase(Locale.ROOT);
        names = List.of("localhost", name, name.replaceFirst("\\..*", ""));
        this.otherNames = otherNames.stream().map(other -> other.toLowerCase(Locale.ROOT)).toList();
        this.isOpen = isOpen && otherNames.isEmpty();
    }

    /// Whether an address is on loopback.
    public static boolean isLoopback(IpAddress address) {
        return LOOPBACK.contains(address.high(), address.low());
    }

    /// From now on this is the operator's token.
    public void token(String text) {
        token = text.getBytes(UTF_8);
    }

    /// From now on this is the reader's token.
    public void readersToken(String text) {
        readersToken = text.getBytes(UTF_8);
    }

    /// How many wrong tokens were shown.
    long wrongTokens() {
        return wrongTokens.count();
    }

    /// Who has shown the latest one.
    IpAddress lastWrongToken() {
        return wrongTokens.last();
    }

    /// What a token is good for.
    private enum Right {
        NONE,
        READ,
        CHANGE
    }

    /// Why a request of a program is not answered.
    ///
    /// @param peer who asks
    /// @param changes whether it changes something
    /// @return empty if it is
    Optional<Answer> refusal(IpAddress peer, HttpFields fields, boolean changes) {
        Right right = right(fields);
        if (right == Right.CHANGE || (right == Right.READ && !changes)) {
            return Optional.empty();
        }
        if (right == Right.READ) {
            return Optional.of(onlyReads());
        }
        if (changes || !isLoopback(peer)) {
            return Optional.of(
                    token == null && fields.has("Authorization")
                            ? noTokenYet()
                            : unauthorized(peer, fields));
        }
        return hosts(fields).stream().allMatch(host -> isOurs(name(host)))
                ? Optional.empty()
                : Optional.of(
                        Answer.error(
                                Answer.MISDIRECTED,
                                "Host names another host; ask by address, as localhost, by this"
                                        + " host's name, or with the token"));
    }

    /// Why a file of the dashboard is not sent to somebody: under a name that is not ours it is a
    /// stranger's page, which would ask for the token.
    Optional<Answer> refusalOfHost(HttpFields fields) {
        boolean isOurs =
                hosts(fields).stream()
                        .map(Access::name)
                        .allMatch(name -> isOurs(name) || otherNames.contains(name));
        return isOurs
                ? Optional.empty()
                : Optional.of(
                        Answer.error(
                                Answer.MISDIRECTED,
                                "Host names another host; ask by address, as localhost, by this"
                                        + " host's name, or add the name to listen.http-names"));
    }

    /// Why a question of the dashboard is not answered.
    ///
    /// @param peer who asks
    /// @param changes whether it changes something
    /// @return empty if it is
    Optional<Answer> refusalOfPage(IpAddress peer, HttpFields fields, boolean changes) {
        Optional<Answer> host = refusalOfHost(fields);
        if (host.isPresent()) {
            return host;
        }
        if (isOfAnotherPage(fields)) {
            return Optional.of(
                    Answer.error(Answer.FORBIDDEN, "the pages of others may not ask this"));
        }
        Right right = right(fields);
        if (right == Right.READ && changes) {
            return Optional.of(onlyReads());
        }
        if (right != Right.NONE || (!changes && mayLook(peer, fields))) {
            return Optional.empty();
        }
        if (token == null) {
            return Optional.of(noTokenYet());
        }
        return Optional.of(unauthorized(peer, fields));
    }

    /// Who was there before a restart may have the right one, and is none who guesses.
    private static Answer noTokenYet() {
        return Answer.error(
                Answer.UNAVAILABLE,
                "no token is known: the daemon is being started, or its log has a line that begins"
                        + " with token:");
    }

    private static Answer onlyReads() {
        return Answer.error(
                Answer.FORBIDDEN,
                "this token only reads; what changes something needs the one in savefile.token");
    }

    private boolean mayLook(IpAddress peer, HttpFields fields) {
        return isOpen
                && isLoopback(peer)
                && !fields.has("Authorization")
                && fields.names().stream().noneMatch(Access::isOfProxy)
                && fields.has("Host")
                && hosts(fields).stream().allMatch(host -> isOfLoopback(name(host)));
    }

    /// This host's own name is none: a proxy here has the same one where mail and proxy share it.
    private static boolean isOfLoopback(String name) {
        return name.equals("localhost") || address(name).filter(Access::isLoopback).isPresent();
    }

    private static boolean isOfProxy(String header) {
        return FORWARDED.matcher(header).matches();
    }

    private Answer unauthorized(IpAddress peer, HttpFields fields) {
        if (fields.has("Authorization") && wrongTokens.shown(peer)) {
            return Answer.error(
                    Answer.TOO_MANY, "too many wrong tokens; ask with the right one, or later");
        }
        return Answer.error(
                Answer.UNAUTHORIZED,
                "send Authorization: Bearer and the token that lies beside the save file, in"
                        + " savefile.token");
    }

    private Right right(HttpFields fields) {
        String given = fields.first("Authorization").orElse("");
        if (!given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Right.NONE;
        }
        byte[] shown = given.substring(SCHEME.length()).strip().getBytes(UTF_8);
        if (isSame(token, shown)) {
            return Right.CHANGE;
        }
        return isSame(readersToken, shown) ? Right.READ : Right.NONE;
    }

    /// In a time that does not tell how much of it is right.
    private static boolean isSame(byte @Nullable [] known, byte[] shown) {
        return known != null && MessageDigest.isEqual(known, shown);
    }

    /// Whether a browser says that another site's page asks. `Sec-Fetch-Site` is about what the
    /// browser sees, whatever a proxy makes of the host's name.
    private boolean isOfAnotherPage(HttpFields fields) {
        Optional<String> site = fields.first("Sec-Fetch-Site");
        if (site.isPresent()) {
            return !site.get().equals("same-origin");
        }
        Optional<String> origin = fields.first("Origin");
        if (origin.isEmpty()) {
            return false; // No browser.
        }
        String host = fields.first("Host").orElse("");
        try {
            String authority = new URI(origin.get()).getAuthority();
            return authority == null
                    || !(authority.equalsIgnoreCase(host) || otherNames.contains(name(authority)));
        } catch (URISyntaxException e) {
            return true;
        }
    }

    /// Every name that a request says it is meant for: a proxy tells what its own was.
    private static List<String> hosts(HttpFields fields) {
        List<String> all = new ArrayList<>(fields.all("Host"));
        all.addAll(fields.all("X-Forwarded-Host"));
        return all;
    }

    private static String name(String host) {
        return host.strip().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
    }

    private boolean isOurs(String name) {
        return names.contains(name) || address(name).isPresent();
    }

    private static Optional<IpAddress> address(String name) {
        boolean isBracketed = name.startsWith("[") && name.endsWith("]");
        return IpAddress.parse(isBracketed ? name.substring(1, name.length() - 1) : name);
    }
}
