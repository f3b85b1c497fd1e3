# shellcheck shell=sh disable=SC2034 # jvm.sh uses them.
# Sourced by the package's launcher and by postinst: where the package's files lie.
lib=/usr/lib/greydaemon
java=$lib/runtime/bin/java
modules=$lib/greydaemon.jar:$lib/lib
archive=/var/cache/greydaemon/classes.jsa
# shellcheck source=packaging/jvm.sh
. $lib/jvm.sh
