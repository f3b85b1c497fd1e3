/// Sockets, system calls and the clock: moves octets and knows no mail.
///
/// *Threads:* `udp`, and `udp-2` and so on which help it, own their buffers, receive, let their
/// handlers answer and send. A connection server has one thread for each socket that accepts, one
/// that looks for passed deadlines, and event loops that share its connections, or, for the control
/// socket, a virtual one for each.
@NullMarked
package org.greydaemon.server;

import org.jspecify.annotations.NullMarked;
