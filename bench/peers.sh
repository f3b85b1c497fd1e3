# shellcheck shell=sh disable=SC2154 # bench/run has set what is used here.
# Sourced by bench/run: finds and starts the greylisting daemons of Debian that ours is compared with: below
# bench/target/peers, where --fetch unpacks them, or where they are installed.
# Each remembers below $run/NAME, logs to a file if it logs at all, defers for about a second and takes a client for
# proven after one retry, so that known clients can be measured; all else is as Debian ships it.

peers=$bin/peers
PEER_PACKAGES="postgrey sqlgrey greylistd
  libnet-server-perl libio-multiplex-perl libnetaddr-ip-perl libberkeleydb-perl libdbi-perl libdbd-sqlite3-perl"
PEER_PERL=$peers/usr/share/perl5:$(perl -MConfig -e "print '$peers', \$Config{vendorarch}" 2>/dev/null)

fetch_peers() {
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail "--fetch needs apt-get and dpkg"
  mkdir -p "$bin" && new=$(mktemp -d "$bin/fetch.XXXXXX") || fail "$bin: no folder can be made there"
  say "fetching" $PEER_PACKAGES
  (
    cd "$new" || exit 1
    apt-get download -q $PEER_PACKAGES >fetch.log 2>&1 || { cat fetch.log >&2; exit 1; }
    for package in *.deb; do dpkg -x "$package" . || exit 1; done
    rm -f -- *.deb
  ) || { rm -rf "$new"; fail "apt-get did not download them; its own words are above"; }
  rm -rf "$peers"
  mv "$new" "$peers"
}

# peer NAME: the program; nothing if there is none.
peer() {
  for program in "$peers/usr/sbin/$1" "/usr/sbin/$1"; do
    [ -e "$program" ] && { echo "$program"; return; }
  done
}

# Whether a peer can run; says what is missing if it cannot.
has_peer() {
  if [ -z "$(peer "$1")" ]; then
    echo "$1 was not measured: it is not there. \`bench/run --mta --fetch\` unpacks it below bench/target;" \
      "\`apt-get install $2\` installs it."
    return 1
  fi
  shift 2
  [ $# = 0 ] && return 0
  lacking=$(PERL5LIB=$PEER_PERL perl -e 'for (@ARGV) { eval "require $_" or print " $_" }' "$@" 2>&1)
  [ -z "$lacking" ] || { echo "A peer was not measured: its Perl modules$lacking are not there."; return 1; }
}

start_postgrey() {
  postgrey=$(free_port tcp)
  mkdir "$run/postgrey"
  PERL5LIB=$PEER_PERL perl -T "-I$peers/usr/share/perl5" "-I${PEER_PERL#*:}" "$(peer postgrey)" \
    "--inet=127.0.0.1:$postgrey" "--user=$(id -un)" "--group=$(id -gn)" "--dbdir=$run/postgrey" \
    --delay=1 --auto-whitelist-clients=1 --whitelist-clients=/dev/null --whitelist-recipients=/dev/null \
    >"$run/postgrey/log" 2>&1 &
  servers="$servers $!"
}

start_sqlgrey() {
  sqlgrey=$(free_port tcp)
  mkdir "$run/sqlgrey" "$run/sqlgrey/etc"
  for lists in "$peers/etc/sqlgrey" /etc/sqlgrey; do
    [ -d "$lists" ] && { cp "$lists"/*_whitelist "$lists"/*.regexp "$run/sqlgrey/etc"; break; }
  done
  cat >"$run/sqlgrey/conf" <<EOF
conf_dir = $run/sqlgrey/etc
user = $(id -un)
group = $(id -gn)
inet = 127.0.0.1:$sqlgrey
reconnect_delay = 0.02
db_type = SQLite
db_name = $run/sqlgrey/database
admin_mail =
EOF
  PERL5LIB=$PEER_PERL perl "$(peer sqlgrey)" -f "$run/sqlgrey/conf" >"$run/sqlgrey/log" 2>&1 &
  servers="$servers $!"
}

start_greylistd() {
  greylistd=$run/greylistd/socket
  mkdir "$run/greylistd"
  cat >"$run/greylistd/config" <<EOF
[timeouts]
retryMin = 1
[socket]
path = $greylistd
owner = $(id -un):$(id -gn)
mode = 0600
[data]
update = 600
statefile = $run/greylistd/states
tripletfile = $run/greylistd/triplets
EOF
  python3 "$(peer greylistd)" "$run/greylistd/config" >"$run/greylistd/log" 2>&1 &
  servers="$servers $!"
}
