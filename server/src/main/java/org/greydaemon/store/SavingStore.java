package org.greydaemon.store;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;

/// What `-d` adds: a save after each answer, whatever protocol asked, as the original does, so that
/// the save file shows at once what a request has changed. Answers to questions that waited
/// together are a round, and have one save.
public final class SavingStore implements Store {
    private final Store store;
    private final Runnable save;

    /// @param save asks for a save soon, without waiting for it
    public SavingStore(Store store, Runnable save) {
        this.store = store;
        this.save = save;
    }

    @Override
    public long step(Key key, Rule rule, long now) {
        return store.step(key, rule, now);
    }

    @Override
    public void commit() {
        store.commit();
        save.run();
    }

    @Override
    public void visit(Visitor visitor) {
        store.visit(visitor);
    }

    @Override
    public long entries(Key.Kind kind) {
        return store.entries(kind);
    }

    @Override
    public long entries() {
        return store.entries();
    }

    @Override
    public void close() {
        store.close();
    }
}
