/// What only the C library can do: its functions, and memory straight from the system. Knows
/// nothing of what it is used for.
@NullMarked
package org.greydaemon.system;

import org.jspecify.annotations.NullMarked;
