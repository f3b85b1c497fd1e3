# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: what remembering together with another host costs, and how late that one hears
# (docs/several-hosts.md). Needs redis-server and redis-cli (apt-get install redis-server).

# How many entries a new host is told of that knows nothing; WHOLE in the environment sets another number.
whole_entries=${WHOLE:-$((5 * million))}

# share_daemon NAME [options]: starts a daemon of that name on $run/NAME; sets $port and adds to $servers.
share_daemon() {
  name=$1
  shift
  port=$(free_port)
  "$here/greydaemon" -s 600 -m 60 --max-entries 100000000 "$@" "127.0.0.1:$port" "$run/$name" >"$run/$name.log" 2>&1 &
  servers="$servers $!"
  "$bin/load" first "$port" $UNUSED 0 00 120 1 >/dev/null || { cat "$run/$name.log" >&2; fail "the daemon does not answer"; }
}

# share_figure NAME FIGURE: of a daemon's status.
share_figure() { "$here/greyctl" status --json --socket "$run/$1.ctl" | sed -n "s/.*\"$2\":\"*\([^\",}]*\).*/\1/p"; }

up_to_date() {
  case $(share_figure "$1" share) in *"up to date"*) ;; *) return 1 ;; esac
  [ "$(share_figure "$1" share_waiting)" = 0 ]
}

# remembers PORT ENTRIES: whether the daemon with that port of HTTP has so many. Costs it next to nothing, unlike a greyctl.
remembers() {
  [ "$(curl -s "http://127.0.0.1:$1/metrics" | sed -n "s/^greydaemon_entries //p" | cut -d. -f1)" -ge "$2" ] 2>/dev/null
}

# new_host NAME ENTRIES: starts a daemon that is told so many; sets $http and $took, the seconds until it was whole.
new_host() {
  begun=$(nanoseconds)
  http=$(free_port tcp)
  share_daemon "$1" --config "$run/share.toml" --http="127.0.0.1:$http"
  within 600 remembers "$http" "$2"
  within 600 up_to_date "$1"
  took=$(awk -v b="$begun" -v e="$(nanoseconds)" 'BEGIN {printf "%.1f", (e - b) / 1e9}')
}

# used: the octets that the server takes.
used() { redis-cli -p "$redis" info memory | tr -d '\r' | sed -n 's/^used_memory://p'; }

# cpu PID [THREAD]: the processor time of a process, or of its threads of that name, in microseconds.
cpu() {
  for task in "/proc/$1/task"/*; do
    name=$(cat "$task/comm")
    if [ "$name" = "${2:-$name}" ]; then sed 's/.*) //' "$task/stat"; fi
  done | awk -v hertz="$(getconf CLK_TCK)" '{sum += $12 + $13} END {printf "%.0f", sum / hertz * 1e6}'
}

# a_change FROM TO: so many microseconds more, for each of $facts.
a_change() { awk -v from="$1" -v to="$2" -v n="$facts" 'BEGIN {printf "%.2f", (to - from) / n}'; }

sharing() {
  command -v redis-server >/dev/null || fail "no redis-server; install it (apt-get install redis-server)"
  say "sharing"
  redis=$(free_port tcp)
  redis-server --port "$redis" --bind 127.0.0.1 --save '' --appendonly no --dir "$run" >"$run/redis" 2>&1 &
  server=$!
  servers="$servers $server"
  printf 'rules.set = "original"\nretry.some-never-pass = true\nshare.servers = ["127.0.0.1:%s"]\n' "$redis" >"$run/share.toml"
  share_daemon alone; alone=$port
  share_daemon shared --config "$run/share.toml"; shared=$port
  sharer=${servers##* }
  within 60 up_to_date shared
  next=0
  ask window "$alone" 0 0 0001 -200000 128
  ask window "$shared" 0 0 0001 -200000 128
  next=200000
  before=$(used)
  sent=$(share_figure shared share_changes_sent)
  server_cpu=$(cpu "$server") share_cpu=$(cpu "$sharer" share) collector_cpu=$(cpu "$sharer" "VM Thread")
  echo "### Sharing with other hosts"
  echo
  echo "New triplets, the original's rules; the server runs on the same machine. The middle one of $rounds rounds of $seconds s:"
  echo
  echo "| outstanding | alone/s | shared/s | shared : alone | least - most |"
  echo "|---|---|---|---|---|"
  round=0
  while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    ask window "$alone" $next 0 0001 "$seconds" 128; a=$(echo "$answer" | field rate)
    ask window "$shared" $next 0 0001 "$seconds" 128; b=$(echo "$answer" | field rate)
    next=$((next + 10000000))
    echo "$a $b" >>"$run/shared.rates"
  done
  set -- "$(awk '{print $1}' "$run/shared.rates" | median)" "$(awk '{print $2}' "$run/shared.rates" | median)" \
    "$(awk '{printf "%.2f\n", $2 / $1}' "$run/shared.rates" | median)"
  echo "| 128 | ${1%% *} | ${2%% *} | **${3%% *}** | $(echo "${3#* }" | sed 's/ / - /') |"
  echo
  for which in alone shared; do
    [ $which = alone ] && port=$alone || port=$shared
    ask rate "$port" $next 0 0001 "$calm" 2000
    next=$((next + 10000000))
    echo "- $which, 2000 a second for $calm s: p99.9 $(echo "$answer" | field p99.9) µs"
  done
  within 120 up_to_date shared
  facts=$(($(share_figure shared share_changes_sent) - sent))
  echo "- octets in the server for a triplet: $((($(used) - before) / facts)), of $facts"
  echo "- processor time for a triplet that is sent, in µs: $(a_change "$server_cpu" "$(cpu "$server")") of the server," \
    "$(a_change "$share_cpu" "$(cpu "$sharer" share)") of the daemon's thread that sends," \
    "$(a_change "$collector_cpu" "$(cpu "$sharer" "VM Thread")") of its collector"
  # All but a few: 0.0.0.0/24 is nobody's network, of which no host is told, and each 2^24th triplet is from there.
  new_host other $(($(share_figure shared entries) - 20))
  echo "- a new host was whole after $took s: $(share_figure other entries) entries"
  "$bin/load" rate "$shared" $next 0 0001 "$calm" 20000 >"$run/rate" || fail "the load generator stopped"
  within 120 up_to_date shared
  echo "- 20,000 a second for $calm s ($(field rate <"$run/rate")/s came through): how many writings of the one host the other had" \
    "read after so many seconds:"
  curl -s "http://127.0.0.1:$http/metrics" | sed -n 's/^greydaemon_share_lag_seconds_bucket{le="\([^"]*\)"} /  - \1: /p'
  whole
  echo
}

# What a large site remembers, of which a new host is told all: $whole_entries, seven of ten waiting triplets, the others proven clients.
whole() {
  for pid in $servers; do
    [ "$pid" = "$server" ] || { kill "$pid"; ended "$pid"; }
  done
  servers=$server
  redis-cli -p "$redis" flushall >/dev/null
  now=$(date +%s)
  proven=$((whole_entries * 3 / 10))
  { "$bin/savefile" G 1 $((whole_entries - proven)) "$now"; "$bin/savefile" I "$PROVEN" $proven "$now"; } >"$run/teller"
  share_daemon teller --config "$run/share.toml"
  within 600 up_to_date teller
  server_cpu=$(cpu "$server")
  new_host newcomer "$whole_entries"
  facts=$(share_figure newcomer entries)
  newcomer=${servers##* }
  echo "- a new host was whole after $took s: $facts entries, of which three of ten are proven clients; processor time for each, in µs:" \
    "$(a_change "$server_cpu" "$(cpu "$server")") of the server, $(a_change 0 "$(cpu "$newcomer" share)") of the thread that reads," \
    "$(a_change 0 "$(cpu "$newcomer" "VM Thread")") of its collector; the server takes $(($(used) >> 20)) MiB"
}
