package org.greydaemon.decision;

import org.greydaemon.identity.HostDomain;
import org.greydaemon.identity.SenderForm;
import org.greydaemon.mail.Sha256;
import org.greydaemon.net.AddressWriter;
import org.greydaemon.net.ClientNetwork;
import org.greydaemon.net.IpAddress;
import org.greydaemon.net.TranslatedAddress;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.List;

/// The keys of one attempt's identities under the modern rules. Mutable and reused; confined to one
/// thread. A key is valid until the next one is asked for.
///
/// The triplets of identities that many clients share are named by digests, so that one attempt's
/// entries together stay small:
///
/// ```
/// digest = SHA-256(sender length, sender, recipient)[0..16)  xor  mark of the identity
/// mark   = SHA-256(kind, domain)[0..16), or for a network a mix of its bits
/// ```
///
/// To make a triplet pass for somebody else's, one would have to find a sender and a recipient
/// whose digest has 128 given bits.
final class IdentityKeys {
    /// The most entries that are fetched for host names; a host can have many.
    private static final int FETCHED_MAX = 6;

    private static final int FORM_MAX = 2 * Key.ADDRESS_MAX;

    private final MessageDigest sha = Sha256.begin();
    private final Key key = new Key();
    private final byte[] client = new byte[Key.CLIENT_MAX];
    private final byte[] text = new byte[2 * FORM_MAX];
    private final byte[] domain = new byte[Key.ADDRESS_MAX + SenderForm.ROOM];
    private final byte[] network = new byte[LearnedPools.TEXT_MAX];
    private final byte[] envelope = new byte[32];
    private final byte[] mark = new byte[32];
    private final byte[] digest = new byte[Key.DIGEST_LENGTH];
    private final Places places = new Places();
    private Attempt attempt;
    private Identification who = Identification.PLAIN;
    private int clientTo;
    private int senderTo;
    private int recipientTo;
    private int formed;
    private int domainLength;
    private int domainFrom;
    private boolean digested;
    private boolean isSenderCut;
    private int pool;

    IdentityKeys(Attempt attempt) {
        this.attempt = attempt;
    }

    /// Has the memory fetch what a client that is not known by its address is going to be looked up
    /// by, with one recipient.
    void fetch(Memory memory, List<HostDomain> domains) {
        if (!memory.fetches()) {
            return;
        }
        places.clear();
        for (HostDomain domain : domains) {
            if (places.entries() < FETCHED_MAX && hasSenderDomain()) {
                places.entry(memory, hostSender(domain));
                places.entry(memory, host(domain, 0));
            }
        }
        if (hasNetwork()) {
            places.entry(memory, network(0));
        }
        places.entry(memory, triplet(0));
        memory.fetch(places);
    }

    /// Begins with an attempt.
    void start(Attempt next, Identification identification) {
        attempt = next;
        who = identification;
        formed = -1;
        domainLength = -1;
        pool = 0;
        clientTo = writeClient();
    }

    /// Says with which networks the client's counts as one.
    ///
    /// @param number of their pool; 0 if with none
    void inPool(int number) {
        pool = number;
    }

    /// The number of that pool; 0 if there is none.
    int poolNumber() {
        return pool;
    }

    private int writeClient() {
        if (isHome()) {
            int end = AddressWriter.write(attempt.addressHigh(), 0, client, 0);
            return Identification.writeHome(client, end);
        }
        System.arraycopy(attempt.text(), 0, client, 0, attempt.clientTo());
        return attempt.clientTo();
    }

    /// Whether the client is known by its /64 rather than by its address.
    boolean isHome() {
        return who.ipv6Length() <= Identification.IPV6_HOME
                && attempt.isAddress()
                && !isIpv4()
                && !isOfTranslator();
    }

    /// Whether a translator has made the address, and nobody can tell of which: its neighbours are
    /// strangers.
    private boolean isOfTranslator() {
        return TranslatedAddress.isIn(attempt.addressHigh(), attempt.addressLow());
    }

    /// The client's.
    Key client() {
        name(Key.Kind.CLIENT);
        return key;
    }

    /// The client's as a suspect.
    Key suspect() {
        name(Key.Kind.SUSPECT);
        return key;
    }

    private void name(Key.Kind kind) {
        network();
        key.named(kind, client, 0, clientTo);
    }

    private void network() {
        if (attempt.isAddress()) {
            key.maker(attempt.addressHigh(), attempt.addressLow());
        } else {
            key.client(client, 0, 0); // The one network of all that are no address.
        }
    }

    /// The triplet of the client's address.
    Key triplet(int recipient) {
        form(recipient);
        name(Key.Kind.CLIENT);
        key.triplet(text, 0, senderTo, senderTo, recipientTo);
        return key;
    }

    /// Whether the client's network is an identity of its own.
    boolean hasNetwork() {
        return attempt.isAddress() && networkLength() < homeLength() && !isOfTranslator();
    }

    private boolean isIpv4() {
        return IpAddress.isIpv4(attempt.addressHigh(), attempt.addressLow());
    }

    private int networkLength() {
        return isIpv4() ? who.ipv4Length() : who.ipv6Length();
    }

    private int homeLength() {
        return isIpv4() ? 32 : Identification.IPV6_HOME;
    }

    /// The triplet of the client's network; only if it {@link #hasNetwork}.
    Key network(int recipient) {
        boolean isIpv4 = isIpv4();
        int length = isIpv4 ? 96 + who.ipv4Length() : who.ipv6Length();
        long mask = -1L << -length; // Of the half in which the network ends.
        long high = isIpv4 ? attempt.addressHigh() : attempt.addressHigh() & mask;
        long low = isIpv4 ? attempt.addressLow() & mask : 0;
        long first = mix(high ^ mix(low + length));
        putLong(first, mark, 0);
        putLong(mix(low ^ mix(first + high)), mark, Long.BYTES);
        return digest(Key.Kind.NETWORK_TRIPLET, recipient, mark);
    }

    /// The entry of the client's network as one of several that count as one.
    Key poolNetwork() {
        LearnedPools.name(
                key,
                ClientNetwork.high(attempt.addressHigh(), attempt.addressLow()),
                ClientNetwork.low(attempt.addressHigh(), attempt.addressLow()),
                network);
        return key;
    }

    /// The entry by which the number of a pool leads to that of another one.
    Key poolAlias(int number) {
        LearnedPools.nameAlias(key, number, network);
        return key;
    }

    /// The triplet of networks that count as one.
    ///
    /// @param pool their number
    Key learnedPool(int pool, int recipient) {
        sha.update((byte) Key.Kind.POOL_NETWORK.letter());
        sha.update((byte) (pool >> 16));
        sha.update((byte) (pool >> 8));
        sha.update((byte) pool);
        finish(mark);
        return digest(Key.Kind.NETWORK_TRIPLET, recipient, mark);
    }

    /// 64 bits that stand for the sender and the first recipient as they are compared.
    long envelope() {
        digestEnvelope(0);
        long bits = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            bits = bits << 8 | (envelope[i] & 0xff);
        }
        return bits;
    }

    /// The triplet of the domain of a confirmed host name.
    Key host(HostDomain domain, int recipient) {
        return digest(Key.Kind.HOST_TRIPLET, recipient, domain.digest());
    }

    /// The triplet of the sender's domain, for clients that SPF says it sends from.
    Key spf(int recipient) {
        form(recipient);
        sha.update((byte) Key.Kind.SPF_TRIPLET.letter());
        sha.update(text, domainFrom, senderTo - domainFrom);
        finish(mark);
        return digest(Key.Kind.SPF_TRIPLET, recipient, mark);
    }

    private void digestEnvelope(int recipient) {
        form(recipient);
        if (!digested) {
            digested = true;
            sha.update((byte) (senderTo >> 8));
            sha.update((byte) senderTo);
            sha.update(text, 0, recipientTo);
            finish(envelope);
        }
    }

    private Key digest(Key.Kind kind, int recipient, byte[] mark) {
        digestEnvelope(recipient);
        for (int i = 0; i < Key.DIGEST_LENGTH; i++) {
            digest[i] = (byte) (envelope[i] ^ mark[i]);
        }
        network();
        key.digest(kind, digest, 0);
        return key;
    }

    private void finish(byte[] to) {
        try {
            sha.digest(to, 0, to.length);
        } catch (DigestException e) {
            throw new AssertionError("32 octets are enough", e);
        }
    }

    /// Whether the sender has a domain. What is left of one that was cut may be another's.
    boolean hasSenderDomain() {
        form(0);
        return domainFrom > 0
                && domainFrom < senderTo
                && senderTo - domainFrom <= Key.CLIENT_MAX
                && !isSenderCut;
    }

    /// What the domain of a confirmed host name has proven for the sender's domain.
    Key hostSender(HostDomain domain) {
        pool(domain);
        key.withSender(Key.Kind.HOST_SENDER, text, domainFrom, senderTo);
        return key;
    }

    /// What the domain of a pool has proven.
    Key pool(HostDomain domain) {
        form(0);
        network();
        key.named(Key.Kind.POOL, domain.octets(), 0, domain.octets().length);
        return key;
    }

    /// What the sender's domain has proven through SPF.
    Key spfDomain() {
        form(0);
        network();
        key.named(Key.Kind.SPF_DOMAIN, text, domainFrom, senderTo);
        return key;
    }

    /// The fingerprint of the sender, see {@link SenderMarks}.
    int fingerprint() {
        form(0);
        return SenderMarks.fingerprint(text, 0, senderTo);
    }

    /// Where the domain of the sender's normal form begins; 0 if it has none.
    private int findDomain() {
        for (int i = senderTo - 1; i >= 0; i--) {
            if (text[i] == '@') {
                return i + 1;
            }
        }
        return 0;
    }

    /// Writes sender and recipient as they are compared.
    private void form(int recipient) {
        if (formed == recipient) {
            return;
        }
        formed = recipient;
        digested = false;
        byte[] from = attempt.text();
        int recipientFrom = attempt.recipientFrom(recipient);
        int end = attempt.recipientFrom(recipient + 1);
        if (who.senderForm() && !attempt.isNullSender()) {
            int localTo =
                    SenderForm.writeLocal(
                            from,
                            attempt.clientTo(),
                            attempt.senderTo(),
                            from,
                            recipientFrom,
                            end,
                            text,
                            0);
            int whole = writeDomain(localTo);
            senderTo = Math.min(whole, Key.ADDRESS_MAX);
            isSenderCut = whole > Key.ADDRESS_MAX || attempt.isSenderCut();
        } else {
            senderTo = copy(from, attempt.clientTo(), attempt.senderTo(), 0);
            isSenderCut = attempt.isSenderCut();
        }
        domainFrom = findDomain();
        recipientTo =
                who.delimiter() == 0
                        ? copy(from, recipientFrom, end, senderTo)
                        : SenderForm.writeRecipient(
                                from, recipientFrom, end, who.delimiter(), text, senderTo);
        recipientTo = Math.min(recipientTo, senderTo + Key.ADDRESS_MAX);
    }

    /// Writes the sender's domain, which is the same with each recipient and may be dear: one
    /// beyond ASCII is written in that once.
    private int writeDomain(int at) {
        if (domainLength < 0) {
            domainLength =
                    SenderForm.writeDomain(
                            attempt.text(), attempt.clientTo(), attempt.senderTo(), domain, 0);
        }
        System.arraycopy(domain, 0, text, at, domainLength);
        return at + domainLength;
    }

    private int copy(byte[] from, int start, int end, int at) {
        System.arraycopy(from, start, text, at, end - start);
        return at + end - start;
    }

    private static void putLong(long value, byte[] to, int at) {
        for (int i = 0; i < Long.BYTES; i++) {
            to[at + i] = (byte) (value >>> (8 * i));
        }
    }

    /// A bijection that spreads each bit over all (D. Stafford, mix 13).
    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
