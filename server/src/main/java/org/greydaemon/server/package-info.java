/// Sockets, system calls and the clock: moves octets and knows no mail.
///
/// *Threads:* `udp` owns its socket and its buffers, receives, lets the handler answer and sends;
/// nothing else is started here.
@NullMarked
package org.greydaemon.server;

import org.jspecify.annotations.NullMarked;
