# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: starts, asks and stops the servers that are measured.
# Needs $here (the sources), $bin (the compiled tools), $run (an empty folder), $seconds (of one measurement).

daemon=
servers=
run=
all= # of what $run is a part, if that is not all
ROOM=100000000 # entries, more than any measurement makes
entries_max=$ROOM

say() { echo "bench: $*" >&2; }

fail() { echo "bench: $*" >&2; exit 1; }

stop_all() {
  for pid in $daemon $servers; do kill "$pid" 2>/dev/null; done
  for pid in $daemon $servers; do ended "$pid"; done
  [ -z "$run" ] || rm -rf "${all:-$run}"
}

# within SECONDS COMMAND...: waits until the command succeeds.
within() {
  deadline=$(($(date +%s) + $1))
  shift
  until "$@"; do
    [ "$(date +%s)" -le "$deadline" ] || fail "waited too long for: $*"
    sleep 0.02
  done
}

# ended PID: waits for a process that was told to end, for two minutes at most.
ended() {
  (
    for _ in $(seq 1200); do
      sleep 0.1
      [ -e "/proc/$1" ] || exit
    done
    kill -KILL "$1"
  ) &
  watcher=$!
  wait "$1" 2>/dev/null
  kill $watcher 2>/dev/null
  wait $watcher 2>/dev/null
}

saved() { ! [ -e "$run/save.new" ]; }

# field NAME: the value of NAME=value in the line on standard input.
field() { tr ' ' '\n' | sed -n "s/^$1=//p"; }

nanoseconds() { date +%s%N; }

# free_port [tcp]: a UDP or TCP port of 127.0.0.1 that was free a moment ago.
free_port() {
  if [ "${1:-}" = tcp ]; then set -- "$bin/nothing" policy 0; else set -- "$bin/echo"; fi
  "$@" >"$run/port" &
  within 10 test -s "$run/port"
  cat "$run/port"
  kill $!
  wait $! 2>/dev/null
  rm "$run/port"
}

# start_echo NAME [batched]: sets $port.
start_echo() {
  "$bin/echo" ${2:+"$2"} >"$run/$1" &
  servers="$servers $!"
  within 10 test -s "$run/$1"
  port=$(cat "$run/$1")
}

# start_daemon [options]: starts on $run/save with room for $entries_max entries, waits for the first answer; sets $daemon, $port and $ready (seconds).
# Its log goes to a file.
start_daemon() {
  port=$(free_port)
  begun=$(nanoseconds)
  "$here/greydaemon" -s 600 -m 60 --max-entries $entries_max "$@" "127.0.0.1:$port" "$run/save" >"$run/log" 2>&1 &
  daemon=$!
  answered=$("$bin/load" first "$port" $UNUSED 0 00 120 1) || { cat "$run/log" >&2; fail "the daemon does not answer"; }
  ready=$(echo "$answered" | field at | awk -v begun="$begun" '{printf "%.3f", ($1 - begun) / 1e9}')
}

# Ends the daemon; sets $stopped, the seconds that it took.
stop_daemon() {
  begun=$(nanoseconds)
  kill "$daemon"
  ended "$daemon"
  stopped=$(awk -v begun="$begun" -v end="$(nanoseconds)" 'BEGIN {printf "%.3f", (end - begun) / 1e9}')
  daemon=
}

forget() { rm -f "$run"/save*; }

resident() { awk '/^VmRSS/ {printf "%.0f\n", 1024 * $2}' "/proc/$daemon/status"; }

# statistic NAME: a figure of the line that the daemon logs on SIGUSR1, once the save that goes with it is done.
statistic() {
  kill -USR1 "$daemon"
  sleep 0.2
  within 120 saved
  sed -n '/^stats /h; ${g; p;}' "$run/log" | field "$1"
}

# ask ARGUMENTS: runs the generator and fails on a wrong or lost answer; sets $answer to its line.
ask() {
  answer=$("$bin/load" "$@") || fail "the load generator stopped"
  case $answer in
    *" lost=0 wrong=0"*) ;;
    *) fail "answers were lost or wrong: load $*: $answer" ;;
  esac
}

# The median, the least and the greatest of the numbers on standard input.
median() { sort -n | awk '{v[NR] = $1} END {printf "%s %s %s\n", v[int((NR + 1) / 2)], v[1], v[NR]}'; }

# ratio A B: A / B with two digits behind the point.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'; }
