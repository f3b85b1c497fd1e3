package org.greydaemon.decision;

import org.greydaemon.identity.SenderForm;
import org.greydaemon.mail.Octets;
import org.greydaemon.net.AddressParser;
import org.greydaemon.net.AddressWriter;
import org.greydaemon.net.ClientAddress;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One attempt to deliver a message, as a mail server tells it: client, sender and recipients in
/// the form in which they are compared. A front end fills it in this order: {@link #start}, {@link
/// #client}, {@link #sender}, {@link #recipient} for each, {@link #fault} where the request stops
/// making sense. Mutable and reused; confined to one thread.
///
/// The client is kept as the canonical text of its address, so that `::ffff:192.0.2.1` is
/// `192.0.2.1`, and so is `64:ff9b::192.0.2.1`; a client that is no address is a name of its own,
/// as in the original.
///
/// That something was cut is a fact of the attempt, see {@link #cut}: it never helps to pass.
public final class Attempt {
    /// Where a request stopped making sense.
    public enum Fault {
        /// It makes sense to its end.
        NONE,
        /// There is no client; nothing can be said about it.
        NO_CLIENT,
        /// There is no sender; the client is known.
        NO_SENDER,
        /// A field behind the sender is no recipient; the ones before it were.
        NO_RECIPIENT
    }

    /// The most octets of a message's name.
    public static final int MESSAGE_MAX = 2 * Key.ADDRESS_MAX + SenderForm.ROOM + 1;

    private static final byte[] NULL_SENDER = {'.'};

    /// Where the recipients' ends begin in {@link ComparedEnvelope}.
    private static final int FIRST_RECIPIENT = 2;

    private final byte[] text;
    private final int[] recipientFrom;
    private final AddressParser address = new AddressParser();
    private final Key key = new Key();
    private Fault fault = Fault.NONE;
    private boolean isAddress;
    private boolean cut;
    private int clientTo;
    private int senderTo;
    private int end;
    private int recipients;
    private final Evidence evidence = new Evidence();
    private final Causes causes;

    // Made by the first attempt that needs them: the original's rules never do.
    private @Nullable IdentityKeys keys;
    private final Identities identities = new Identities();

    // What the log shows of the request.
    private Source source = Source.NONE;

    /// @param octetsMax the most octets of a request
    /// @param recipientsMax the most recipients of a request
    public Attempt(int octetsMax, int recipientsMax) {
        text = new byte[Key.CLIENT_MAX + Key.ADDRESS_MAX + octetsMax];
        recipientFrom = new int[recipientsMax + 1];
        causes = new Causes(recipientsMax);
    }

    /// Forgets the attempt before.
    ///
    /// @param source who asks, for the log
    public void start(Source source) {
        this.source = source;
        fault = Fault.NONE;
        isAddress = false;
        cut = false;
        clientTo = 0;
        senderTo = 0;
        end = 0;
        recipients = 0;
        evidence.clear();
        causeOfAll(Cause.NONE);
    }

    /// Forgets the attempt before and begins with what another one has written.
    ///
    /// @param source who asks, for the log
    /// @param written of an attempt with no more room than this one
    public void start(Source source, ComparedEnvelope written) {
        start(source);
        int[] ends = written.ends;
        recipients = ends.length - FIRST_RECIPIENT;
        clientTo = ends[0];
        senderTo = ends[1];
        end = ends[ends.length - 1];
        System.arraycopy(written.text, 0, text, 0, end);
        System.arraycopy(ends, 1, recipientFrom, 0, recipients + 1);
        cut = written.isCut;
        isAddress = written.isAddress;
        key.client(text, 0, clientTo);
        if (isAddress) {
            address.take(written.high, written.low);
            key.maker(written.high, written.low);
        }
    }

    /// The client, the sender and the recipients as they were told.
    public ComparedEnvelope written() {
        int[] ends = new int[FIRST_RECIPIENT + recipients];
        ends[0] = clientTo;
        System.arraycopy(recipientFrom, 0, ends, 1, recipients + 1);
        return new ComparedEnvelope(
                Arrays.copyOf(text, end), ends, addressHigh(), addressLow(), isAddress, cut);
    }

    /// The client's address as text, `from[start..to)`. A text that is no address is a client as
    /// well, cut at {@link Key#CLIENT_MAX} octets and in lower case.
    public void client(byte[] from, int start, int to) {
        client(address.parse(from, start, to), from, start, to);
    }

    /// The client's address in any form in which mail servers write it, see {@link ClientAddress}.
    public void writtenClient(byte[] from, int start, int to) {
        client(ClientAddress.parse(address, from, start, to), from, start, to);
    }

    private void client(boolean parsed, byte[] from, int start, int to) {
        isAddress = parsed;
        if (isAddress) {
            address.translateBack();
            clientTo = AddressWriter.write(address.high(), address.low(), text, 0);
        } else {
            cut |= to - start > Key.CLIENT_MAX;
            int length = Math.min(to - start, Key.CLIENT_MAX);
            for (int i = 0; i < length; i++) {
                text[i] = Octets.lower(from[start + i]);
            }
            clientTo = length;
        }
        key.client(text, 0, clientTo);
        if (isAddress) {
            key.maker(address.high(), address.low());
        }
        senderTo = clientTo;
        end = clientTo;
    }

    /// The sender; no text, or `.`, is the null sender. Cut at {@link Key#ADDRESS_MAX} octets.
    public void sender(byte[] from, int start, int to) {
        senderTo = Octets.copyAddress(from, start, to, text, clientTo, Key.ADDRESS_MAX);
        cut |= isSenderCut();
        if (senderTo == clientTo) {
            System.arraycopy(NULL_SENDER, 0, text, clientTo, NULL_SENDER.length);
            senderTo += NULL_SENDER.length;
        }
        end = senderTo;
        recipientFrom[0] = end;
    }

    /// Whether there is room for another recipient.
    public boolean hasRoom() {
        return recipients + 1 < recipientFrom.length;
    }

    /// One more recipient, cut at {@link Key#ADDRESS_MAX} octets; only if it {@link #hasRoom}.
    public void recipient(byte[] from, int start, int to) {
        int begin = end;
        end = Octets.copyAddress(from, start, to, text, begin, Key.ADDRESS_MAX);
        cut |= isFull(begin, end);
        recipients++;
        recipientFrom[recipients] = end;
    }

    /// Says that the request makes no sense from here on.
    public void fault(Fault where) {
        fault = where;
    }

    /// Says that the attempt is not all there: something was cut or could not be kept, or the mail
    /// server has not told all recipients. An attempt that would pass only because each of its
    /// recipients lets it pass does not pass then, as nobody knows them all.
    public void cut() {
        cut = true;
    }

    /// Whether something of the attempt is missing.
    public boolean isCut() {
        return cut;
    }

    /// Whether something of the sender is missing; what is left may look like another's address.
    public boolean isSenderCut() {
        return isFull(clientTo, senderTo);
    }

    /// An address that just fits is taken for one that did not: it is none of anybody's.
    private static boolean isFull(int from, int to) {
        return to - from == Key.ADDRESS_MAX;
    }

    /// What is known of the client beside its address.
    public Evidence evidence() {
        return evidence;
    }

    /// Whether it would help to ask DNS for the names of the client's host.
    public boolean mayAskForHosts() {
        return isAddress && evidence.lacksHosts();
    }

    /// Whether it would help to ask what SPF says.
    public boolean mayAskForSpf() {
        return isAddress && !isNullSender() && evidence.lacksSpf();
    }

    /// Whether it would help to ask what SPF says when nobody waits for it any more: that may take
    /// longer than those who were asked before could wait.
    public boolean mayFollowSpf() {
        return isAddress
                && !isNullSender()
                && (evidence.spf() == Evidence.Spf.UNKNOWN
                        || evidence.spf() == Evidence.Spf.NO_ANSWER);
    }

    /// Whether it would help to ask a list in DNS.
    public boolean mayAskForListing(String zone) {
        return isAddress && evidence.lacksListing(zone);
    }

    /// The keys of the client's identities.
    IdentityKeys keys() {
        IdentityKeys its = keys;
        if (its == null) {
            its = new IdentityKeys(this);
            keys = its;
        }
        return its;
    }

    /// What is remembered of the client's identities.
    Identities identities() {
        return identities;
    }

    /// Says which line of the operator's decides about all recipients.
    public void causeOfAll(Cause line) {
        causes.all(line);
    }

    /// Says which line of the operator's decides about a recipient. To be called for each.
    public void cause(int recipient, Cause line) {
        causes.set(recipient, line);
    }

    /// The line of the operator's that decides about a recipient.
    public Cause cause(int recipient) {
        return causes.get(recipient);
    }

    /// Whether the operator lets mail to a recipient pass.
    public boolean isExempt(int recipient) {
        return cause(recipient).passes();
    }

    /// Where the request stops making sense.
    public Fault fault() {
        return fault;
    }

    /// How many recipients there are up to the fault, if there is one.
    public int recipients() {
        return recipients;
    }

    /// Whether the client is an IP address; only then can it be on a client list.
    public boolean isAddress() {
        return isAddress;
    }

    /// The upper 64 bits of the client's address; IPv4 is mapped (RFC 4291 2.5.5.2).
    public long addressHigh() {
        return address.high();
    }

    /// The lower 64 bits of the client's address.
    public long addressLow() {
        return address.low();
    }

    /// Whether the sender is the null reverse-path.
    public boolean isNullSender() {
        return senderTo == clientTo + 1 && text[clientTo] == '.';
    }

    /// Whether a recipient looks like VERP, see {@link Octets#looksLikeVerp}.
    public boolean looksLikeVerp(int recipient) {
        return Octets.looksLikeVerp(text, recipientFrom[recipient], recipientFrom[recipient + 1]);
    }

    /// The client's key; valid until the next call of a key method.
    public Key clientKey() {
        key.named(Key.Kind.CLIENT, text, 0, clientTo);
        return key;
    }

    /// The key of one recipient's triplet; valid until the next call of a key method.
    public Key tripletKey(int recipient) {
        key.triplet(
                text, clientTo, senderTo, recipientFrom[recipient], recipientFrom[recipient + 1]);
        return key;
    }

    /// The client, the sender and the recipients in the form in which they are compared, one behind
    /// the other. Not a copy.
    public byte[] text() {
        return text;
    }

    /// The sender as it is compared, a character for each octet; `.` for the null sender.
    public String senderText() {
        return text(clientTo, senderTo);
    }

    /// A recipient as it is compared, a character for each octet.
    public String recipientText(int recipient) {
        return text(recipientFrom[recipient], recipientFrom[recipient + 1]);
    }

    /// What stays the same when a message is tried again, whatever its sender writes anew each
    /// time: the sender in its normal form, and the first recipient.
    public String message() {
        byte[] form = new byte[MESSAGE_MAX];
        return new String(form, 0, writeMessage(form), StandardCharsets.ISO_8859_1);
    }

    /// Writes the octets of {@link #message}.
    ///
    /// @param to has room for {@link #MESSAGE_MAX}
    /// @return how many they are
    public int writeMessage(byte[] to) {
        int recipientTo = recipientFrom[1];
        int end =
                SenderForm.write(
                        text, clientTo, senderTo, text, recipientFrom[0], recipientTo, to, 0);
        to[end++] = ' ';
        System.arraycopy(text, recipientFrom[0], to, end, recipientTo - recipientFrom[0]);
        return end + recipientTo - recipientFrom[0];
    }

    private String text(int from, int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /// Where the client ends and the sender begins in {@link #text}.
    public int clientTo() {
        return clientTo;
    }

    /// Where the sender ends in {@link #text}.
    public int senderTo() {
        return senderTo;
    }

    /// Where a recipient begins in {@link #text}, which is where the one before it ends.
    public int recipientFrom(int recipient) {
        return recipientFrom[recipient];
    }

    /// Who asks, and in which words.
    public Source source() {
        return source;
    }
}
