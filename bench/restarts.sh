# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: what a mail server notices when one daemon takes over from another (docs/install.md, restarts).

# successor: starts a daemon that takes over from the one that runs, at the same port; waits until that has ended.
successor() {
  before=$daemon
  "$here/greydaemon" --take-over -s 600 -m 60 --max-entries "$room" "127.0.0.1:$port" "$run/save" >>"$run/log" 2>&1 &
  daemon=$!
  wait "$before" || fail "the daemon before ended with $?: $(tail -3 "$run/log")"
}

# slice: take-overs for $long seconds, beside new triplets, and a row of the table.
slice() {
  "$bin/load" rate "$port" $next 0 0001 "$long" 10000 >"$run/rate" &
  load=$!
  servers=$load # The load before has ended.
  count=0
  sleep 1
  while kill -0 $load 2>/dev/null; do
    successor
    count=$((count + 1))
  done
  answer=$(cat "$run/rate")
  next=$(echo "$answer" | field next)
  echo "| $count | $((long * 10000)) | $(echo "$answer" | field lost) | $(echo "$answer" | field wrong) $(
    for p in p50 p99 p99.9 max; do echo "$answer" | field $p | awk '{printf "| %.2f ", $1 / 1000}'; done)|"
}

restarting() {
  # Many take-overs take long, and what is new all that time must not become more and more to load.
  wanted=${GREYDAEMON_RESTARTS:-1}
  entries=$million room=$ROOM
  [ "$wanted" = 1 ] || { entries=$((million / 10)); room=$entries; }
  say "taking over for $long s${GREYDAEMON_RESTARTS:+, until that was done $wanted times}"
  forget
  "$bin/savefile" G $BALLAST "$entries" "$(date +%s)" >"$run/save"
  entries_max=$room
  start_daemon
  successor # The first one has not rehearsed, and how it starts is no matter of this.
  next=0 total=0
  echo "### One daemon takes over from the other, again and again"
  echo
  echo "New triplets, 10000 a second for $long s a row, while a successor with $entries entries takes over, and when it has, the next" \
    "one. Milliseconds:"
  echo
  echo "| take-overs | questions | without an answer | wrong answers | p50 | p99 | p99.9 | max |"
  echo "|---|---|---|---|---|---|---|---|"
  while [ $total -lt "$wanted" ]; do
    slice
    total=$((total + count))
  done
  echo
  stop_daemon
}
