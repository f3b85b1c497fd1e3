package org.greydaemon.admin;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Key;
import org.greydaemon.exempt.AllowedClients.Allowed;
import org.greydaemon.gate.Gate;
import org.greydaemon.json.JsonLine;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is remembered: shown, forgotten and brought in from elsewhere, line by line, whatever its
/// number. Confined to one thread.
final class Entries {
    /// How many changes are committed together.
    private static final int TOGETHER = 1_000;

    /// A network that was proven by one mail is no wider.
    private static final int NETWORK_LENGTH_MIN = 16;

    private final Gate gate;
    private final ExemptionRequests exemptions;
    private final long now;
    private final long wallOffsetSeconds;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    Entries(Gate gate, ExemptionRequests exemptions, long now, long wallOffsetSeconds) {
        this.gate = gate;
        this.exemptions = exemptions;
        this.now = now;
        this.wallOffsetSeconds = wallOffsetSeconds;
    }

    /// Shows the entries that are meant.
    ///
    /// @return how many they are
    /// @throws IOException if the peer is gone or too slow
    long list(Selection selection, LineWriter answer) throws IOException {
        long[] count = new long[1];
        try {
            gate.visit(
                    now,
                    (key, time) -> {
                        EntryState state = EntryState.of(key.isTriplet(), time, now, gate.rules());
                        EntryText names = EntryText.of(key);
                        if (selection.holds(names, now - time, state)) {
                            count[0]++;
                            show(line(key.isTriplet(), names, time, state), answer);
                        }
                    });
            return count[0];
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void show(JsonLine line, LineWriter answer) {
        try {
            answer.line(line.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonLine line(boolean isTriplet, EntryText names, long time, EntryState state) {
        JsonLine line = new JsonLine().put("state", state.word()).put("client", names.client());
        if (isTriplet) {
            line.put("sender", names.sender()).put("recipient", names.recipient());
        }
        line.put(isTriplet ? "first_seen" : "last_seen", time + wallOffsetSeconds);
        line.put("age", now - time);
        if (state == EntryState.WAITING) {
            line.put("retry_in", gate.rules().window().remaining(time, now));
        }
        return line;
    }

    /// Forgets the entries that are meant.
    ///
    /// @param dryRun whether only to count them
    /// @return how many they are
    long forget(Selection selection, boolean dryRun) {
        long[] count = new long[1];
        gate.visit(
                now,
                (key, time) -> {
                    EntryState state = EntryState.of(key.isTriplet(), time, now, gate.rules());
                    if (selection.holds(EntryText.of(key), now - time, state)) {
                        count[0]++;
                        if (!dryRun) {
                            gate.drop(key);
                        }
                    }
                });
        gate.commit();
        return count[0];
    }

    /// Brings in what follows the request, a line for each entry as {@link #list} shows it. A
    /// `network` in the place of a client was proven as a whole somewhere else: entries are of
    /// single addresses, so it is allowed until the proof would be forgotten.
    ///
    /// @param dryRun whether only to count
    /// @throws RequestException if a line is too long
    /// @throws IOException if the peer is gone or too slow
    JsonLine bringIn(LineReader lines, boolean dryRun) throws IOException, RequestException {
        long read = 0;
        long remembered = 0;
        long malformed = 0;
        String problem = "";
        List<Allowed> networks = new ArrayList<>();
        for (Optional<byte[]> line = lines.line(); line.isPresent(); line = lines.line()) {
            read++;
            try {
                Request entry = Request.parse(line.get());
                if (entry.has("network")) {
                    network(entry).ifPresent(networks::add);
                } else {
                    remembered += bringIn(entry, dryRun) ? 1 : 0;
                }
            } catch (RequestException e) {
                malformed++;
                problem = problem.isEmpty() ? "entry " + read + ": " + e.getMessage() : problem;
            }
            if (read % TOGETHER == 0) {
                gate.commit();
            }
        }
        gate.commit();
        if (!dryRun && !networks.isEmpty()) {
            exemptions.allowAtLeast(networks);
        }
        JsonLine result = new JsonLine().put("ok", true).put("read", read);
        result.put("remembered", remembered + networks.size()).put("malformed", malformed);
        result.put("networks", networks.size());
        return problem.isEmpty() ? result : result.put("problem", problem);
    }

    private Optional<Allowed> network(Request entry) throws RequestException {
        String text = entry.text("network");
        int slash = text.indexOf('/');
        Optional<IpAddress> address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        String length = slash < 0 ? "" : text.substring(slash + 1);
        if (address.isEmpty()
                || !length.matches("[0-9]{1,3}")
                || Integer.parseInt(length) < NETWORK_LENGTH_MIN
                || Integer.parseInt(length) > CidrBlock.addressBits(address.get())) {
            throw new RequestException("network is none; send one such as 192.0.2.0/24");
        }
        CidrBlock block = CidrBlock.around(address.get(), Integer.parseInt(length));
        long until = entry.number("last_seen", 0) + gate.rules().lifetimes().client();
        return until <= now + wallOffsetSeconds
                ? Optional.empty()
                : Optional.of(new Allowed(block, until, "imported, was proven there"));
    }

    private boolean bringIn(Request entry, boolean dryRun) throws RequestException {
        boolean isTriplet = entry.has("recipient");
        String name = isTriplet ? "first_seen" : "last_seen";
        long wall = entry.number(name, -1);
        if (wall < 0) {
            throw new RequestException(name + " is missing; send it in seconds since 1970");
        }
        long time = Math.min(now, wall - wallOffsetSeconds);
        Attempt attempt = isTriplet ? entry.savedAttempt() : entry.clientAttempt();
        Key key = isTriplet ? gate.rules().tripletKey(attempt, 0) : gate.rules().clientKey(attempt);
        return dryRun ? gate.restores(key, time, now) : gate.restore(key, time, now);
    }
}
