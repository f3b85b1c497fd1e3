/// Several daemons that share what they remember through a real Redis.
@NullMarked
package org.greydaemon.e2e.share;

import org.jspecify.annotations.NullMarked;
