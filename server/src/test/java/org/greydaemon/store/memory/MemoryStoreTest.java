package org.greydaemon.store.memory;

import org.greydaemon.store.Store;
import org.greydaemon.store.StoreContract;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

final class MemoryStoreTest extends StoreContract {
    @TempDir Path folder;

    @Override
    protected Store open() throws IOException {
        return open(START);
    }

    @Override
    protected Store reopen(Store store, long now) throws IOException {
        store.close();
        return open(now);
    }

    private Store open(long now) throws IOException {
        Site site = new Site(folder);
        site.lifetimes = LIFETIMES;
        return site.open(now);
    }
}
