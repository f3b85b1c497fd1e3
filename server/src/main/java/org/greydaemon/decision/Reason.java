package org.greydaemon.decision;

import java.util.Locale;

/// Why an attempt was accepted or deferred. The names are the words of logs, metrics and documents
/// in lower case.
public enum Reason {
    /// A triplet that is not remembered: its clock starts now.
    NEW(false),
    /// A retry before the retry window: the clock goes on.
    EARLY(false),
    /// A retry after the retry window: the clock starts over (RFC 6647 5, item 2).
    LATE(false),
    /// A retry within the window.
    PASSED(true),
    /// The client has proven itself before and is not forgotten.
    KNOWN(true),
    /// The operator let the client pass.
    EXEMPT(true),
    /// The client has shown who it is, by SMTP AUTH for example (RFC 6647 5, item 7).
    AUTHENTICATED(true),
    /// The mail server told no address of the client: it has none, or nobody knows it. All such
    /// clients would count as one.
    UNIDENTIFIED(true),
    /// A message with the null sender to a recipient that looks like VERP (the original's rule).
    BOUNCE(true),
    /// The request could not be understood; it gets no answer.
    MALFORMED(false);

    private final boolean accepts;
    private final String word;

    Reason(boolean accepts) {
        this.accepts = accepts;
        word = name().toLowerCase(Locale.ROOT); // Kept ready: a log line must not create a string.
    }

    /// Whether the verdict is accept; otherwise it is defer, or silence for {@link #MALFORMED}.
    public boolean accepts() {
        return accepts;
    }

    /// Whether the clock of the triplet starts with this attempt.
    public boolean startsClock() {
        return this == NEW || this == LATE;
    }

    /// The word for logs: lower case.
    public String word() {
        return word;
    }
}
