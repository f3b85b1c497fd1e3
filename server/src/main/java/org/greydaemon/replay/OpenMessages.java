package org.greydaemon.replay;

import org.jspecify.annotations.Nullable;

/// The messages of a log that were not accepted yet, in the order in which they were heard of.
/// There are tens of thousands at a time and all pass through here, so each is one object, which
/// knows its neighbours. Confined to one thread.
final class OpenMessages {
    private static final int SMALLEST = 1 << 10;

    private @Nullable OpenMessage[] heads = new OpenMessage[SMALLEST]; // Of lists of the same bits.
    private @Nullable OpenMessage oldest;
    private @Nullable OpenMessage newest;
    private int size;

    /// The message of an attempt, which is heard of now; null if it is none of these.
    @Nullable OpenMessage heard(long high, long low) {
        OpenMessage message = heads[(int) high & (heads.length - 1)];
        while (message != null && !message.is(high, low)) {
            message = message.next;
        }
        if (message != null && message != newest) {
            unlink(message);
            append(message);
        }
        return message;
    }

    /// Adds one that is none of these yet.
    void add(OpenMessage message) {
        if (size == heads.length) {
            grow();
        }
        chain(message);
        append(message);
        size++;
    }

    private void grow() {
        heads = new OpenMessage[2 * heads.length];
        for (OpenMessage message = oldest; message != null; message = message.newer) {
            chain(message);
        }
    }

    private void chain(OpenMessage message) {
        int head = message.bits() & (heads.length - 1);
        message.next = heads[head];
        heads[head] = message;
    }

    /// Removes one of these.
    void remove(OpenMessage message) {
        int head = message.bits() & (heads.length - 1);
        OpenMessage before = heads[head];
        if (before == message) {
            heads[head] = message.next;
        } else {
            while (before != null && before.next != message) {
                before = before.next;
            }
            if (before != null) {
                before.next = message.next;
            }
        }
        unlink(message);
        // Whoever still holds it must not hold its neighbours, and theirs.
        message.next = null;
        message.older = null;
        message.newer = null;
        size--;
    }

    private void append(OpenMessage message) {
        OpenMessage before = newest;
        message.older = before;
        message.newer = null;
        if (before == null) {
            oldest = message;
        } else {
            before.newer = message;
        }
        newest = message;
    }

    private void unlink(OpenMessage message) {
        OpenMessage before = message.older;
        OpenMessage behind = message.newer;
        if (before == null) {
            oldest = behind;
        } else {
            before.newer = behind;
        }
        if (behind == null) {
            newest = before;
        } else {
            behind.older = before;
        }
    }

    /// The one that was heard of longest ago; null if there is none.
    @Nullable OpenMessage oldest() {
        return oldest;
    }

    /// How many they are.
    int size() {
        return size;
    }
}
