package org.greydaemon.share;

import java.util.OptionalLong;

/// Another host that remembers together with this one, as this one sees it.
///
/// @param name what it is called
/// @param version of its daemon
/// @param heard when it was last there, in seconds since 1970
/// @param lateMillis how late its latest change came here, in milliseconds; empty if none has come
/// @param changes of it that came in the last five seconds
public record SharedHost(
        String name, String version, long heard, OptionalLong lateMillis, long changes) {}
