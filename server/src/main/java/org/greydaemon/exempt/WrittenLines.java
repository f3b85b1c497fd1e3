package org.greydaemon.exempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The lines of a file that say something, as they are written. What a line means is an object that
/// is made when somebody needs it: of the longest lists few lines decide about mail between two
/// reloads, and the collector of a small heap stops everything while it follows and moves objects.
/// Immutable but for what has been made; safe for use by several threads.
///
/// They lie in chunks, as {@link org.greydaemon.net.CidrSet} in pages: an array that is larger than
/// the young generation leads to a collection of all.
///
/// @param <T> what a line means
final class WrittenLines<T> {
    private static final int CHUNK_BITS = 10;
    private static final int CHUNK = 1 << CHUNK_BITS;

    /// Understands a line.
    interface LineMeaning<T> {
        /// What the line means; the same as when it was added.
        ///
        /// @throws MistakeException if it has no meaning
        T of(int number, String line) throws MistakeException;
    }

    private final LineMeaning<T> meaning;
    private final Chunk<T>[] chunks;
    private final int size;

    private WrittenLines(Builder<T> builder) {
        meaning = builder.meaning;
        chunks = builder.chunks.toArray(WrittenLines::chunks);
        size = builder.size;
    }

    /// How many there are.
    int size() {
        return size;
    }

    /// What a line means; from now on it is always the same object.
    T get(int line) {
        T made = made(line);
        return made == null ? chunk(line).keep(line & CHUNK - 1, read(line)) : made;
    }

    /// What a line means, for a look at all of them: if nobody has needed it yet, nobody else will
    /// see this object.
    T look(int line) {
        T made = made(line);
        return made == null ? read(line) : made;
    }

    /// What all lines mean, see {@link #look}.
    List<T> look() {
        return new Looked<>(this);
    }

    private @Nullable T made(int line) {
        return chunk(line).made.get(line & CHUNK - 1);
    }

    /// All that has been made to stay.
    Stream<T> made() {
        return Arrays.stream(chunks)
                .flatMap(chunk -> IntStream.range(0, chunk.made.length()).mapToObj(chunk.made::get))
                .filter(Objects::nonNull);
    }

    /// The number that the line was added with.
    int hash(int line) {
        return chunk(line).hashes[line & CHUNK - 1];
    }

    private Chunk<T> chunk(int line) {
        return chunks[line >>> CHUNK_BITS];
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of such.
    private static <T> Chunk<T>[] chunks(int size) {
        return (Chunk<T>[]) new Chunk[size];
    }

    private T read(int line) {
        Chunk<T> chunk = chunk(line);
        int at = line & CHUNK - 1;
        try {
            return meaning.of(chunk.numbers[at], chunk.text(at));
        } catch (MistakeException e) {
            throw new IllegalStateException("what was understood is not any more", e);
        }
    }

    /// All lines, of which none is kept.
    private static final class Looked<T> extends AbstractList<T> implements RandomAccess {
        private final WrittenLines<T> lines;

        Looked(WrittenLines<T> lines) {
            this.lines = lines;
        }

        @Override
        public T get(int line) {
            return lines.look(line);
        }

        @Override
        public int size() {
            return lines.size;
        }
    }

    /// Consecutive lines.
    private static final class Chunk<T> {
        private final int[] numbers;
        private final int[] hashes;
        private final int[] ends;
        private final byte[] text;
        private final AtomicReferenceArray<@Nullable T> made;

        Chunk(Builder<T> builder) {
            int size = builder.inChunk;
            numbers = Arrays.copyOf(builder.numbers, size);
            hashes = Arrays.copyOf(builder.hashes, size);
            ends = Arrays.copyOf(builder.ends, size);
            text = Arrays.copyOf(builder.text, builder.textSize);
            made = new AtomicReferenceArray<>(size);
            for (int i = 0; i < builder.kept.size(); i++) {
                made.set(i, builder.kept.get(i));
            }
        }

        String text(int at) {
            int from = at == 0 ? 0 : ends[at - 1];
            return new String(text, from, ends[at] - from, UTF_8);
        }

        T keep(int at, T its) {
            T other = made.compareAndExchange(at, null, its);
            return other == null ? its : other;
        }
    }

    /// Collects lines.
    static final class Builder<T> {
        private final LineMeaning<T> meaning;
        private final List<Chunk<T>> chunks = new ArrayList<>();
        private int size;

        // The chunk that is not full.
        private final int[] numbers = new int[CHUNK];
        private final int[] hashes = new int[CHUNK];
        private final int[] ends = new int[CHUNK];
        private final List<@Nullable T> kept = new ArrayList<>();
        private byte[] text = new byte[CHUNK];
        private int textSize;
        private int inChunk;

        Builder(LineMeaning<T> meaning) {
            this.meaning = meaning;
        }

        /// Adds a line.
        ///
        /// @param number its number in the file
        /// @param hash a number by which somebody finds it
        /// @param its what it means, if that is to be kept; null if it can be made again
        void add(int number, String line, int hash, @Nullable T its) {
            byte[] octets = line.getBytes(UTF_8);
            if (textSize + octets.length > text.length) {
                text = Arrays.copyOf(text, 2 * (textSize + octets.length));
            }
            System.arraycopy(octets, 0, text, textSize, octets.length);
            textSize += octets.length;
            numbers[inChunk] = number;
            hashes[inChunk] = hash;
            ends[inChunk] = textSize;
            kept.add(its);
            inChunk++;
            size++;
            if (inChunk == CHUNK) {
                endChunk();
            }
        }

        private void endChunk() {
            chunks.add(new Chunk<>(this));
            kept.clear();
            textSize = 0;
            inChunk = 0;
        }

        /// How many lines there are.
        int size() {
            return size;
        }

        WrittenLines<T> build() {
            if (inChunk > 0) {
                endChunk();
            }
            return new WrittenLines<>(this);
        }
    }
}
