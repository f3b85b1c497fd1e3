/// Black box tests of the whole system: real processes, real sockets, nothing of the server's
/// classes.
@NullMarked
package org.greydaemon.e2e;

import org.jspecify.annotations.NullMarked;
