/// The mail servers that people run, as Debian ships them, on loopback, with the configuration that
/// the documents give.
@NullMarked
package org.greydaemon.e2e.mta;

import org.jspecify.annotations.NullMarked;
