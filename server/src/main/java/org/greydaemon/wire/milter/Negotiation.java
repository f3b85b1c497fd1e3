package org.greydaemon.wire.milter;

import java.util.Set;

/// What a mail server and we have agreed on: always a part of what it offered.
///
/// We want RCPT and DATA, and the end of the message for a header; CONNECT, HELO and MAIL only to
/// know, so without an answer; and nothing else, which saves the mail server two thirds of its
/// waits. DATA is wanted because an accept there spares the content (and because Postfix waits for
/// the kernel's delayed acknowledgement without it).
///
/// @param version the protocol's version
/// @param actions what we may do to a message
/// @param steps what we are not told, and what we are told but do not answer
record Negotiation(int version, int actions, int steps) {
    /// The newest version there is; Sendmail 8.14 of 2007 and Postfix 2.6 speak it.
    static final int VERSION = 6;

    /// The oldest with which greylisting makes sense: it has negotiation and RCPT.
    static final int VERSION_MIN = 2;

    // Action bits (SMFIF_*).
    static final int ADD_HEADERS = 0x1;
    static final int CHOOSE_MACROS = 0x100;

    // Step bits (SMFIP_*): steps that the mail server leaves out,
    static final int NO_BODY = 0x10;
    static final int NO_HEADERS = 0x20;
    static final int NO_END_OF_HEADERS = 0x40;
    static final int NO_UNKNOWN = 0x100;

    // and steps to which it expects no answer.
    static final int NR_HEADER = 0x80;
    static final int NR_CONNECT = 0x1000;
    static final int NR_HELO = 0x2000;
    static final int NR_MAIL = 0x4000;
    static final int NR_UNKNOWN = 0x20000;
    static final int NR_END_OF_HEADERS = 0x40000;
    static final int NR_BODY = 0x80000;

    /// Nothing is agreed on yet.
    static final Negotiation NONE = new Negotiation(0, 0, 0);

    private static final int ACTIONS = ADD_HEADERS | CHOOSE_MACROS;
    private static final int STEPS =
            NO_BODY | NO_HEADERS | NO_END_OF_HEADERS | NO_UNKNOWN | NR_CONNECT | NR_HELO | NR_MAIL;

    /// The only macros that we need, and where; the mail server's own list may have been cut short.
    private static final int STAGE_CONNECT = 0;

    private static final int STAGE_MAIL = 2;

    /// How it went with the client's name: `OK`, `FAIL`, `FORGED` or `TEMP` (Sendmail Installation
    /// and Operation Guide, 5.2; Postfix' smtpd_milter.c).
    static final String CLIENT_RESOLVE = "{client_resolve}";

    static final String AUTHENTICATED_AS = "{auth_authen}";
    static final String TLS_VERSION = "{tls_version}";

    /// The macros that are read at all.
    static final Set<String> MACROS = Set.of(CLIENT_RESOLVE, AUTHENTICATED_AS, TLS_VERSION);

    /// Takes what we want of what is offered.
    static Negotiation of(Command.Negotiate offer) {
        return new Negotiation(
                Math.min(offer.version(), VERSION),
                offer.actions() & ACTIONS,
                offer.steps() & STEPS);
    }

    /// Whether a step bit is agreed on.
    boolean hasStep(int bit) {
        return (steps & bit) != 0;
    }

    /// Whether the mail server tells the macros that we need: what it does not tell it does not
    /// have.
    boolean hasMacros() {
        return (actions & CHOOSE_MACROS) != 0;
    }

    /// Whether we may add a header at the end of a message.
    boolean mayAddHeaders() {
        return (actions & ADD_HEADERS) != 0;
    }

    /// The answer that says so.
    byte[] reply() {
        Frame frame = new Frame('O').int32(version).int32(actions).int32(steps);
        if ((actions & CHOOSE_MACROS) != 0) {
            frame.int32(STAGE_CONNECT).text(CLIENT_RESOLVE);
            frame.int32(STAGE_MAIL).text(AUTHENTICATED_AS + ' ' + TLS_VERSION);
        }
        return frame.octets();
    }
}
