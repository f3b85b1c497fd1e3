package org.greydaemon.cli;

/// The operator's tool.
public final class Greyctl {
    private Greyctl() {}

    /// Runs one command and exits with its status.
    public static void main(String[] args) {}
}
