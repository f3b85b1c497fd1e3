# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: many more entries than a site has, and whether anything grows with them.

scale() {
  millions=${GREYDAEMON_SCALE:-20}
  entries=$((millions * million))
  say "$entries entries"
  echo "### $entries entries"
  echo
  echo "| | measured | for a million |"
  echo "|---|---|---|"
  forget
  start_daemon
  idle=$(resident)
  stop_daemon
  forget
  "$bin/savefile" G 0 $entries "$(date +%s)" >"$run/save"
  entries_max=$entries
  start_daemon
  per_million "from start to first answer" "$ready"
  octets "loaded"
  : >"$run/saves"
  save_once
  per_million "a save" "$(cat "$run/saves")"
  churn
  stop_daemon
  per_million "from SIGTERM to exit" "$stopped"
  expired
  echo
}

per_million() { echo "| $1 | $2 s | $(awk -v s="$2" -v n="$millions" 'BEGIN {printf "%.2f s", s / n}') |"; }

# octets WHEN: what an entry takes.
octets() {
  bytes=$(statistic bytes) found=$(statistic entries)
  echo "| octets of an entry, $1 | $((bytes / found)) in the store, $((($(resident) - idle) / found)) resident | $found entries |"
}

# The store is at its bound: each new triplet makes room for itself.
churn() {
  new=$((entries / 4))
  begun=$(nanoseconds)
  ask window "$port" $entries 0 0001 -$new 128
  took=$(awk -v begun="$begun" -v end="$(nanoseconds)" 'BEGIN {printf "%.1f", (end - begun) / 1e9}')
  echo "| $new new triplets that push others out | $took s | $(awk -v n=$new -v s="$took" 'BEGIN {printf "%d a second", n / s}') |"
  sleep 5
  octets "after them"
}

# All of as many proven clients are past their time a minute after the file was begun, or when it is loaded; the save drops them.
expired() {
  forget
  "$bin/savefile" I 0 $entries $(($(date +%s) - 86400 + 60 + 2 * millions)) >"$run/save"
  written=$(stat -c %Y "$run/save")
  start_daemon -t 1
  full=$(resident)
  until [ "$(date +%s)" -gt $((written + 75 + 2 * millions)) ]; do sleep 1; done
  : >"$run/saves"
  save_once
  per_million "the save after all have expired" "$(cat "$run/saves")"
  sleep 60
  echo "| resident before and a minute after | $((full >> 20)) and $(($(resident) >> 20)) MiB | |"
  stop_daemon
}
