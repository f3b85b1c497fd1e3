/// Fuzzers: whole dialogues of every protocol, changed by a seeded generator, against a daemon that
/// is watched meanwhile. `-Dseed=` runs a failure again.
@NullMarked
package org.greydaemon.e2e.fuzz;

import org.jspecify.annotations.NullMarked;
