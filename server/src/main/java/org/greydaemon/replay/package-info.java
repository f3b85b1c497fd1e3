/// Plays attempts through the real rules in virtual time: those of a mail server's log for `greyctl
/// replay`, those of a simulated month for `bench/month`. Knows no clock, no socket and no thread;
/// whoever plays says what time it is.
///
/// Logs are text that strangers have written a part of: lines are bounded, and one that makes no
/// sense is counted.
///
/// *Threads:* everything is confined to one.
@NullMarked
package org.greydaemon.replay;

import org.jspecify.annotations.NullMarked;
