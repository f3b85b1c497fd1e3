# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: what a mail server that asks over UDP meets, and start, stop and memory.
# Needs bench/daemon.sh, and of bench/run the numbers of rounds, seconds and triplets.

# one PORT FIRST SPAN EXPECT WINDOW: answers per second.
one() {
  ask window "$1" "$2" "$3" "$4" "$seconds" "$5"
  echo "$answer" | field rate
}

# (a) echo, ours, echo, ours ...: the middle one of the rounds' ratios.
throughput() {
  say "answers per second"
  forget
  now=$(date +%s)
  { "$bin/savefile" I $PROVEN $KNOWN_CLIENTS "$now"; "$bin/savefile" G $BALLAST $million "$now"; } >"$run/save"
  start_echo plain; plain=$port
  start_echo batched batched; batched=$port
  start_daemon
  next=0
  # The JVM compiles what runs often; all three paths have run often before anything is measured.
  ask window "$port" 0 0 0001 -$practice 128
  ask window "$port" 0 $KNOWN_CLIENTS 0002 -200000 128
  ask window "$port" $PROVEN $KNOWN_CLIENTS 0102 -200000 128
  next=$practice
  echo "### Answers per second, against a bare UDP echo"
  echo
  echo "In a store of $million triplets and more. New triplets are journaled before the answer (--fsync everysec), and saves" \
    "that a long journal causes are included; \"full\" is new triplets in a store at its bound of $million entries, where each makes room" \
    "for itself. The middle one of $rounds rounds of $seconds s:"
  echo
  echo "| queries | outstanding | echo/s | daemon/s | daemon : echo | least - most | daemon : batched echo |"
  echo "|---|---|---|---|---|---|---|"
  for window in 1 128; do
    rm -f "$run"/*.rates
    round=0
    while [ $round -lt $rounds ]; do
      round=$((round + 1))
      for kind in new known early; do
        p=$(one "$plain" 0 0 49 $window)
        case $kind in
          new) ask window "$port" $next 0 0001 $seconds $window; next=$(echo "$answer" | field next) ;;
          known) ask window "$port" $PROVEN $KNOWN_CLIENTS 0102 $seconds $window ;;
          early) ask window "$port" 0 $KNOWN_CLIENTS 0002 $seconds $window ;;
        esac
        d=$(echo "$answer" | field rate)
        b=$(one "$batched" 0 0 49 $window)
        echo "$p $d $b" >>"$run/$kind.rates"
      done
    done
    for kind in new known early; do throughput_row $kind $window; done
  done
  capacity=$(awk '{print $2}' "$run/new.rates" | median | cut -d' ' -f1)
  stop_daemon
  full
  echo
}

# full [CLIENTS options of the daemon]: a row of new triplets, each of which has to make room for itself.
full() {
  clients=${1:-}
  [ $# = 0 ] || shift
  forget
  "$bin/savefile" G $BALLAST $million "$(date +%s)" >"$run/save"
  entries_max=$million
  start_daemon "$@"
  entries_max=$ROOM
  next=0
  [ -z "$clients" ] || learn_names
  ask window "$port" $next 0 0001 -$practice 128 $clients; next=$(echo "$answer" | field next)
  new_rounds full $clients
  throughput_row full 128
  stop_daemon
}

# new_rounds NAME [CLIENTS]: echo, new triplets, batched echo, echo ... with 128 outstanding.
new_rounds() {
  rm -f "$run/$1.rates"
  round=0
  while [ $round -lt $rounds ]; do
    round=$((round + 1))
    p=$(one "$plain" 0 0 49 128)
    ask window "$port" $next 0 0001 $seconds 128 ${2:-}; next=$(echo "$answer" | field next)
    d=$(echo "$answer" | field rate)
    echo "$p $d $(one "$batched" 0 0 49 128)" >>"$run/$1.rates"
  done
}

# Names are looked up, which may take longer than a question waits.
learn_names() {
  for _ in 1 2 3 4 5; do
    answer=$("$bin/load" window "$port" $next 0 0001 -$NAMED_CLIENTS 64 $NAMED_CLIENTS); next=$(echo "$answer" | field next)
    case $answer in *" lost=0 "*) break ;; esac
  done
}

throughput_row() {
  rates=$run/$1.rates
  set -- "$1" "$2" "$(awk '{print $1}' "$rates" | median)" "$(awk '{print $2}' "$rates" | median)" \
    "$(awk '{printf "%.2f\n", $2 / $1}' "$rates" | median)" "$(awk '{printf "%.2f\n", $2 / $3}' "$rates" | median)"
  echo "| $1 | $2 | ${3%% *} | ${4%% *} | **${5%% *}** | $(echo "${5#* }" | sed 's/ / - /') | ${6%% *} |"
}

# (a) with the modern rules, and clients whose hosts have names that the daemon has looked up.
named() {
  dnsmasq=$(command -v dnsmasq || command -v /usr/sbin/dnsmasq) ||
    { echo "The modern rules were not measured: no dnsmasq, which tells names of hosts (apt-get install dnsmasq-base)."; echo; return; }
  say "the modern rules"
  forget
  "$bin/savefile" G $BALLAST $million "$(date +%s)" >"$run/save"
  tell_names "$dnsmasq"
  start_daemon --config "$run/modern.toml" --rules modern
  next=0
  learn_names
  ask window "$port" $next 0 0001 -$practice 128 $NAMED_CLIENTS; next=$(echo "$answer" | field next)
  echo "The same with the modern rules: new triplets, all identities, of $NAMED_CLIENTS clients whose hosts have names that the" \
    "daemon has looked up before:"
  echo
  echo "| queries | outstanding | echo/s | daemon/s | daemon : echo | least - most | daemon : batched echo |"
  echo "|---|---|---|---|---|---|---|"
  new_rounds new $NAMED_CLIENTS
  throughput_row new 128
  stop_daemon
  full $NAMED_CLIENTS --config "$run/modern.toml" --rules modern
  echo
}

# tell_names DNSMASQ: starts a DNS server that knows the clients' hosts, and writes a configuration that asks it.
tell_names() {
  # The domain of each host has the name of its number, in letters: what looks like an address is nobody's own name.
  "$bin/savefile" I 0 $NAMED_CLIENTS 0 | awk '{w = ""; for (n = NR; n > 0; n = int(n / 8)) w = w substr("abcefghi", n % 8 + 1, 1)
    print $3 " mx." w "host.example"}' >"$run/hosts"
  dns=$(free_port)
  "$1" --keep-in-foreground --conf-file=/dev/null --pid-file= --no-hosts --no-resolv --user="$(id -un)" --bind-interfaces \
    --listen-address=127.0.0.1 --port="$dns" --addn-hosts="$run/hosts" --local-ttl=3600 --txt-record='sender.example,v=spf1 -all' \
    >"$run/dnsmasq" 2>&1 &
  servers="$servers $!"
  printf 'retry.some-never-pass = true\nexempt.resolver = "127.0.0.1:%s"\n' "$dns" >"$run/modern.toml"
}

# (c) and (d): a large save file is loaded, and what its entries take.
loading() {
  entries=$((10 * million))
  say "loading $entries entries"
  forget
  "$bin/savefile" G 0 $entries "$(date +%s)" >"$run/save"
  cat "$run/save" >/dev/null
  : >"$run/ready"
  for _ in 1 2 3; do
    begun=$(nanoseconds)
    wc -l <"$run/save" >/dev/null
    wc_seconds=$(awk -v begun="$begun" -v end="$(nanoseconds)" 'BEGIN {printf "%.2f", (end - begun) / 1e9}')
    start_daemon
    echo "$ready" >>"$run/ready"
    memory=$(resident)
    [ "$(wc -l <"$run/ready")" -lt 3 ] && { kill -KILL "$daemon"; wait "$daemon" 2>/dev/null; daemon=; }
  done
  loaded=$(median <"$run/ready" | cut -d' ' -f1)
  bytes=$(statistic bytes)
  found=$(statistic entries)
  [ "$found" -ge $entries ] || fail "$found entries of $entries were loaded"
  stop_daemon
  echo "### Loading and keeping $entries triplets of 60 octets, each client in a network of its own"
  echo
  echo "| | seconds | : wc -l | octets per entry |"
  echo "|---|---|---|---|"
  echo "| wc -l of the save file | $wc_seconds | 1 | |"
  echo "| daemon, from start to first answer | $loaded | $(ratio "$loaded" "$wc_seconds")" \
    "| $((bytes / found)) in the store, $(((memory - idle) / found)) resident |"
  if command -v perl >/dev/null; then
    say "the same in a Perl hash"
    perl=$(perl "$here/bench/hash.pl" "$run/save" 2>/dev/null)
    echo "| a Perl hash | ${perl% *} | $(ratio "${perl% *}" "$wc_seconds") | ${perl#* } resident |"
  fi
  echo
}

# (e), idle part: sets $idle, and $idle_http with the HTTP front end.
starting() {
  say "start and idle memory"
  : >"$run/ready" >"$run/jvm"
  for _ in $(seq $starts); do
    begun=$(nanoseconds)
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xms8m -Xmx64m -XX:-UsePerfData -version 2>/dev/null
    awk -v begun="$begun" -v end="$(nanoseconds)" 'BEGIN {printf "%.3f\n", (end - begun) / 1e9}' >>"$run/jvm"
    forget
    start_daemon
    echo "$ready" >>"$run/ready"
    stop_daemon
  done
  rest; idle=$rested
  rest "--http=127.0.0.1:$(free_port tcp)"; idle_http=$rested
  start_seconds=$(median <"$run/ready" | cut -d' ' -f1)
  jvm_seconds=$(median <"$run/jvm" | cut -d' ' -f1)
}

# rest [options]: sets $rested, the octets of memory of a daemon that has nothing to do, the middle one of three.
rest() {
  : >"$run/resting"
  for _ in 1 2 3; do
    forget
    start_daemon "$@"
    sleep 12 # What the JIT compiler took is given back after some seconds.
    resident >>"$run/resting"
    stop_daemon
  done
  rested=$(median <"$run/resting" | cut -d' ' -f1)
}

# call: how long an operator's question takes.
call() {
  begun=$(nanoseconds)
  "$here/greyctl" status --socket "$run/save.ctl" >/dev/null || fail "greyctl status: $?"
  awk -v begun="$begun" -v end="$(nanoseconds)" 'BEGIN {printf "%.3f\n", (end - begun) / 1e9}' >>"$run/calls"
}

# (e): prints all of it.
stopping() {
  say "stopping with $million entries"
  : >"$run/stops" >"$run/copies" >"$run/calls"
  for _ in 1 2 3; do
    forget
    "$bin/savefile" G 0 $million "$(date +%s)" >"$run/save"
    start_daemon
    call; call; call
    stop_daemon
    echo "$stopped" >>"$run/stops"
    begun=$(nanoseconds)
    dd if="$run/save" of="$run/copy" bs=256k conv=fsync 2>/dev/null
    awk -v begun="$begun" -v end="$(nanoseconds)" 'BEGIN {printf "%.3f\n", (end - begun) / 1e9}' >>"$run/copies"
  done
  stop_seconds=$(median <"$run/stops" | cut -d' ' -f1)
  copy_seconds=$(median <"$run/copies" | cut -d' ' -f1)
  call_seconds=$(median <"$run/calls" | cut -d' ' -f1)
  echo "### Start, idle, stop"
  echo
  echo "| | measured | compared with | ratio |"
  echo "|---|---|---|---|"
  echo "| from start to first answer | $start_seconds s | java -version: $jvm_seconds s |" \
    "$(ratio "$start_seconds" "$jvm_seconds") |"
  echo "| resident when idle | $((idle / 1048576)) MiB | goal: 64 MB | $(ratio "$idle" 64000000) |"
  echo "| the same with --http | $((idle_http / 1048576)) MiB | goal: 72 MB | $(ratio "$idle_http" 72000000) |"
  echo "| greyctl status | $call_seconds s | java -version: $jvm_seconds s | $(ratio "$call_seconds" "$jvm_seconds") |"
  echo "| from SIGTERM to exit with $million entries | $stop_seconds s |" \
    "dd conv=fsync of the save file: $copy_seconds s | $(ratio "$stop_seconds" "$copy_seconds") |"
  echo
}
