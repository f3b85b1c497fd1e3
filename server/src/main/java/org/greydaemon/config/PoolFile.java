package org.greydaemon.config;

import org.greydaemon.identity.Pools;
import org.greydaemon.mistake.MistakeException;

import java.nio.file.Path;
import java.util.List;

/// A file of the operator's with pools, as it was when the configuration was read.
///
/// @param file where it is
/// @param pools what it holds
record PoolFile(Path file, Pools pools) {
    static List<PoolFile> read(String text) throws MistakeException {
        if (text.isEmpty()) {
            throw new MistakeException("'' names no file", "name one, or take it out");
        }
        Path file = PathKind.path(text);
        return List.of(new PoolFile(file, Pools.read(file)));
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
