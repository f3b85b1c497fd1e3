/// What came, what waited and what never came back, kept over time: minutes for two days, hours for
/// two months, days for three years, in one small file of fixed size (docs/monitoring.md, History).
///
/// No answer waits for it, and a file that is damaged or cannot be written costs nothing but the
/// history.
@NullMarked
package org.greydaemon.history;

import org.jspecify.annotations.NullMarked;
