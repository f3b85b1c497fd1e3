/// The command lines: `greydaemon` and `greyctl`.
///
/// *Threads:* `main` only.
@NullMarked
package org.greydaemon.cli;

import org.jspecify.annotations.NullMarked;
