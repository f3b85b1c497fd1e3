/// Sockets, system calls and the clock: moves octets and knows no mail.
///
/// *Threads:* `udp` owns its socket and its buffers, receives, lets the handler answer and sends. A
/// connection server has one thread for each socket that accepts, one that looks for passed
/// deadlines, and a virtual one for each connection.
@NullMarked
package org.greydaemon.server;

import org.jspecify.annotations.NullMarked;
