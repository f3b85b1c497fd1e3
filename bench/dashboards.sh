# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: what open dashboards cost the answers (docs/dashboard.md). Needs curl.

DASHBOARDS=10

# dashboard: asks for what a page asks for, over and over: its events, which end after 8 s each, and the slow questions.
dashboard() {
  trap 'kill $asks 2>/dev/null; exit' TERM
  while :; do
    curl -sS --no-buffer -o "$run/dashboard" -H "Authorization: Bearer $token" "http://127.0.0.1:$http/v1/live" & asks=$!
    wait $asks || sleep 0.1
    for command in '{"command":"history","span":"day"}' '{"command":"exemptions"}'; do
      curl -sS -o "$run/dashboard" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
        -d "$command" "http://127.0.0.1:$http/v1/look" & asks=$!
      wait $asks || sleep 0.1
    done
  done
}

# open_dashboards: how many streams the daemon has now.
open_dashboards() {
  curl -sS "http://127.0.0.1:$http/metrics" | sed -n 's/^greydaemon_http_dashboards //p'
}

all_open() { [ "$(open_dashboards | cut -d. -f1)" -ge "$DASHBOARDS" ] 2>/dev/null; }

dashboards() {
  command -v curl >/dev/null || fail "no curl; install it (apt-get install curl)"
  rate=10000
  say "dashboards"
  forget
  "$bin/savefile" G 0 $million "$(date +%s)" >"$run/save"
  http=$(free_port tcp)
  start_daemon "--http=127.0.0.1:$http"
  token=$(cat "$run/save.token-read")
  next=$million
  ask window "$port" $next 0 0001 -300000 128; next=$(echo "$answer" | field next)
  ask rate "$port" $next 0 0001 "$calm" $rate; next=$(echo "$answer" | field next)
  quiet=$answer
  pages=
  for _ in $(seq $DASHBOARDS); do
    dashboard 2>/dev/null & pages="$pages $!"
  done
  within 30 all_open
  ask rate "$port" $next 0 0001 "$calm" $rate
  for page in $pages; do kill "$page"; wait "$page" 2>/dev/null; done
  echo "### Answers while $DASHBOARDS dashboards are open"
  echo
  echo "New triplets, $rate a second, for $calm s each, in a store of $million. Milliseconds:"
  echo
  echo "| | p50 | p99 | p99.9 | p99.99 | max |"
  echo "|---|---|---|---|---|---|"
  for of in "no dashboard:$quiet" "$DASHBOARDS dashboards:$answer"; do
    echo "| ${of%%:*} $(for p in p50 p99 p99.9 p99.99 max; do
      echo "${of#*:}" | field $p | awk '{printf "| %.2f ", $1 / 1000}'
    done)|"
  done
  echo
  stop_daemon
}
