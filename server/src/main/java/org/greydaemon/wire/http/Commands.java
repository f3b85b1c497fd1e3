package org.greydaemon.wire.http;

/// The commands of the dashboard: what it shows, and what an operator changes there, as objects in
/// JSON. Safe for use by several threads.
public interface Commands {
    /// What became of a request, and with which status that is said.
    enum Outcome {
        /// It was carried out.
        DONE(Answer.OK),
        /// It cannot be meant.
        WRONG(Answer.BAD_REQUEST),
        /// What it is about is not there.
        NOT_THERE(Answer.NOT_FOUND),
        /// It was asked too often.
        TOO_OFTEN(Answer.TOO_MANY),
        /// It cannot be done now.
        NOT_NOW(Answer.UNAVAILABLE);

        private final int status;

        Outcome(int status) {
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /// An answer.
    ///
    /// @param json what came of it, or `error`
    record Answered(Outcome outcome, String json) {}

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
