/// What single steps of an answer cost, without the network; `bench/run --jmh` runs them.
///
/// *Threads:* those of JMH, one per benchmark.
@NullMarked
package org.greydaemon.bench;

import org.jspecify.annotations.NullMarked;
