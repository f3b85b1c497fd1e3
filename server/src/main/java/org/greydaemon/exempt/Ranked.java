package org.greydaemon.exempt;

/// A line and its place among all lines: the first that fits decides.
record Ranked(int rank, ExemptionLine line) {}
