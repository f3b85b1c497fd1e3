package org.greydaemon.config;

/// What happens to mail that no line of a file decides.
enum Otherwise {
    /// The rules judge it.
    GREYLIST,
    /// It passes.
    PASS
}
