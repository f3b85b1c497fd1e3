# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: what mail servers meet that ask over Postfix's policy protocol, greylistd's words or milter, from
# us, from the peers that are there (bench/peers.sh), and from a server of the same protocol that does nothing.

KNOWN=1000 # clients that each server has been made to know
PROTOCOLS="policy words milter"
COUNTS="1 20 200 900" # connections; a daemon takes 1000, and one that is closed is counted until that is seen

# takes_part SERVER CONNECTIONS: whether a server is asked over so many. Peers are made for a mail server's 100.
takes_part() { case $1 in nothing* | ours*) ;; *) [ "$2" -le 20 ] ;; esac; }

# start_ours NAME FSYNC: one of our daemons, with all three front ends.
start_ours() {
  mkdir "$run/$1"
  udp=$(free_port) policy=$(free_port tcp) milter=$(free_port tcp)
  "$here/greydaemon" -s 600 -m 0.02 --max-entries 100000000 --fsync "$2" \
    "--policy=127.0.0.1:$policy" "--policy=unix:$run/$1/socket" "--milter=127.0.0.1:$milter" \
    "127.0.0.1:$udp" "$run/$1/save" >"$run/$1/log" 2>&1 &
  servers="$servers $!"
  serves policy "$1" "$policy"
  serves words "$1" "$run/$1/socket"
  serves milter "$1" "$milter"
}

start_nothing() {
  for protocol in $PROTOCOLS; do
    at=0
    [ $protocol = words ] && at=$run/nothing
    "$bin/nothing" $protocol "$at" >"$run/port.$protocol" &
    servers="$servers $!"
    within 10 test -s "$run/port.$protocol"
    [ $protocol = words ] || at=$(cat "$run/port.$protocol")
    serves $protocol nothing "$at"
  done
  "$bin/turns" 0 >"$run/port.turns" &
  servers="$servers $!"
  within 10 test -s "$run/port.turns"
  serves policy nothing-turns "$(cat "$run/port.turns")"
}

# serves PROTOCOL SERVER PLACE: from now on it is measured.
serves() {
  echo "$2" >>"$run/$1.servers"
  echo "$3" >"$run/$1.$2.place"
}

# asks PROTOCOL SERVER FIRST SPAN EXPECT SECONDS CONNECTIONS: sets $answer; fails on a wrong or lost answer.
asks() {
  case $2 in nothing*) expect=a ;; *) expect=$5 ;; esac
  answer=$("$bin/dialog" "$1" "$(cat "$run/$1.$2.place")" "$3" "$4" $expect "$6" "$7") || fail "$2 ended or hangs"
  case $answer in
    *" lost=0 wrong=0"*) ;;
    *) tail -5 "$run/$2/log" >&2; fail "answers were lost or wrong: $2, dialog $*: $answer" ;;
  esac
}

# asks_new PROTOCOL SERVER SECONDS CONNECTIONS: about triplets that this server has not met.
asks_new() {
  next=$(cat "$run/$2.next" 2>/dev/null)
  asks "$1" "$2" "${next:-0}" 0 d "$3" "$4"
  echo "$answer" | field next >"$run/$2.next"
}

answers() { "$bin/dialog" "$1" "$(cat "$run/$1.$2.place")" $UNUSED 0 d -1 1 2>/dev/null | grep -q answers=1; }

# Makes every server know the same clients, and lets what is compiled while it runs be compiled: ours has a quarter of what is
# asked over UDP before it is measured (practice), as its compilers take a part of the processors until then.
prepare() {
  for protocol in $PROTOCOLS; do
    while read -r server; do within 60 answers $protocol "$server"; done <"$run/$protocol.servers"
  done
  # Ours knows over every protocol what it has learnt over one.
  { sed -n '/nothing/!s/^/policy /p' "$run/policy.servers"; sed -n '/greylistd/s/^/words /p' "$run/words.servers"; } >"$run/learners"
  for expect in d a; do
    while read -r protocol server; do asks "$protocol" "$server" $PROVEN $KNOWN $expect -$KNOWN 20; done <"$run/learners"
    sleep 3
  done
  for protocol in $PROTOCOLS; do
    while read -r server; do
      case $server in
        ours*) asks_new $protocol "$server" -$((practice / 4)) 20 ;;
        *) asks_new $protocol "$server" "$warm" 20 ;;
      esac
      asks $protocol "$server" $PROVEN $KNOWN a "$warm" 1
    done <"$run/$protocol.servers"
  done
}

measure() {
  round=0
  while [ $round -lt $rounds ]; do
    round=$((round + 1))
    for kind in new known; do
      for connections in $COUNTS; do
        while read -r server; do
          takes_part "$server" $connections || continue
          case $kind in
            new) asks_new "$1" "$server" "$seconds" $connections ;;
            known) asks "$1" "$server" $PROVEN $KNOWN a "$seconds" $connections ;;
          esac
          echo "$(echo "$answer" | field rate) $(echo "$answer" | field p50) $(echo "$answer" | field p99)" \
            >>"$run/$1.$kind.$connections.$server"
        done <"$run/$1.servers"
      done
    done
  done
}

# table PROTOCOL: the middle one of all rounds; a ratio is the middle one of the rounds' ratios.
table() {
  echo "| queries | connections | server | answers/s | : nothing | : nothing, by turns | p50 ms | p99 ms |"
  echo "|---|---|---|---|---|---|---|---|"
  for kind in new known; do
    for connections in $COUNTS; do
      while read -r server; do
        takes_part "$server" $connections || continue
        of=$run/$1.$kind.$connections
        echo "| $kind | $connections | $(name "$server") | $(middle 1 "$of.$server")" \
          "| $(ratio "$of" "$server" nothing) | $([ "$1" != policy ] || ratio "$of" "$server" nothing-turns)" \
          "| $(middle 2 "$of.$server" | milliseconds) | $(middle 3 "$of.$server" | milliseconds) |"
      done <"$run/$1.servers"
    done
  done
  echo
}

# ratio FILE SERVER OTHER: of their answers.
ratio() { paste -d' ' "$1.$2" "$1.$3" | awk '{printf "%.2g\n", $1 / $4}' | median | cut -d' ' -f1; }

# middle COLUMN FILE
middle() { awk -v column="$1" '{print $column}' "$2" | median | cut -d' ' -f1; }

milliseconds() { awk '{printf "%.2f", $1 / 1000}'; }

name() {
  case $1 in
    nothing) echo "does nothing" ;;
    nothing-turns) echo "does nothing, by turns" ;;
    ours) echo "**greydaemon**" ;;
    ours-always) echo "greydaemon --fsync always" ;;
    *) echo "$1" ;;
  esac
}

# What the servers' own documentation and source say, and strace shows.
durability() {
  echo "What has happened to a new triplet when its answer is sent:"
  echo
  echo "- greydaemon (--fsync everysec, the default): it is in the journal, so that nothing that ends the process loses it; the" \
    "journal is forced to the disk once a second. With --fsync always it is on the disk."
  [ -z "$postgrey" ] || echo "- postgrey: it is on the disk, in the log of a Berkeley DB transaction. It defers for networks of 256 addresses."
  [ -z "$sqlgrey" ] || echo "- sqlgrey: it is on the disk, in SQLite. Its answer to a known client writes to the disk as well."
  [ -z "$greylistd" ] || echo "- greylistd: nothing. It writes its file every 600 s and when it ends, and knows nothing of it after a" \
    "restart unless PYTHONHASHSEED is set."
  echo
}

mail_servers() {
  postgrey='' sqlgrey='' greylistd=''
  say "starting the servers"
  start_nothing
  start_ours ours everysec
  start_ours ours-always always
  if has_peer postgrey postgrey Net::Server::Multiplex NetAddr::IP BerkeleyDB; then
    start_postgrey
    serves policy postgrey "$postgrey"
  fi
  if has_peer sqlgrey "sqlgrey libdbd-sqlite3-perl" Net::Server::Multiplex DBI DBD::SQLite; then
    start_sqlgrey
    serves policy sqlgrey "$sqlgrey"
  fi
  if has_peer greylistd greylistd; then
    start_greylistd
    serves words greylistd "$greylistd"
  fi
  say "proving clients, warming up"
  prepare
  durability
  echo "Each number is the middle one of $rounds rounds of $seconds s, in which the servers take turns. Each connection asks its next" \
    "question when the one before is answered. New: each triplet is asked about once. Known: $KNOWN clients that have retried."
  echo
  for protocol in $PROTOCOLS; do
    say "measuring $protocol"
    measure $protocol
    heading $protocol
    table $protocol
  done
}

heading() {
  case $1 in
    policy) echo "### Postfix's policy protocol, on connections that stay open" ;;
    words) echo "### greylistd's words, each on a unix socket connection of its own" ;;
    milter) echo "### Milter, each in a session of its own: connect, negotiate, client, sender, recipient, quit" ;;
  esac
  echo
}
