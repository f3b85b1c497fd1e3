/// The rules of greylisting: what was remembered, an attempt and the time go in, a verdict with its
/// reason comes out. Knows no clock, no file, no socket and no thread; {@link
/// org.greydaemon.decision.Memory} is the door to whatever remembers.
///
/// The objects here are reused and the rules allocate nothing, because one datagram must not cost a
/// garbage collection (docs/adr/0001).
///
/// *Threads:* rules are immutable and may be shared; {@link org.greydaemon.decision.Attempt},
/// {@link org.greydaemon.decision.Key} and {@link org.greydaemon.decision.Decision} belong to one
/// thread.
@NullMarked
package org.greydaemon.decision;

import org.jspecify.annotations.NullMarked;
