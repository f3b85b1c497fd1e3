package org.greydaemon.decision;

/// The verdict on one attempt and how it came about. Mutable and reused; confined to one thread.
public final class Decision {
    private Reason reason = Reason.MALFORMED;
    private final Questions questions = new Questions();
    private final Reason[] recipientReasons;
    private int recipients;
    private long waitedSeconds;
    private long retryInSeconds;
    private Cause cause = Cause.NONE;
    private Identity identity = Identity.NONE;
    private Suspicion suspicion = Suspicion.NONE;
    private boolean observed;
    private boolean proved;

    /// @param recipientsMax the most recipients of an attempt
    public Decision(int recipientsMax) {
        recipientReasons = new Reason[recipientsMax];
    }

    /// Forgets the decision before.
    public void start() {
        reason = Reason.MALFORMED;
        recipients = 0;
        waitedSeconds = 0;
        retryInSeconds = 0;
        cause = Cause.NONE;
        identity = Identity.NONE;
        suspicion = Suspicion.NONE;
        questions.clear();
        observed = false;
        proved = false;
    }

    /// The reason for the whole message.
    public Reason reason() {
        return reason;
    }

    /// Whether the mail may pass. What is only observed passes whatever the reason is.
    public boolean accepts() {
        return observed || reason.accepts();
    }

    /// Whether it would be deferred, and passes because the operator only looks on.
    public boolean isObserved() {
        return observed;
    }

    /// Lets it pass whatever the reason is.
    public void observe() {
        observed = true;
    }

    /// How many recipients were judged one by one; 0 when the client alone decided.
    public int recipients() {
        return recipients;
    }

    /// Why a recipient passes or not.
    public Reason recipientReason(int recipient) {
        return recipientReasons[recipient];
    }

    /// How long a triplet that passes had waited, in seconds; 0 if none passes.
    public long waitedSeconds() {
        return waitedSeconds;
    }

    /// In how many seconds a retry passes; 0 if this attempt does.
    public long retryInSeconds() {
        return retryInSeconds;
    }

    /// Whether the client is proven from now on, and was not before.
    public boolean hasProved() {
        return proved;
    }

    /// Notes what was remembered of the client when it was proven.
    void proved(long before) {
        proved |= before == Memory.NEVER;
    }

    /// Sets the reason for the whole message.
    public void conclude(Reason reason) {
        this.reason = reason;
    }

    /// Sets {@link Reason#EXEMPT} for the whole message.
    ///
    /// @param cause what the operator has written that lets it pass
    public void exempt(Cause cause) {
        conclude(Reason.EXEMPT);
        this.cause = cause;
    }

    /// Sets {@link Reason#EXEMPT} for each recipient, and so for the message.
    ///
    /// @param cause what the operator has written that lets the first one pass
    public void exemptEach(int recipients, Cause cause) {
        exempt(cause);
        for (int i = 0; i < recipients; i++) {
            recipient(Reason.EXEMPT);
        }
    }

    /// Says what the operator has written that has the message judged by the rules.
    public void judgedBy(Cause line) {
        cause = line;
    }

    /// What the operator has written that lets the message pass, or has it judged by the rules.
    public Cause cause() {
        return cause;
    }

    /// By what the client was recognised that passes; under the original's rules always nothing.
    public Identity identity() {
        return identity;
    }

    /// Why the client has to wait longer than others.
    public Suspicion suspicion() {
        return suspicion;
    }

    /// What must be found out first. If that is anything, nothing was changed and nothing else here
    /// counts.
    public Questions questions() {
        return questions;
    }

    void identity(Identity by) {
        identity = by;
    }

    void suspicion(Suspicion why) {
        suspicion = why;
    }

    /// Adds the next recipient's reason.
    void recipient(Reason reason) {
        recipientReasons[recipients++] = reason;
    }

    /// Keeps the longest wait of a triplet that passes.
    void waited(long seconds) {
        waitedSeconds = Math.max(waitedSeconds, seconds);
    }

    void retryIn(long seconds) {
        retryInSeconds = seconds;
    }
}
