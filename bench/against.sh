# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: the daemon of another checkout and this one, which run at the same time and are asked by turns.

TURN=0.5 # seconds; what the machine does beside it changes more slowly
PAIRS=45 # of turns, in which another one is first

# against FOLDER
against() {
  [ -x "$1/greydaemon" ] || fail "${1:-no folder}: no checkout of greydaemon; say bench/run --against FOLDER"
  [ -e "$1/server/target/greydaemon.jar" ] || fail "$1 is not built; start its ./greydaemon once"
  other=$1 this=$here all=$run seconds=$TURN
  dnsmasq=$(command -v dnsmasq || command -v /usr/sbin/dnsmasq) ||
    fail "no dnsmasq, which tells names of hosts; install it (apt-get install dnsmasq-base)"
  tell_names "$dnsmasq"
  echo "New triplets with 128 outstanding, $((2 * PAIRS)) turns of $TURN s for each, in stores of $million and more; the middle one of all" \
    "turns, and of the turns' ratios. Other: $(git -C "$other" log -1 --format='commit %h' 2>/dev/null)."
  echo
  echo "| rules | other : echo | this : echo | this : other | processor time of an answer, other | this | this : other |"
  echo "|---|---|---|---|---|---|---|"
  taking_turns original
  taking_turns modern
  echo
}

# taking_turns RULES: a row of the table.
taking_turns() {
  clients= others=$servers
  [ "$1" = original ] || clients=$NAMED_CLIENTS
  begin other "$other" "$1"
  begin this "$this" "$1"
  : >"$run/turns"
  for _ in $(seq $PAIRS); do
    one_turn other this
    one_turn this other
  done
  awk '{
      n++; a[n] = $2 / $1; b[n] = $4 / $1; r[n] = $4 / $2; c[n] = $3; d[n] = $5; e[n] = $5 / $3
    }
    function middle(v,   i, j, t) {
      for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j] < v[j - 1]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
      return v[int((n + 1) / 2)]
    }
    END {printf "| %s | %.2f | %.2f | **%.3f** | %.2f us | %.2f us | **%.3f** |\n", rules,
      middle(a), middle(b), middle(r), middle(c), middle(d), middle(e)}' rules="$1" "$run/turns"
  servers=$others
  for name in other this; do
    kill "$(cat "$run/$name.pid")"
    ended "$(cat "$run/$name.pid")"
    rm -rf "${run:?}/$name.$1"
  done
}

# begin NAME FOLDER RULES: starts a checkout's daemon with files of its own and lets it practise.
begin() {
  run=$all/$1.$3
  mkdir "$run"
  "$bin/savefile" G $BALLAST $million "$(date +%s)" >"$run/save"
  here=$2
  set -- "$1" "$3"
  if [ "$2" = original ]; then start_daemon; else start_daemon --config "$all/modern.toml" --rules modern; fi
  here=$this run=$all
  servers="$servers $daemon"
  next=0
  [ -z "$clients" ] || learn_names
  ask window "$port" $next 0 0001 -$practice 128 $clients
  echo "$port" >"$run/$1.port"
  echo "$daemon" >"$run/$1.pid"
  echo "$answer" | field next >"$run/$1.next"
  daemon=
}

# one_turn FIRST SECOND: a line of the echo's rate, and of both daemons the rate and the processor time of an answer, in us.
one_turn() {
  p=$(one "$plain" 0 0 49 128)
  for name in "$1" "$2"; do
    before=$(ticks $name)
    ask window "$(cat "$run/$name.port")" "$(cat "$run/$name.next")" 0 0001 $TURN 128 $clients
    echo "$answer" | field next >"$run/$name.next"
    echo "$answer" | field rate | awk -v ticks=$(($(ticks $name) - before)) -v a_second="$(getconf CLK_TCK)" -v turn=$TURN \
      '{printf "%s %.3f\n", $1, ticks / a_second * 1e6 / ($1 * turn)}' >"$run/$name.turn"
  done
  echo "$p $(cat "$run/other.turn") $(cat "$run/this.turn")" >>"$run/turns"
}

# ticks NAME: the processor time of a daemon so far.
ticks() { awk '{print $14 + $15}' "/proc/$(cat "$run/$1.pid")/stat"; }
