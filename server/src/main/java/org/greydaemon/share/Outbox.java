package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/// Changes that wait to be sent, by shard. Bounded; what finds no room must be made up for from the
/// store. Confined to one thread.
///
/// They lie as octets in a few arrays: as objects, some 100,000 that outlive a young collection
/// would be copied in it, for which those who answer wait.
///
/// ```
/// | made, 8 | seconds, 8 | kind, 1 | lengths, 3 x 4 | line | name | proof |     again and again
/// ```
final class Outbox {
    /// The most that waits, in octets: some 200,000 changes.
    private static final long OCTETS_MAX = 32 << 20;

    /// The most that one round takes of a shard: it must not take so long that others wait.
    private static final int ROUND_MAX = 2_000;

    private static final int FRAME = 2 * Long.BYTES + 1 + 3 * Integer.BYTES;

    private static final int PART_MIN = 1 << 10;
    private static final int PART_MAX = 64 << 10;

    private static final List<Change.Meaning> KINDS = List.of(Change.Meaning.values());

    private final List<Waiting> shards = new ArrayList<>();
    private final StreamEntries.Packing lines = new StreamEntries.Packing();
    private long octets;
    private int count;

    /// Octets, written to through a buffer.
    private static final class Part {
        private final byte[] octets;
        private final ByteBuffer filled;

        Part(int size) {
            octets = new byte[size];
            filled = ByteBuffer.wrap(octets);
        }
    }

    /// What waits for a shard: parts that are filled up to their position, read from `from` on in
    /// the first one.
    private static final class Waiting {
        private final Deque<Part> parts = new ArrayDeque<>();
        private int from;
        private int added; // So many are in the stream, and wait for the rest of what they change.
    }

    /// The first changes of a shard, as they are sent.
    ///
    /// @param lines for the stream
    /// @param named those that change more than the stream, in their order
    /// @param alive how many are sent
    /// @param taken how many leave the outbox when they are {@link #sent}
    record Batch(List<byte[]> lines, List<Change> named, int alive, int taken) {
        static final Batch NONE = new Batch(List.of(), List.of(), 0, 0);

        /// With an entry for the stream, which is empty if there is nothing to tell.
        Batch withEntry() {
            return lines.isEmpty() ? new Batch(List.of(new byte[0]), named, alive, taken) : this;
        }
    }

    Outbox() {
        for (int i = 0; i < Engine.SHARDS; i++) {
            shards.add(new Waiting());
        }
    }

    /// Adds a change.
    ///
    /// @return false if there is no room
    boolean add(Change change) {
        byte[] name = change.name().getBytes(ISO_8859_1);
        byte[] proof = change.proof().getBytes(ISO_8859_1);
        int length = FRAME + change.line().length + name.length + proof.length;
        Part part = part(change.shard(), length);
        if (part == null) {
            return false;
        }
        frame(part, change.made(), change.seconds(), change.kind(), change.line().length)
                .putInt(name.length)
                .putInt(proof.length)
                .put(change.line())
                .put(name)
                .put(proof);
        return true;
    }

    /// Adds a change that only the stream hears of.
    ///
    /// @param made when, in milliseconds of the engine's time
    /// @param line where its line with its end begins; copied
    /// @param length the octets of the line
    /// @return false if there is no room
    boolean add(int shard, long made, Change.Meaning kind, byte[] line, int length) {
        Part part = part(shard, FRAME + length);
        if (part == null) {
            return false;
        }
        frame(part, made, 0, kind, length).putInt(0).putInt(0).put(line, 0, length);
        return true;
    }

    private ByteBuffer frame(Part part, long made, long seconds, Change.Meaning kind, int length) {
        count++;
        return part.filled
                .putLong(made)
                .putLong(seconds)
                .put((byte) KINDS.indexOf(kind))
                .putInt(length);
    }

    /// A part of a shard that has room for so many octets; null if there must be no more.
    private @Nullable Part part(int shard, int length) {
        Waiting its = shards.get(shard);
        Part last = its.parts.peekLast();
        if (last != null && last.filled.remaining() >= length) {
            return last;
        }
        if (last != null && last.filled.position() == 0) {
            // Kept for the next round, which needs a longer one.
            its.parts.removeLast();
            octets -= last.octets.length;
        }
        int size = last == null ? PART_MIN : Math.min(2 * last.octets.length, PART_MAX);
        size = Math.max(size, length);
        if (octets + size > OCTETS_MAX) {
            return null;
        }
        Part part = new Part(size);
        its.parts.add(part);
        octets += size;
        return part;
    }

    /// The first changes of a shard, without those that are not to be sent any more. They wait
    /// until they are {@link #sent}; those that were {@link #added} before are sent alone and not
    /// to the stream again.
    ///
    /// @param isAlive whether one is to be sent; of those that the stream is all that hears of not
    ///   asked if `isAny` is false
    /// @param isAny whether any of these may have to stay behind
    Batch first(int shard, Predicate<Change> isAlive, boolean isAny) {
        Waiting its = shards.get(shard);
        List<Change> named = new ArrayList<>();
        int alive = 0;
        int taken = 0;
        int most = its.added > 0 ? its.added : ROUND_MAX;
        int from = its.from;
        for (Iterator<Part> parts = its.parts.iterator();
                parts.hasNext() && taken < most;
                from = 0) {
            Part next = parts.next();
            ByteBuffer part = next.filled;
            for (int at = from; at < part.position() && taken < most; at = end(part, at)) {
                taken++;
                boolean isMore = isNamed(part, at);
                if (isMore || isAny) {
                    Change change = change(shard, part, at);
                    if (!isAlive.test(change)) {
                        continue;
                    }
                    if (isMore) {
                        named.add(change);
                    }
                }
                if (its.added == 0) {
                    lines.add(next.octets, at + FRAME, part.getInt(lengths(at)));
                }
                alive++;
            }
        }
        return new Batch(lines.entries(), named, alive, taken);
    }

    private static int lengths(int at) {
        return at + 2 * Long.BYTES + 1;
    }

    private static int end(ByteBuffer part, int at) {
        int lengths = lengths(at);
        return at
                + FRAME
                + part.getInt(lengths)
                + part.getInt(lengths + Integer.BYTES)
                + part.getInt(lengths + 2 * Integer.BYTES);
    }

    /// Whether the stream is not all that a change is told to.
    private static boolean isNamed(ByteBuffer part, int at) {
        int lengths = lengths(at);
        return part.getInt(lengths + Integer.BYTES) > 0
                || part.getInt(lengths + 2 * Integer.BYTES) > 0;
    }

    private static Change change(int shard, ByteBuffer part, int at) {
        ByteBuffer frame = part.duplicate().clear().position(at);
        long made = frame.getLong();
        long seconds = frame.getLong();
        Change.Meaning kind = KINDS.get(frame.get());
        byte[] line = new byte[frame.getInt()];
        byte[] name = new byte[frame.getInt()];
        byte[] proof = new byte[frame.getInt()];
        frame.get(line).get(name).get(proof);
        return new Change(
                shard,
                made,
                line,
                new String(name, ISO_8859_1),
                new String(proof, ISO_8859_1),
                seconds,
                kind);
    }

    /// The stream has the first changes of a shard, but not all else was taken, as where a user may
    /// not change all keys: the same again and again would fill the engine. That stays so over
    /// connections: what an engine has lost is exchanged in full.
    void added(int shard, Batch batch) {
        if (batch.taken() > 0) {
            shards.get(shard).added = batch.taken();
        }
    }

    /// The engine has the first changes of a shard.
    void sent(int shard, Batch batch) {
        Waiting its = shards.get(shard);
        its.added = batch.taken() > 0 ? 0 : its.added;
        for (int left = batch.taken(); left > 0; left--) {
            Part part = its.parts.getFirst();
            its.from = end(part.filled, its.from);
            if (its.from == part.filled.position()) {
                leave(its, part);
            }
        }
        count -= batch.taken();
    }

    /// Everything in the first part is sent.
    private void leave(Waiting its, Part part) {
        its.from = 0;
        if (its.parts.size() == 1 && part.octets.length <= PART_MAX) {
            part.filled.clear(); // The next round needs one as large.
        } else {
            its.parts.remove();
            octets -= part.octets.length;
        }
    }

    /// How many wait.
    int count() {
        return count;
    }

    /// Whether there may be no room for more.
    boolean isFull() {
        return octets > OCTETS_MAX - OCTETS_MAX / 8;
    }

    /// Whether so much waits that it should be sent before more is added.
    boolean isHalfFull() {
        return octets > OCTETS_MAX / 2;
    }
}
