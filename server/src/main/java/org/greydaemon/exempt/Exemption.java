package org.greydaemon.exempt;

/// One entry of a white list.
///
/// @param line its line in the file, from 1
/// @param text the clients as the file has them, `192.0.2` for instance
/// @param reason the text behind `#` on the line; empty if there is none
public record Exemption(int line, String text, String reason) {}
