package org.greydaemon.config;

import org.greydaemon.identity.Pools;

import java.nio.file.Path;

/// A file of the operator's with pools, as it was when the configuration was read.
///
/// @param file where it is
/// @param pools what it holds
record PoolFile(Path file, Pools pools) {
    @Override
    public String toString() {
        return file.toString();
    }
}
