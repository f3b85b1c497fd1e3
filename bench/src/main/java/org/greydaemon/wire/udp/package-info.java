/// Here because the codec is nobody's business but its own package's.
///
/// *Threads:* those of JMH, one per benchmark.
@NullMarked
package org.greydaemon.wire.udp;

import org.jspecify.annotations.NullMarked;
