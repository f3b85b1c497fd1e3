# shellcheck shell=sh
# Sourced by packaging/archive and packaging/build-deb: which classes belong into the archive? Needs run_class, which
# becomes the JVM, $here, the folder of the sources, and $work, an empty folder.

# become_listed NAME CLASS ARGUMENTS: becomes the JVM that runs a class; what it has loaded is listed in $work/NAME.
become_listed() {
  GREYDAEMON_JAVA_OPTS="-Xshare:off -XX:DumpLoadedClassList=$work/$1"
  shift
  run_class "$@" 2>&1
}

# await COMMAND: until it succeeds; fails when the daemon ends before, or after ten minutes, which no machine needs.
await() {
  tries=6000
  until "$@"; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    kill -0 "$daemon" 2>/dev/null || { "$@"; return; } # It may have done it just before.
    sleep 0.1
  done
}

# fault WHAT FILE: fails; $why has what went wrong and the last lines that a program left in $work/FILE.
fault() {
  why=$(tail -n 5 "$work/$2")
  why="$1${why:+: $why}"
  return 1
}

# end_started: for traps; ends the daemon if one runs. What it would save nobody needs.
end_started() {
  [ -z "${daemon:-}" ] || kill -9 "$daemon" 2>/dev/null
  daemon=
}

is_started() {
  address=$(sed -n 's/^started greydaemon on //p' "$work/log")
  [ -n "$address" ]
}

has_saved() { grep -q '^save status' "$work/log"; }

# daemon NAME ARGUMENTS: starts a daemon and waits until it answers at $address; the list is $work/NAME.
daemon() {
  : >"$work/log"
  list=$1
  shift
  become_listed "$list" Main "$@" >"$work/log" &
  daemon=$!
  await is_started || { fault "the daemon did not start" log; end_started; return 1; }
}

# What is done once a second must have been done, else its classes are in the list only where the JVM starts slowly: the
# same thread saves afterwards.
end_daemon() {
  sleep 2
  kill -USR1 "$daemon"
  await has_saved || { fault "the daemon did not save" log; end_started; return 1; }
  kill "$daemon"
  wait "$daemon" || { fault "the daemon did not stop in good order" log; daemon=; return 1; }
  daemon=
}

# short_life: prints the list of classes of a daemon that starts, answers a question and stops, and
# of one that does so by a configuration file; fails if one does not, and $why says why.
short_life() {
  rm -f "$work"/save*
  daemon classic 127.0.0.1:0 "$work/save" || return 1
  (become_listed greyctl cli.Greyctl ask --timeout 600 --server "$address" 192.0.2.1 a@example.org b@example.net) >"$work/answer"
  # Nobody answers: whether one of the daemon's threads has to wait for a connection's octets is chance.
  (become_listed status cli.Greyctl status --socket "$work/nobody.ctl") >"$work/refusal"
  end_daemon || return 1
  grep -q 'there is no such socket' "$work/refusal" || { fault "greyctl did not say that nobody is there" refusal; return 1; }
  grep -q '^defer, new' "$work/answer" || { fault "greyctl got another answer than 'defer, new'" answer; return 1; }
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
    !seen[$0]++' "$work/classic" "$work/greyctl" "$work/status" "$work/file"
}
