package org.greydaemon.decision;

import org.greydaemon.net.IpAddress;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is known of the client of one attempt beside its address: what the mail server tells, and
/// what DNS has said. Names of hosts, SPF and lists are confirmed by somebody else; a HELO is only
/// said. Mutable and reused; belongs to its {@link Attempt} and to that one's thread.
///
/// Each is unknown until somebody tells it. Once nobody can be asked any more, see {@link #asked},
/// what is unknown stays so.
public final class Evidence {
    /// What SPF says of the client and the sender's domain (RFC 7208).
    public enum Spf {
        /// Nobody has asked.
        UNKNOWN,
        /// The domain sends from this client.
        PASS,
        /// It says that it does not.
        FAIL,
        /// It says nothing at all, or there is no domain.
        NONE,
        /// It says neither, or nothing that makes sense.
        OTHER,
        /// DNS did not answer in time.
        NO_ANSWER
    }

    /// Whether the client speaks TLS.
    public enum Tls {
        /// Nobody has told.
        UNKNOWN,
        /// It does.
        YES,
        /// It does not.
        NO
    }

    /// The most octets of a host's name that are shown: RFC 1035 2.3.4, as text.
    public static final int HOST_NAME_MAX = 253;

    private String helo = "";
    private Optional<List<String>> hosts = Optional.empty();
    private Spf spf = Spf.UNKNOWN;
    private Tls tls = Tls.UNKNOWN;
    private boolean authenticated;
    private boolean asked;
    private boolean isUnanswered;

    // What lists in DNS have said, by their domains; empty if one has not answered.
    private Map<String, Optional<List<IpAddress>>> listings = Map.of();

    Evidence() {}

    /// Forgets the client before.
    void clear() {
        helo = "";
        hosts = Optional.empty();
        spf = Spf.UNKNOWN;
        tls = Tls.UNKNOWN;
        authenticated = false;
        asked = false;
        isUnanswered = false;
        if (!listings.isEmpty()) {
            listings = Map.of();
        }
    }

    /// Says that the client has shown who it is, by SMTP AUTH or a certificate.
    public void authenticated() {
        authenticated = true;
    }

    /// Whether the client has shown who it is.
    public boolean isAuthenticated() {
        return authenticated;
    }

    /// What the client has called itself (RFC 5321 4.1.1.1), in lower case; anybody can say
    /// anything. Empty if nobody has told.
    public void helo(String name) {
        helo = name;
    }

    /// What the client has called itself; empty if nobody has told.
    public String helo() {
        return helo;
    }

    /// Tells the names of the client's host that were looked up and confirmed: its address leads to
    /// each of them, and each of them to the address. In lower case, without a dot at the end; an
    /// empty list if there are none.
    public void hosts(List<String> names) {
        hosts = Optional.of(names);
    }

    /// The confirmed names of the client's host; empty if they are unknown.
    public Optional<List<String>> hosts() {
        return hosts;
    }

    /// Writes the first confirmed name of the client's host, cut at {@link #HOST_NAME_MAX} octets;
    /// what is not ASCII becomes `?`.
    ///
    /// @param to has room for {@link #HOST_NAME_MAX} octets
    /// @return how many octets it has; 0 if there is none, or it is unknown
    public int writeHostName(byte[] to) {
        if (hosts.isEmpty() || hosts.get().isEmpty()) {
            return 0;
        }
        String name = hosts.get().getFirst();
        int length = Math.min(name.length(), HOST_NAME_MAX);
        for (int i = 0; i < length; i++) {
            to[i] = (byte) (name.charAt(i) < 0x7f ? name.charAt(i) : '?');
        }
        return length;
    }

    /// What SPF says of the client.
    public void spf(Spf said) {
        spf = said;
    }

    /// What SPF says of the client.
    public Spf spf() {
        return spf;
    }

    /// Says whether the client speaks TLS.
    public void tls(boolean speaks) {
        tls = speaks ? Tls.YES : Tls.NO;
    }

    /// Whether the client speaks TLS.
    public Tls tls() {
        return tls;
    }

    /// What a list in DNS says of the client.
    ///
    /// @param zone the list's domain
    /// @param answer the addresses by which it says so, none if it does not have the client; empty
    ///   if it did not answer
    public void listing(String zone, Optional<List<IpAddress>> answer) {
        if (listings.isEmpty()) {
            listings = new HashMap<>();
        }
        listings.put(zone, answer);
    }

    /// What a list in DNS says of the client; empty if it did not answer, or nobody has asked.
    public Optional<List<IpAddress>> listing(String zone) {
        return listings.getOrDefault(zone, Optional.empty());
    }

    /// Says that what is still unknown of the client stays unknown: nobody answered, or nobody can
    /// ask.
    public void asked() {
        asked = true;
    }

    /// Says that DNS was to be asked for the names of the client's host and did not answer, or
    /// could not be asked any more. Who else is asked may still answer: the zone of the client's
    /// address is not the sender's.
    public void unanswered() {
        isUnanswered = true;
    }

    /// Whether DNS did not answer who the client is.
    boolean isUnanswered() {
        return isUnanswered;
    }

    /// Whether the names of the host are unknown and may still become known.
    boolean lacksHosts() {
        return !asked && !isUnanswered && hosts.isEmpty();
    }

    /// Whether what SPF says is unknown and may still become known.
    boolean lacksSpf() {
        return !asked && spf == Spf.UNKNOWN;
    }

    /// Whether what a list says is unknown and may still become known.
    boolean lacksListing(String zone) {
        return !asked && !listings.containsKey(zone);
    }
}
