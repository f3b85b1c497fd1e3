# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: how long answers take while something else is done. Also run alone: bench/run --latency.

PERCENTILES="p50 p99 p99.9 p99.99 max"
RATE=10000 # Ten times what a big site sees, and few enough for the generator to sleep in between.

latency() {
  say "latency at $RATE queries per second"
  forget
  "$bin/savefile" G 0 $((5 * million)) "$(date +%s)" >"$run/save"
  lists
  start_daemon -w "$run/white" --exempt "$run/exemptions"
  next=$((5 * million))
  ask window "$port" $next 0 0001 -300000 128; next=$(echo "$answer" | field next)
  # Saving is compiled after some saves, as answering is; a daemon has months for it.
  : >"$run/saves"
  for _ in 1 2 3 4 5; do save_once; done
  echo "### Latency while something else is done, with $((5 * million)) entries"
  echo
  echo "New triplets, $RATE a second, for $calm s each. What a bare echo takes is the machine's part; so it is while somebody copies" \
    "the save file and has the copy forced to the disk (dd conv=fsync). Milliseconds:"
  echo
  echo "| $(for p in $PERCENTILES; do printf '| %s ' "$p"; done)|"
  echo "|---$(for _ in $PERCENTILES; do printf '|---'; done)|"
  row "bare echo" "$plain" again :
  row "bare echo beside copies" "$plain" again copy_once
  row "nothing else" "$port" new :
  : >"$run/saves"
  row "saves of all entries" "$port" new save_once
  row "100,000 entries are listed, again and again" "$port" new list_once
  row "bare echo beside the same" "$plain" again list_once
  row "lists of $WHITE and $EXEMPTIONS lines are read again, each 5 s" "$port" new reload_once
  stop_daemon
  saves="The middle one of $(wc -l <"$run/saves") saves took $(median <"$run/saves" | cut -d' ' -f1) s."
  expiring
  echo
  echo "$saves"
  echo
}

# row NAME PORT new|again COMMAND: a row of the table; the command is done over and over meanwhile.
row() {
  : >"$run/on"
  while [ -e "$run/on" ] && [ "$4" != : ]; do $4; done >/dev/null 2>"$run/beside" & beside=$!
  if [ "$3" = new ]; then
    ask rate "$2" $next 0 0001 "$calm" $RATE; next=$(echo "$answer" | field next)
  else
    ask rate "$2" 0 0 49 "$calm" $RATE
  fi
  rm -f "$run/on"
  wait $beside || fail "$1: $(cat "$run/beside")"
  echo "| $1 $(for p in $PERCENTILES; do echo "$answer" | field "$p" | awk '{printf "| %.2f ", $1 / 1000}'; done)|"
}

# Looks seldom, as whatever else runs takes a processor from the answers. How long it took say the times of the file:
# when it was made, and when it got its name.
save_once() {
  before=$(stat -c %i "$run/save")
  kill -USR1 "$daemon"
  for _ in $(seq 240); do
    sleep 0.5
    if [ "$(stat -c %i "$run/save")" != "$before" ]; then
      stat -c '%.W %.Z' "$run/save" | awk '{printf "%.1f\n", $2 - $1}' >>"$run/saves"
      return
    fi
  done
  fail "no save within two minutes"
}

copy_once() {
  dd if="$run/save" of="$run/copy" bs=64k conv=fsync 2>/dev/null
  mv "$run/copy" "$run/copied"
  sleep 0.5
}

list_once() { "$here/greyctl" list --limit 100000 --socket "$run/save.ctl"; }

# The longest lists that may be (docs/configuration.md).
WHITE=250000 EXEMPTIONS=50000
lists() {
  awk -v n=$WHITE 'BEGIN {for (i = 0; i < n; i++) printf "2001:db8:%x:%x::1\n", i / 65536, i % 65536}' >"$run/white"
  awk -v n=$EXEMPTIONS 'BEGIN {for (i = 0; i < n; i++) printf "sender user%d@example.org client 2001:db8:ffff:%x::1\n", i, i}' \
    >"$run/exemptions"
}

reload_once() {
  kill -HUP "$daemon"
  sleep 5
}

# All clients of the save file are past their time a moment after the start; the save that drops them is in the middle.
expiring() {
  forget
  "$bin/savefile" I 0 $((5 * million)) $(($(date +%s) - 86400 + 60)) >"$run/save"
  start_daemon -t 1
  next=$((5 * million))
  ask window "$port" $next 0 0001 -300000 128; next=$(echo "$answer" | field next)
  until [ "$(date +%s)" -gt $(($(stat -c %Y "$run/save") + 75)) ]; do sleep 1; done
  row "$((5 * million)) proven clients expire at once" "$port" new expire_once
  stop_daemon
}

expire_once() {
  sleep $((calm / 4))
  save_once
  rm -f "$run/on"
}
