/// How files of the daemon and of the operator are opened, made, replaced and kept: {@link
/// org.greydaemon.file.RegularFile}, {@link org.greydaemon.file.NewFile}, {@link
/// org.greydaemon.file.StrangeFile}. Stateless.
@NullMarked
package org.greydaemon.file;

import org.jspecify.annotations.NullMarked;
