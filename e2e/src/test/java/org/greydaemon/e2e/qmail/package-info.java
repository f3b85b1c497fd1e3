/// qmail's side: the C clients, built with the sanitizers and run as qmail runs them.
///
/// *Threads:* each test runs in one thread; peers and readers of a process's output have their own
/// and end with it.
@NullMarked
package org.greydaemon.e2e.qmail;

import org.jspecify.annotations.NullMarked;
