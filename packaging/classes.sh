# shellcheck shell=sh
# Sourced by packaging/archive and packaging/build-deb: which classes belong into the archive? Needs run_class, which
# becomes the JVM, $here, the folder of the sources, and $work, an empty folder.

# short_life: prints the list of classes of a daemon that starts, answers a question and stops, and
# of one that reads a configuration file; fails if the first does not.
short_life() {
  rm -f "$work"/save*
  : >"$work/log"
  (GREYDAEMON_JAVA_OPTS="-Xshare:off -XX:DumpLoadedClassList=$work/daemon"
    run_class Main 127.0.0.1:0 "$work/save" >"$work/log" 2>&1) &
  daemon=$!
  tries=100
  until address=$(sed -n 's/^started greydaemon on //p' "$work/log") && [ -n "$address" ]; do
    tries=$((tries - 1))
    if [ $tries = 0 ] || ! kill -0 $daemon 2>/dev/null; then break; fi
    sleep 0.1
  done
  (GREYDAEMON_JAVA_OPTS="-Xshare:off -XX:DumpLoadedClassList=$work/greyctl"
    run_class cli.Greyctl ask --server "$address" 192.0.2.1 a@example.org b@example.net >"$work/answer" 2>&1)
  kill $daemon 2>/dev/null
  wait $daemon
  grep -q '^defer, new' "$work/answer" || return 1
  sed 's/^#\([a-z-]* = \)/\1/' "$here/packaging/greydaemon.toml" >"$work/greydaemon.toml"
  (GREYDAEMON_JAVA_OPTS="-Xshare:off -XX:DumpLoadedClassList=$work/config"
    run_class Main --config "$work/greydaemon.toml" --check-config >/dev/null 2>&1)
  # The numbers in the lists are those of one run, and not needed for classes of the usual loaders. Picocli's classes are
  # of so old a format that they go into the archive only if nothing resolves a reference to them before. Lines of
  # lambdas are kept even if they are equal: each stands for one call site.
  sed -e '/source:/d' -e 's/ id: .*//' -e '/^@.*picocli/d' "$work/daemon" "$work/greyctl" "$work/config" |
    awk '/^@lambda-proxy/ || !seen[$0]++'
}
