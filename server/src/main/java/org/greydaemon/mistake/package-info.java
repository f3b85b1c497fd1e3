/// What somebody wrote that cannot be meant, or named that cannot be used, and what to do about it.
/// Stateless.
@NullMarked
package org.greydaemon.mistake;

import org.jspecify.annotations.NullMarked;
