package org.greydaemon.replay;

/// An attempt that stands in a log, and the message that it is of.
///
/// @param message the same of all attempts with one message, see {@link
///   org.greydaemon.decision.Attempt#message}
public record MessageAttempt(Recorded recorded, String message) {}
