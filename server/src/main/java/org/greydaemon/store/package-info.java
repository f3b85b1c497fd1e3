/// The port to what is remembered. Every store passes the same contract test.
///
/// *Threads:* a store may be used by any number of threads.
@NullMarked
package org.greydaemon.store;

import org.jspecify.annotations.NullMarked;
