/// What the daemon says: one line per decision, and lines for what changed its state. A bounded
/// buffer lies between those who say it and the reader of standard output, so that a reader that
/// stands still never delays an answer.
///
/// *Threads:* anybody may say something; `log` alone writes.
@NullMarked
package org.greydaemon.log;

import org.jspecify.annotations.NullMarked;
