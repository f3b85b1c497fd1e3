/// Postfix's policy delegation protocol (SMTPD_POLICY_README):
///
/// ```
/// request   name=value LF [name=value LF ...] LF
/// answer    action=TEXT LF LF
/// ```
///
/// A connection holds any number of requests, one after the other. Each names one recipient, so the
/// rules see one recipient an attempt; only a message with the null sender is judged as a whole, at
/// DATA.
///
/// *Threads:* a connection's session belongs to the event loop that serves it, or to the thread
/// that gives a late answer; {@link org.greydaemon.wire.policy.PolicyHandler} and the table of
/// messages are shared.
@NullMarked
package org.greydaemon.wire.policy;

import org.jspecify.annotations.NullMarked;
