package org.greydaemon.admin;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Companions;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.exempt.Allowed;
import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What is remembered: shown, forgotten and brought in from elsewhere, line by line, whatever its
/// number. Confined to one thread.
final class Entries {
    /// Of so many triplets the companions are kept in mind at once, and exported too.
    private static final int MADE_MAX = 1_000_000;

    /// How many changes are committed together.
    private static final int TOGETHER = 1_000;

    /// A network that was proven by one mail is no wider: nobody is asked whether it is meant.
    private static final int NETWORK_LENGTH_MIN = 16;

    /// The same of IPv6, where a /32 is one provider's, and a /16 a good part of all that is used.
    private static final int IPV6_NETWORK_LENGTH_MIN = 32;

    private static final String SUSPECT = Key.Kind.SUSPECT.word();

    private static final String MALFORMED_LINES = "malformed_lines";

    private final Ledger ledger;
    private final ExemptionRequests exemptions;
    private final long now;
    private final long wallOffsetSeconds;
    private final SavedLines lines = new SavedLines();
    private final EntryTimes times;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    Entries(Ledger ledger, ExemptionRequests exemptions, long now, long wallOffsetSeconds) {
        this.ledger = ledger;
        this.exemptions = exemptions;
        this.now = now;
        this.wallOffsetSeconds = wallOffsetSeconds;
        times = new EntryTimes(ledger, now);
    }

    /// Shows the entries that are meant.
    ///
    /// @param most no more than so many are shown; the others are counted, which takes a fraction
    /// @return how many they are
    /// @throws IOException if the peer is gone or too slow
    long list(Selection selection, long most, LineWriter answer) throws IOException {
        long[] count = new long[1];
        try {
            ledger.visit(
                    now,
                    (key, entry) -> {
                        if (isShown(key)
                                && times.isMeant(selection, key, entry)
                                && count[0]++ < most) {
                            show(line(key, entry), answer);
                        }
                    });
            return count[0];
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// Writes the entries that are meant as the lines of a save file. With a triplet go those of
    /// its client's other identities, which the same attempts have made; with everything goes all.
    ///
    /// @return the last line of the answer
    /// @throws IOException if the peer is gone or too slow
    JsonLine export(Selection selection, LineWriter answer) throws IOException {
        long[] count = new long[1];
        Companions companions = ledger.companions();
        long[] triplets = new long[1];
        boolean all = selection.isEverything();
        try {
            ledger.visit(
                    now,
                    (key, entry) -> {
                        if (all || (isShown(key) && times.isMeant(selection, key, entry))) {
                            count[0]++;
                            show(lines.line(key, entry, wallOffsetSeconds), answer);
                            if (!all && key.isTriplet() && triplets[0]++ < MADE_MAX) {
                                companions.add(key, entry, now);
                            }
                        }
                    });
            if (triplets[0] > 0) {
                ledger.visit(
                        now,
                        (key, entry) -> {
                            if (companions.have(key, entry)) {
                                count[0]++;
                                show(lines.line(key, entry, wallOffsetSeconds), answer);
                            }
                        });
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        JsonLine result = new JsonLine().put("ok", true).put("entries", count[0]);
        return triplets[0] < MADE_MAX ? result : result.put("companions_of", MADE_MAX);
    }

    private static void show(JsonLine line, LineWriter answer) {
        try {
            answer.line(line.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The triplets that a digest names accompany one of the client's address, and say no more;
    /// pools that were learned are shown by {@link PoolEntries}.
    static boolean isShown(Key key) {
        return switch (key.kind()) {
            case CLIENT, TRIPLET, HOST_SENDER, POOL, SPF_DOMAIN, SUSPECT -> true;
            case NETWORK_TRIPLET, HOST_TRIPLET, SPF_TRIPLET, POOL_NETWORK, POOL_LINK -> false;
        };
    }

    /// An entry as {@link #list} shows it.
    JsonLine line(Key key, long entry) {
        long time = Entry.time(entry);
        EntryText names = EntryText.of(key);
        EntryState state = times.state(key, entry);
        JsonLine line = new JsonLine().put("state", state.word()).put("client", names.client());
        if (key.isTriplet()) {
            line.put("sender", names.sender()).put("recipient", names.recipient());
        } else if (key.kind() != Key.Kind.CLIENT) {
            line.put("kind", key.kind().word());
            if (!names.sender().isEmpty()) {
                line.put("sender", names.sender());
            }
        }
        boolean isOpen = key.isTriplet() && state != EntryState.PROVEN; // Else it has passed then.
        line.put(isOpen ? "first_seen" : "last_seen", time + wallOffsetSeconds);
        line.put("age", now - time);
        if (state == EntryState.WAITING) {
            times.window(key, entry)
                    .ifPresent(window -> line.put("retry_in", window.remaining(time, now)));
        }
        return line;
    }

    /// Forgets the entries that are meant.
    ///
    /// @param dryRun whether only to count them
    /// @return how many they are
    long forget(Selection selection, boolean dryRun) {
        Forgetting forgetting = new Forgetting(ledger, now, MADE_MAX);
        return dryRun ? forgetting.count(selection) : forgetting.forget(selection);
    }

    /// Brings in what follows the request, a line for each entry as {@link #list} or {@link
    /// #export} shows it. A `network` in the place of a client was proven as a whole somewhere
    /// else: entries are of single addresses, so it is allowed until the proof would be forgotten.
    /// `malformed_lines` is no entry, but how many lines of the file were none, for the log.
    ///
    /// @param dryRun whether only to count
    /// @throws RequestException if a line is too long
    /// @throws IOException if the peer is gone or too slow
    JsonLine bringIn(ConnectionLines more, boolean dryRun) throws IOException, RequestException {
        BringingIn counts = new BringingIn(dryRun);
        for (Optional<byte[]> line = more.line(); line.isPresent(); line = more.line()) {
            counts.take(line.get());
            if (counts.read % TOGETHER == 0) {
                ledger.commit();
            }
        }
        ledger.commit();
        if (!dryRun && !counts.networks.isEmpty()) {
            exemptions.allowAtLeast(counts.networks);
        }
        return counts.line();
    }

    /// What has become of the lines so far.
    private final class BringingIn {
        private final boolean dryRun;
        private long read;
        private long remembered;
        private long leftOut;
        private long malformed;
        private long malformedLines;
        private String problem = "";
        private final List<Allowed> networks = new ArrayList<>();

        BringingIn(boolean dryRun) {
            this.dryRun = dryRun;
        }

        void take(byte[] line) {
            read++;
            try {
                Request entry = Request.parse(line);
                if (entry.has(MALFORMED_LINES)) {
                    malformedLines += entry.number(MALFORMED_LINES, 0);
                    read--;
                } else if (entry.has("network")) {
                    network(entry).ifPresent(networks::add);
                } else {
                    boolean isSaved = entry.has("line");
                    take(
                            isSaved
                                    ? lines.read(entry.text("line"), ledger.rules())
                                    : listed(entry),
                            isSaved);
                }
            } catch (RequestException e) {
                malformed++;
                problem = problem.isEmpty() ? "entry " + read + ": " + e.getMessage() : problem;
            }
        }

        private void take(SavedLines.SavedEntry entry, boolean isSaved) {
            if (!entry.isOfUse()) {
                leftOut++;
                return;
            }
            boolean isNew =
                    isSaved ? bringIn(entry, dryRun) : bringIn(entry.key(), entry.entry(), dryRun);
            remembered += isNew ? 1 : 0;
        }

        JsonLine line() {
            JsonLine result = new JsonLine().put("ok", true).put("read", read);
            result.put("remembered", remembered + networks.size()).put("malformed", malformed);
            result.put("networks", networks.size());
            if (malformedLines > 0) {
                result.put(MALFORMED_LINES, malformedLines);
            }
            if (leftOut > 0) {
                result.put("left_out", leftOut);
            }
            return problem.isEmpty() ? result : result.put("problem", problem);
        }
    }

    private Optional<Allowed> network(Request entry) throws RequestException {
        String text = entry.text("network");
        int slash = text.indexOf('/');
        Optional<IpAddress> address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        String length = slash < 0 ? "" : text.substring(slash + 1);
        if (address.isEmpty()
                || !length.matches("[0-9]{1,3}")
                || Integer.parseInt(length) < networkLengthMin(address.get())
                || Integer.parseInt(length) > CidrBlock.addressBits(address.get())) {
            throw new RequestException(
                    "network: "
                            + Mistake.quoted(text)
                            + " is no network, or too large a one; send one such as 192.0.2.0/24");
        }
        CidrBlock block = CidrBlock.around(address.get(), Integer.parseInt(length));
        long wall = now + wallOffsetSeconds;
        long seen = Math.min(wall, entry.number("last_seen", 0));
        long until = seen + ledger.rules().lifetimes().client();
        return until <= wall
                ? Optional.empty()
                : Optional.of(new Allowed(block, until, "imported, was proven there"));
    }

    private static int networkLengthMin(IpAddress address) {
        return address.isIpv4() ? NETWORK_LENGTH_MIN : IPV6_NETWORK_LENGTH_MIN;
    }

    /// An entry as {@link #list} shows it, by the key that these rules have for it.
    private SavedLines.SavedEntry listed(Request entry) throws RequestException {
        boolean isTriplet = entry.has("recipient");
        boolean hasPassed = isTriplet && !entry.has("first_seen") && entry.has("last_seen");
        String name = isTriplet && !hasPassed ? "first_seen" : "last_seen";
        long wall = entry.number(name, -1);
        if (wall < 0) {
            throw new RequestException(name + ": it is missing; send it in seconds since 1970");
        }
        long time = Math.min(now, wall - wallOffsetSeconds);
        boolean isSuspect = entry.optionalText("kind").filter(SUSPECT::equals).isPresent();
        if (entry.has("kind") && !isSuspect) {
            return new SavedLines.SavedEntry(domainKey(entry), time, isModern());
        }
        Attempt attempt = isTriplet ? entry.savedAttempt() : entry.clientAttempt();
        Key key =
                isTriplet
                        ? ledger.rules().tripletKey(attempt, 0)
                        : ledger.rules().clientKey(attempt);
        boolean isOfUse = SavedLines.isOfUse(entry.text("client"), key);
        if (isSuspect) {
            SavedLines.suspect(key);
        }
        long found = hasPassed && isModern() ? Entry.of(time, Entry.PROVEN) : time;
        return new SavedLines.SavedEntry(key, found, isOfUse && (!isSuspect || isModern()));
    }

    private boolean isModern() {
        return SavedLines.isModern(ledger.rules());
    }

    /// Who was first there was counted there, as with hosts that remember together.
    private boolean bringIn(SavedLines.SavedEntry saved, boolean dryRun) {
        long time = Math.min(now, Entry.time(saved.entry()) - wallOffsetSeconds);
        long entry = Entry.of(time, Entry.mark(saved.entry()));
        return bringIn(saved.key(), Entry.ofOtherHost(saved.key().kind(), entry), dryRun);
    }

    private boolean bringIn(Key key, long entry, boolean dryRun) {
        return dryRun ? ledger.restores(key, entry, now) : ledger.restore(key, entry, now);
    }

    /// What a domain has proven. Who made the entry is not known any more.
    private static Key domainKey(Request entry) throws RequestException {
        String word = entry.text("kind");
        byte[] client = domain(entry, "client");
        Key key = new Key();
        key.client(client, 0, client.length);
        if (word.equals(Key.Kind.HOST_SENDER.word())) {
            byte[] sender = domain(entry, "sender");
            key.withSender(Key.Kind.HOST_SENDER, sender, 0, sender.length);
        } else if (word.equals(Key.Kind.POOL.word())) {
            key.named(Key.Kind.POOL, client, 0, client.length);
        } else if (word.equals(Key.Kind.SPF_DOMAIN.word())) {
            key.named(Key.Kind.SPF_DOMAIN, client, 0, client.length);
        } else {
            throw new RequestException(
                    "kind: "
                            + Mistake.quoted(word)
                            + " is not suspect, host-sender, pool or spf-domain; leave the entry"
                            + " out");
        }
        return key;
    }

    private static byte[] domain(Request entry, String member) throws RequestException {
        String text = entry.text(member);
        if (text.isEmpty() || text.length() > Key.CLIENT_MAX || !text.matches("[!-~]+")) {
            throw new RequestException(
                    member
                            + ": "
                            + Mistake.quoted(text)
                            + " is no domain; send one such as example.org");
        }
        return text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
    }
}
