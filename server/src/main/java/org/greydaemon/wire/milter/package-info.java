/// The milter protocol, version 6, as Sendmail and Postfix speak it: mail servers connect, agree
/// with us on what they will tell, and then tell step by step what the SMTP client says.
///
/// ```
/// octets ──▶ CommandDecoder ──▶ Command ──▶ MilterSession ──▶ Replies ──▶ octets
///            frames               sealed      one connection    one write an answer
/// ```
///
/// *Threads:* a connection's decoder and session belong to the event loop that serves it, or to the
/// thread that gives a late answer.
@NullMarked
package org.greydaemon.wire.milter;

import org.jspecify.annotations.NullMarked;
