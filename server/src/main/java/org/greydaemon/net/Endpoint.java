package org.greydaemon.net;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;

/// Where to listen: an address and a port.
///
/// @param address the address, also `0.0.0.0` or `::` for all of the host
/// @param port 0 to 65535; 0 is any free port
public record Endpoint(IpAddress address, int port) {
    private static final int PORT_MAX = 65_535;

    /// @throws IllegalArgumentException if the port is out of range
    public Endpoint {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("port " + port + " is not in 0 to " + PORT_MAX);
        }
    }

    /// Reads `192.0.2.1`, `192.0.2.1:1999`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:1999`.
    ///
    /// An IPv6 address without brackets has no port: `::1:1999` is the address `::1:1999`.
    ///
    /// @param defaultPort the port of a text without one
    /// @throws MistakeException if the text is anything else, a host name for instance
    public static Endpoint parse(String text, int defaultPort) throws MistakeException {
        if (text.startsWith("[")) {
            int bracket = text.indexOf(']');
            if (bracket < 0) {
                throw new MistakeException(
                        Mistake.quoted(text) + " has no ]", "write [::1]:" + defaultPort);
            }
            return bracketed(text, bracket, defaultPort);
        }
        int colon = text.indexOf(':');
        if (colon < 0 || colon != text.lastIndexOf(':')) {
            return new Endpoint(address(text, text), defaultPort);
        }
        return new Endpoint(address(text.substring(0, colon), text), port(text, colon));
    }

    private static Endpoint bracketed(String text, int bracket, int defaultPort)
            throws MistakeException {
        IpAddress address = address(text.substring(1, bracket), text);
        if (bracket == text.length() - 1) {
            return new Endpoint(address, defaultPort);
        }
        if (text.charAt(bracket + 1) != ':') {
            throw new MistakeException(
                    Mistake.quoted(text) + " has text behind the ]",
                    "write [" + address + "]:" + defaultPort);
        }
        return new Endpoint(address, port(text, bracket + 1));
    }

    private static IpAddress address(String address, String text) throws MistakeException {
        return IpAddress.parse(address)
                .orElseThrow(() ->
                        new MistakeException(
                                Mistake.quoted(text)
                                        + " does not begin with an IP address, and host"
                                        + " names are not looked up",
                                "write an address such" + " as 127.0.0.1, or [::1] and a port"));
    }

    private static int port(String text, int colon) throws MistakeException {
        String digits = text.substring(colon + 1);
        boolean number = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        // Six digits do not overflow an int, and more are too many anyway.
        int port = number && digits.length() <= 6 ? Integer.parseInt(digits) : -1;
        if (port < 0 || port > PORT_MAX) {
            throw new MistakeException(
                    Mistake.quoted(text) + " has the port " + Mistake.quoted(digits),
                    "write a number from 0 to " + PORT_MAX);
        }
        return port;
    }

    /// The text that {@link #parse} reads, with the port.
    @Override
    public String toString() {
        return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
