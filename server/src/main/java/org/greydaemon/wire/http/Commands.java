package org.greydaemon.wire.http;

/// The commands of the dashboard: what it shows, and what an operator changes there, as objects in
/// JSON. Safe for use by several threads.
public interface Commands {
    /// An answer.
    ///
    /// @param done whether the request was carried out
    /// @param json what came of it, or `error`
    record Answered(boolean done, String json) {}

    /// How the daemon is now. Asked once a second, however many dashboards are open.
    String now();

    /// What the entries look like: the same object as long as there is nothing new. Waits for
    /// nothing.
    String entries();

    /// Answers a request that changes nothing; may wait some seconds.
    Answered look(byte[] request);

    /// Answers a request that changes something.
    ///
    /// @param who asks, for the log
    Answered change(byte[] request, String who);
}
