/// The dashboard, in Debian's Chromium.
@NullMarked
package org.greydaemon.e2e.browser;

import org.jspecify.annotations.NullMarked;
