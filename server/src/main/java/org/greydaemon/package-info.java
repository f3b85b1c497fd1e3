/// Wires the daemon: {@link org.greydaemon.Main} calls the constructors, and owns the order of
/// start and stop.
///
/// *Threads:* `main` runs the wiring and then waits for the signal to stop.
@NullMarked
package org.greydaemon;

import org.jspecify.annotations.NullMarked;
