/// What the daemon tells of itself: figures for metrics, status and signals, whether all is well,
/// and lines about what it has noticed.
@NullMarked
package org.greydaemon.observe;

import org.jspecify.annotations.NullMarked;
