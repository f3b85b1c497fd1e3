package org.greydaemon.bench;

/// The same while each entry that comes makes another one go.
public class FullStoreBench extends StoreBench {
    @Override
    long entriesMax() {
        return REMEMBERED;
    }
}
