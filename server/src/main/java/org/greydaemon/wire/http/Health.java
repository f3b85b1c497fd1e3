package org.greydaemon.wire.http;

import java.util.List;

/// How the daemon is, for whoever asks over HTTP.
///
/// @param problems why it is not ready, a line each
/// @param warnings what an operator should look after while everybody is answered, a line each: no
///   reason for a load balancer to ask another host
public record Health(List<String> problems, List<String> warnings) {}
