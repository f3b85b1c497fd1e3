package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a request may be answered. Safe for use by several threads.
///
/// What changes something needs the token, and so does everything from beyond loopback. Without the
/// token a request has to name this host as people do who mean it, by address for example: else the
/// page of a stranger whose name was made to lead here (DNS rebinding) could read what it says.
public final class Access {
    private static final String SCHEME = "bearer ";

    private static final CidrSet LOOPBACK =
            CidrSet.of(
                    List.of(
                            CidrBlock.around(IpAddress.ipv4(0x7f00_0000), 8),
                            CidrBlock.of(new IpAddress(0, 1))));

    private final List<String> names;

    // Written once when the save file's folder can be read; until then nobody has it.
    private volatile byte @Nullable [] token;

    /// @param hostName the name of this host
    public Access(String hostName) {
        String name = hostName.toLowerCase(Locale.ROOT);
        names = List.of("localhost", name, name.replaceFirst("\\..*", ""));
    }

    /// From now on this is the token.
    public void token(String text) {
        token = text.getBytes(UTF_8);
    }

    /// Why a request is not answered.
    ///
    /// @param peer who asks
    /// @param changes whether it changes something
    /// @return empty if it is
    Optional<Answer> refusal(IpAddress peer, Headers headers, boolean changes) {
        if (hasToken(headers)) {
            return Optional.empty();
        }
        if (changes || !isLoopback(peer)) {
            return Optional.of(
                    Answer.error(
                            Answer.UNAUTHORIZED,
                            "send Authorization: Bearer and the token that lies beside the save"
                                    + " file, in savefile.token"));
        }
        List<String> hosts = headers.getOrDefault("Host", List.of());
        return hosts.stream().allMatch(this::isOurs)
                ? Optional.empty()
                : Optional.of(
                        Answer.error(
                                Answer.MISDIRECTED,
                                "Host names another host; ask by address, as localhost, by this"
                                        + " host's name, or with the token"));
    }

    private boolean hasToken(Headers headers) {
        byte[] known = token;
        String given = Optional.ofNullable(headers.getFirst("Authorization")).orElse("");
        return known != null
                && given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        known, given.substring(SCHEME.length()).strip().getBytes(UTF_8));
    }

    private boolean isOurs(String host) {
        String name = host.strip().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
        boolean isBracketed = name.startsWith("[") && name.endsWith("]");
        return names.contains(name)
                || IpAddress.parse(isBracketed ? name.substring(1, name.length() - 1) : name)
                        .isPresent();
    }

    private static boolean isLoopback(IpAddress peer) {
        return LOOPBACK.contains(peer.high(), peer.low());
    }
}
