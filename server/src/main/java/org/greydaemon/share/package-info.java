/// Several hosts, one memory: what is changed here goes to others through a Valkey or Redis, and
/// what others have changed comes back and is merged (docs/several-hosts.md, ADR 20). No answer
/// ever waits for any of it.
///
/// *Threads:* `share` does everything; whoever answers only adds to a bounded queue.
@NullMarked
package org.greydaemon.share;

import org.jspecify.annotations.NullMarked;
