# shellcheck shell=sh
# Sourced by packaging/archive and packaging/build-deb: which classes belong into the archive? Needs run_class, which
# becomes the JVM, $here, the folder of the sources, and $work, an empty folder.

# become_listed NAME CLASS ARGUMENTS: becomes the JVM that runs a class; what it has loaded is listed in $work/NAME.
become_listed() {
  GREYDAEMON_JAVA_OPTS="-Xshare:off -XX:DumpLoadedClassList=$work/$1"
  shift
  run_class "$@" 2>&1
}

# daemon NAME ARGUMENTS: starts a daemon and waits until it answers at $address; the list is $work/NAME.
daemon() {
  : >"$work/log"
  list=$1
  shift
  become_listed "$list" Main "$@" >"$work/log" &
  daemon=$!
  tries=100
  until address=$(sed -n 's/^started greydaemon on //p' "$work/log") && [ -n "$address" ]; do
    tries=$((tries - 1))
    if [ $tries = 0 ] || ! kill -0 $daemon 2>/dev/null; then return 1; fi
    sleep 0.1
  done
}

# What is done once a second must have been done, else its classes are in the list only where the JVM starts slowly.
end_daemon() {
  sleep 2
  kill $daemon
  wait $daemon
}

# short_life: prints the list of classes of a daemon that starts, answers a question and stops, and
# of one that does so by a configuration file; fails if one does not.
short_life() {
  rm -f "$work"/save*
  daemon classic 127.0.0.1:0 "$work/save" || return 1
  (become_listed greyctl cli.Greyctl ask --server "$address" 192.0.2.1 a@example.org b@example.net) >"$work/answer"
  end_daemon || return 1
  grep -q '^defer, new' "$work/answer" || return 1
  sed 's/^#\([a-z]\)/\1/' "$here/packaging/exemptions" >"$work/exemptions"
  sed -e 's/^#\([a-z-]* = \)/\1/' -e 's/^policy = .*/policy = "127.0.0.1:0"/' -e "s|^files = .*|files = '$work/exemptions'|" \
    -e "s|^white-list = .*|white-list = '$here/packaging/greywhite'|" "$here/packaging/greydaemon.toml" >"$work/greydaemon.toml"
  daemon file --config "$work/greydaemon.toml" 127.0.0.1:0 "$work/save2" || return 1
  end_daemon || return 1
  # The numbers in the lists are those of one run, and not needed for classes of the usual loaders. Picocli's classes are
  # of so old a format that they go into the archive only if nothing has linked them before, as DaemonCommand's lambdas
  # would. Lines of lambdas are kept as often as one life has them: each stands for one call site.
  awk '/source:/ || /^@.*(picocli|DaemonCommand)/ { next }
    { sub(/ id: .*/, "") }
    /^@lambda-proxy/ { if (++times[FILENAME, $0] > printed[$0]) { printed[$0]++; print }; next }
    !seen[$0]++' "$work/classic" "$work/greyctl" "$work/file"
}
