# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: what open dashboards cost the answers (docs/dashboard.md). Needs curl.

DASHBOARDS=10

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
  "$bin/streams" "$http" "$token" $DASHBOARDS >"$run/streams" & streams=$!
  servers="$servers $streams"
  within 30 all_open
  ask rate "$port" $next 0 0001 "$calm" $rate
  kill $streams; wait $streams
  [ "$(field wrong <"$run/streams")" = 0 ] || fail "the dashboards were not answered: $(cat "$run/streams")"
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
