/// JSON (RFC 8259) as values: a strict, bounded reader and a writer of one-line objects. Knows no
/// socket and no file.
///
/// *Threads:* any number; each reader and writer belongs to one.
@NullMarked
package org.greydaemon.json;

import org.jspecify.annotations.NullMarked;
