package org.greydaemon.decision;

/// Is shown what an attempt's identities are worth now, for explanations.
public interface IdentityView {
    /// Whether the client is suspect, and how long its triplets wait.
    void suspicion(Suspicion suspicion, long delaySeconds);

    /// The network counts as one with others.
    ///
    /// @param pool the mark of the entries of those networks
    void learnedPool(int pool);

    /// The triplet of an identity.
    ///
    /// @param entry what is remembered of it, an {@link Entry}, or {@link Memory#NEVER}
    /// @param reason what a retry would be now
    void triplet(Identity identity, long entry, Reason reason);

    /// What an identity has proven.
    ///
    /// @param name the domain of the host; empty for an identity without
    /// @param entry what is remembered of it, an {@link Entry}, or {@link Memory#NEVER}
    void proof(Identity identity, String name, long entry);
}
