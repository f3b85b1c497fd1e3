package org.greydaemon.dns;

/// Ends an SPF check early.
final class SpfException extends Exception {
    private static final long serialVersionUID = 1L;

    private final SpfResult result;

    SpfException(SpfResult result) {
        super(result.toString(), null, false, false);
        this.result = result;
    }

    static SpfException permanent() {
        return new SpfException(SpfResult.PERMERROR);
    }

    SpfResult result() {
        return result;
    }
}
