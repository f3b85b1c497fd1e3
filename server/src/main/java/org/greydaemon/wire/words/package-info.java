/// greylistd's words, which Exim's `readsocket` speaks:
///
/// ```
/// request   words LF, or words and the end of what the peer sends
/// answer    text without a line end; then the connection ends
/// ```
///
/// greylistd takes what one read brings for a request, and its own client program relies on that;
/// so does this, but only on a unix socket, where a short write arrives in one piece.
///
/// *Threads:* questions about mail are answered by the event loop that serves the connection, all
/// else by a thread of its own; {@link org.greydaemon.wire.words.WordsHandler} is shared.
@NullMarked
package org.greydaemon.wire.words;

import org.jspecify.annotations.NullMarked;
