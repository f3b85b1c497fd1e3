package org.greydaemon.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// What a process sees that has a folder for `/` (chroot(2)). Immutable.
///
/// @param root that folder
record Chroot(Path root) {
    private static final int LINKS_MAX = 40;

    /// Where a path leads: links are followed, and none of them out of the folder. Nothing need be
    /// there; empty if the links have no end, or cannot be read.
    Optional<Path> leads(String path) {
        Deque<Path> left = new ArrayDeque<>(names(Path.of(path)));
        Path at = root;
        int links = 0;
        while (!left.isEmpty()) {
            Path next = step(at, left.pop().toString());
            if (!Files.isSymbolicLink(next)) {
                at = next;
                continue;
            }
            Optional<Path> target = links++ < LINKS_MAX ? target(next) : Optional.empty();
            if (target.isEmpty()) {
                return Optional.empty();
            }
            at = target.get().isAbsolute() ? root : at;
            names(target.get()).reversed().forEach(left::push);
        }
        return Optional.of(at);
    }

    private static List<Path> names(Path path) {
        List<Path> names = new ArrayList<>();
        path.forEach(names::add);
        return names;
    }

    private Path step(Path at, String name) {
        return switch (name) {
            case "", "." -> at;
            case ".." -> at.equals(root) ? root : Optional.ofNullable(at.getParent()).orElse(root);
            default -> at.resolve(name);
        };
    }

    private static Optional<Path> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
