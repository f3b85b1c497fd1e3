# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: what a mail server notices when one daemon takes over from another (docs/install.md, restarts).

# successor: starts a daemon that takes over from the one that runs, at the same port; waits until that has ended.
successor() {
  before=$daemon
  "$here/greydaemon" --take-over -s 600 -m 60 --max-entries 100000000 "127.0.0.1:$port" "$run/save" >>"$run/log" 2>&1 &
  daemon=$!
  wait "$before" || fail "the daemon before ended with $?: $(tail -3 "$run/log")"
}

restarting() {
  say "taking over for $long s"
  forget
  "$bin/savefile" G $BALLAST "$million" "$(date +%s)" >"$run/save"
  start_daemon
  "$bin/load" rate "$port" 0 0 0001 "$long" 10000 >"$run/rate" &
  load=$!
  servers="$servers $load"
  count=0
  sleep 1
  while kill -0 $load 2>/dev/null; do
    successor
    count=$((count + 1))
  done
  answer=$(cat "$run/rate")
  echo "### One daemon takes over from the other, again and again"
  echo
  echo "New triplets, 10000 a second for $long s, while a successor with $million entries takes over, and when it has, the next" \
    "one. Milliseconds:"
  echo
  echo "| take-overs | questions | without an answer | wrong answers | p50 | p99 | p99.9 | max |"
  echo "|---|---|---|---|---|---|---|---|"
  echo "| $count | $((long * 10000)) | $(echo "$answer" | field lost) | $(echo "$answer" | field wrong) $(
    for p in p50 p99 p99.9 max; do echo "$answer" | field $p | awk '{printf "| %.2f ", $1 / 1000}'; done)|"
  echo
  stop_daemon
}
