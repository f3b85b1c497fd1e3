/// A synthetic month of mail, played through the daemon's rules: what each set of rules costs good
/// mail, and what it stops.
///
/// *Threads:* one.
@NullMarked
package org.greydaemon.bench.month;

import org.jspecify.annotations.NullMarked;
