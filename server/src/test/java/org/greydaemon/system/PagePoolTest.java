package org.greydaemon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

final class PagePoolTest {
    private static final long MEBIBYTE = 1 << 20;

    private final PagePool pool = new PagePool();

    @AfterEach
    void close() {
        pool.close();
    }

    /// A piece, and what was written to all of it.
    private record Piece(MemorySegment memory, byte filling) {}

    private Piece take(Random random) {
        long size = (1L << random.nextInt(22)) + random.nextInt(3) * 8L;
        Piece piece = new Piece(pool.take(size), (byte) (1 + random.nextInt(100)));
        assertThat(piece.memory().byteSize()).isEqualTo(size);
        assertThat(piece.memory().address() % Long.BYTES).isZero();
        assertThat(isAll(piece.memory(), (byte) 0)).isTrue();
        piece.memory().fill(piece.filling());
        return piece;
    }

    private static boolean isAll(MemorySegment memory, byte octet) {
        return memory.get(JAVA_BYTE, 0) == octet
                && MemorySegment.mismatch(
                                memory, 0, memory.byteSize() - 1, memory, 1, memory.byteSize())
                        < 0;
    }

    @Test
    void aPieceIsZeroAndNobodyElses() {
        Random random = new Random(1);
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            if (random.nextInt(3) > 0 && pieces.size() < 200) {
                pieces.add(take(random));
            } else if (!pieces.isEmpty()) {
                Piece piece = pieces.remove(random.nextInt(pieces.size()));
                assertThat(isAll(piece.memory(), piece.filling())).isTrue();
                pool.give(piece.memory());
            }
            if (i % 100 == 0) {
                pool.trim();
            }
        }
        pieces.forEach(piece -> assertThat(isAll(piece.memory(), piece.filling())).isTrue());
    }

    @Test
    void whatIsGivenIsTakenAgain() {
        MemorySegment piece = pool.take(64 << 10);
        pool.give(piece);
        assertThat(pool.take(64 << 10).address()).isEqualTo(piece.address());
    }

    @Test
    void aPieceMayBeLargerThanABlock() {
        MemorySegment large = pool.take(100 * MEBIBYTE);
        large.set(JAVA_LONG, large.byteSize() - Long.BYTES, 1);
        assertThat(pool.taken()).isEqualTo(100 * MEBIBYTE);
    }

    @Test
    void pagesInNoUseAreTheSystemsAfterATrim() throws IOException {
        List<MemorySegment> pieces = new ArrayList<>();
        for (int i = 0; i < 1_024; i++) {
            pieces.add(pool.take(64 << 10));
            pieces.getLast().fill((byte) 1);
        }
        long before = resident();
        // One piece in sixteen stays: no large page is free as a whole.
        for (int i = 0; i < pieces.size(); i++) {
            if (i % 16 != 0) {
                pool.give(pieces.get(i));
            }
        }
        assertThat(pool.idle()).isEqualTo(60 * MEBIBYTE);
        for (int i = 0; i < 60; i++) {
            pool.trim();
        }
        assertThat(pool.idle()).isLessThanOrEqualTo(2 * MEBIBYTE);
        assertThat(before - resident()).isGreaterThan(40 * MEBIBYTE);
        assertThat(isAll(pieces.get(16), (byte) 1)).isTrue();
    }

    @Test
    void littleIsNotWorthATrim() {
        MemorySegment piece = pool.take(2 * MEBIBYTE);
        pool.give(piece);
        pool.trim();
        assertThat(pool.idle()).isEqualTo(2 * MEBIBYTE);
    }

    /// As in a store that is full: each second's segments are given back and taken again.
    @Test
    void whatComesAndGoesStays() {
        MemorySegment stays = pool.take(64 * MEBIBYTE);
        stays.fill((byte) 1);
        for (int second = 0; second < 20; second++) {
            List<MemorySegment> pieces = new ArrayList<>();
            for (int i = 0; i < 512; i++) {
                pieces.add(pool.take(64 << 10));
            }
            pieces.forEach(pool::give);
            pool.trim();
            assertThat(pool.idle()).isEqualTo(32 * MEBIBYTE);
        }
    }

    @Test
    void aPieceOfAnotherPoolIsRefused() {
        PagePool other = new PagePool();
        try {
            MemorySegment piece = other.take(64 << 10);
            assertThatThrownBy(() -> pool.give(piece)).isInstanceOf(IllegalStateException.class);
        } finally {
            other.close();
        }
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }
}
