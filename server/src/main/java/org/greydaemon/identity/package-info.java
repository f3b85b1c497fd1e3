/// Who somebody is, whatever he calls himself this time: the normal form of a sender, what the name
/// of a host says of its owner, the registrable domain of a name, and the providers whose hosts
/// share a queue. Nothing here asks anybody; two small lists are read from files.
///
/// *Threads:* any; what has state, has it once and for all.
@NullMarked
package org.greydaemon.identity;

import org.jspecify.annotations.NullMarked;
