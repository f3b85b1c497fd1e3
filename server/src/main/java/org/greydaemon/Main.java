package org.greydaemon;

/// The daemon.
public final class Main {
    private Main() {}

    /// Runs the daemon.
    public static void main(String[] args) {}
}
