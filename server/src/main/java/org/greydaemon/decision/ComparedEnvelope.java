package org.greydaemon.decision;

/// The client, the sender and the recipients of an attempt in the form in which they are compared:
/// with them another {@link Attempt} begins without reading any text once more. Immutable.
public final class ComparedEnvelope {
    final byte[] text;
    final int[] ends; // Of the client, the sender and each recipient.
    final long high;
    final long low;
    final boolean isAddress;
    final boolean isCut;

    /// @param text not a copy
    /// @param ends not a copy
    ComparedEnvelope(
            byte[] text, int[] ends, long high, long low, boolean isAddress, boolean isCut) {
        this.text = text;
        this.ends = ends;
        this.high = high;
        this.low = low;
        this.isAddress = isAddress;
        this.isCut = isCut;
    }
}
