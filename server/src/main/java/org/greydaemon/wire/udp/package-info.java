/// The original's UDP protocol:
///
/// ```
/// request   I<client> NUL F<sender> NUL T<recipient> [NUL T<recipient> ...] [NUL ...]
/// answer    octet 0: 1 accept, 0 defer     octet 1: the reason
/// ```
///
/// *Threads:* `udp`, `udp-2` and so on, each of which owns a handler and its buffers.
@NullMarked
package org.greydaemon.wire.udp;

import org.jspecify.annotations.NullMarked;
