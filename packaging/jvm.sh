# shellcheck shell=sh
# Sourced by packaging/jdk.sh and by the package's launcher: how the JVM is started, wherever it lies.

# become_jvm CLASS ARGUMENTS: supervise, systemd and kill must meet the JVM itself. Needs $java, the program; $modules,
# the jars; $archive, of loaded classes, which need not exist. The entries live outside the Java heap, which therefore
# stays small whatever their number (docs/adr/0002). Trimming gives back what the compiler took at the start; the ratios
# let a full collection give back what a crowd of connections has needed (org.greydaemon.server.IdleHeap). The archive
# lies where it was made for: else each of its pages is written to at the start, and is this process's own from then on.
become_jvm() {
  class=$1; shift
  # shellcheck disable=SC2154 # Who calls this has set it.
  [ -e "$archive" ] || archive=
  # Else a JVM without a locale, as supervise starts it, knows no file names beyond ASCII.
  [ -n "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ] || { LC_ALL=C.UTF-8; export LC_ALL; }
  # What ends at once is not worth the better compiler's time.
  compiler=-XX:TieredStopAtLevel=1
  # Who answers mail does not wait for who looks on (docs/adr/0028).
  gives_way=
  [ "$class" = Main ] || gives_way='nice -n 5'
  # A log is read once and thrown away: where there is no room to do so, collecting takes most of the time.
  heap=-Xms4m
  case "$class ${1:-} ${GREYDAEMON_JAVA_OPTS:-}" in *-Xm*) ;; *' replay '*) heap='-Xms160m -Xmn96m' ;; esac
  case "$class ${1:-}" in
    Main* | *' import' | *' export') compiler= ;;
    # Millions of lines are over before the better compiler has earned its time; small methods called in a row are what it lacks.
    *' replay')
      compiler="$compiler -XX:C1MaxInlineSize=50 -XX:C1MaxInlineLevel=12"
      # Its tables are large, and looked at everywhere. Where the system has no such pages, the JVM would say so.
      case $(cat /sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null) in
        *'[always]'* | *'[madvise]'*) compiler="$compiler -XX:+UseTransparentHugePages" ;;
      esac ;;
  esac
  # shellcheck disable=SC2086,SC2154 # The options are meant to be split.
  exec $gives_way "$java" -XX:+UseSerialGC $heap -Xmx320m -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
    -XX:+ExitOnOutOfMemoryError -XX:TrimNativeHeapInterval=5000 -XX:-ShrinkHeapInSteps -XX:MinHeapFreeRatio=10 \
    -XX:MaxHeapFreeRatio=20 -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 $compiler ${archive:+"-XX:SharedArchiveFile=$archive"} \
    -Xlog:disable -Xlog:all=warning:stderr '-Xlog:cds*=off:stderr' '-Xlog:aot*=off:stderr' \
    --enable-native-access=org.greydaemon ${GREYDAEMON_JAVA_OPTS:-} \
    -p "$modules" -m "org.greydaemon/org.greydaemon.$class" "$@"
}
