package org.greydaemon.replay;

/// An attempt that stands in a log.
///
/// @param time in seconds since 1970
/// @param recipients how many it had; the log may name the first one only
/// @param accepted whether it was accepted then; else it was deferred for a while
public record Recorded(long time, Envelope envelope, int recipients, boolean accepted) {}
