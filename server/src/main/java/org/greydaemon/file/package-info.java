/// How files are opened: {@link org.greydaemon.file.RegularFile}. Stateless.
@NullMarked
package org.greydaemon.file;

import org.jspecify.annotations.NullMarked;
