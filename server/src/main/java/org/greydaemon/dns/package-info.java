/// Finds the confirmed names of clients' hosts. The only package that knows the library for DNS,
/// which is not loaded before somebody wants a name (docs/adr/0010).
///
/// *Threads:* any number ask; virtual ones, `dns`, do the work, and the library has one of its own
/// for its sockets.
@NullMarked
package org.greydaemon.dns;

import org.jspecify.annotations.NullMarked;
