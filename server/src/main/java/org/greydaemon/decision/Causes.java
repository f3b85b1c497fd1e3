package org.greydaemon.decision;

import java.util.Arrays;

/// Which of the operator's lines decides about each recipient of one attempt. Mutable and reused;
/// confined to one thread.
final class Causes {
    private static final Cause[] NONE_YET = {};

    private final int recipientsMax;
    private Cause ofAll = Cause.NONE;

    // Made by the first attempt whose recipients have lines of their own: most never have.
    private Cause[] ofEach = NONE_YET;
    private boolean differ;

    /// @param recipientsMax the most recipients of an attempt
    Causes(int recipientsMax) {
        this.recipientsMax = recipientsMax;
    }

    /// One line decides about all.
    void all(Cause line) {
        ofAll = line;
        differ = false;
    }

    /// A line decides about one recipient; to be called for each.
    void set(int recipient, Cause line) {
        if (ofEach.length == 0) {
            ofEach = new Cause[recipientsMax];
            Arrays.fill(ofEach, Cause.NONE);
        }
        ofEach[recipient] = line;
        differ = true;
    }

    /// The line that decides about a recipient.
    Cause get(int recipient) {
        return differ ? ofEach[recipient] : ofAll;
    }
}
