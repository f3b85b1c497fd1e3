package org.greydaemon.store;

final class ReferenceStoreTest extends StoreContract {
    @Override
    protected Store open() {
        return new ReferenceStore(LIFETIMES);
    }

    @Override
    protected Store reopen(Store store, long now) {
        ((ReferenceStore) store).restart(now, 0);
        return store;
    }
}
