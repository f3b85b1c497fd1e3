/// The one door: every front end hands its attempts to {@link org.greydaemon.gate.Gate} and to
/// nobody else.
///
/// *Threads:* any number.
@NullMarked
package org.greydaemon.gate;

import org.jspecify.annotations.NullMarked;
