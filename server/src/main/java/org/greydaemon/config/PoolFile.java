package org.greydaemon.config;

import org.greydaemon.identity.Pools;
import org.greydaemon.identity.UnusablePoolsException;

import java.nio.file.Path;
import java.util.List;

/// A file of the operator's with pools, as it was when the configuration was read.
///
/// @param file where it is
/// @param pools what it holds
record PoolFile(Path file, Pools pools) {
    static List<PoolFile> read(String text) throws BadValueException {
        if (text.isEmpty()) {
            throw new BadValueException("'' names no file; name one, or take it out");
        }
        Path file = PathKind.path(text);
        try {
            return List.of(new PoolFile(file, Pools.read(file)));
        } catch (UnusablePoolsException e) {
            throw new BadValueException(String.join("; ", e.problems()));
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
