package org.greydaemon.replay;

import org.greydaemon.decision.ComparedEnvelope;

/// An attempt that stands in a log, and the message that it is of.
///
/// @param high 64 bits that stand for the message, the same of all attempts with one, see {@link
///   org.greydaemon.decision.Attempt#message}
/// @param low 64 more
/// @param written its envelope, in the form in which it is compared
public record MessageAttempt(Recorded recorded, long high, long low, ComparedEnvelope written) {}
