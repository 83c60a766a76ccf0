#!/usr/bin/env bash
# Put this checkout into service on a Debian or Ubuntu server, or bring the server to a newer checkout. Run it as root,
# as often as you like: every step looks first and changes only what differs.
#
#   deployment/deploy.sh --domain trade.example.org [--dry-run] [--without-nginx]
#
# It installs PostgreSQL, Redis, nginx and bubblewrap from the distribution, makes the user `dollarclub`, copies the
# checkout to /opt/dollarclub, installs the locked packages, migrates, and (re)starts the units and the site.
set -euo pipefail

source=$(cd "$(dirname "$0")/.." && pwd)
target=/opt/dollarclub settings=/etc/dollarclub/dollarclub.env state=/var/lib/dollarclub
domain="" dry="" nginx=1
while [ $# -gt 0 ]; do
    case $1 in
        --domain) domain=${2:?--domain needs a name}; shift 2 ;;
        --dry-run) dry=1; shift ;;
        --without-nginx) nginx=""; shift ;;
        *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
done
fail() { echo "error: $*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }
run() { echo "+ $*"; [ -n "$dry" ] || "$@"; }
# put FILE MODE OWNER: standard input becomes FILE when it differs
put() {
    local fresh
    fresh=$(mktemp) && cat >"$fresh"
    if cmp -s "$fresh" "$1"; then rm -f "$fresh"; return 1; fi
    echo "+ write $1"
    [ -n "$dry" ] || install -D -m "$2" -o "${3%:*}" -g "${3#*:}" "$fresh" "$1"
    rm -f "$fresh"
}
secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
as_service() {
    systemd-run --quiet --pipe --wait --collect --uid=dollarclub --gid=dollarclub --working-directory="$target" \
        --property=EnvironmentFile="$settings" --setenv=DATA_DIR="$state" "$@"
}

[ -n "$dry" ] || [ "$(id -u)" -eq 0 ] || fail "run it as root: sudo $0 --domain …"
[ -n "$domain" ] || [ -z "$nginx" ] || fail "name the server: --domain trade.example.org (or --without-nginx)"
command -v apt-get >/dev/null || fail "this script knows Debian and Ubuntu; elsewhere use docker compose"

step "Packages of the distribution"
want=(postgresql redis-server bubblewrap python3 python3-venv rsync curl)
[ -z "$nginx" ] || want+=(nginx openssl)
missing=()
for name in "${want[@]}"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
done
if [ ${#missing[@]} -gt 0 ]; then
    run apt-get update -qq
    run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
fi

step "User and folders"
getent group redis >/dev/null || [ -n "$dry" ] || fail "the package redis-server made no group redis"
id dollarclub >/dev/null 2>&1 || run useradd --system --home-dir "$state" --shell /usr/sbin/nologin --groups redis dollarclub
run install -d -m 0700 -o dollarclub -g dollarclub "$state"
run install -d -m 0750 -o root -g dollarclub /etc/dollarclub

step "Settings"
if [ ! -f "$settings" ]; then
    redis_password=$(secret) database_password=$(secret)
    put "$settings" 0640 root:dollarclub <<EOF || true
# Written by deploy.sh once; yours from now on. .env.example in $target explains every name.
STAGE=production
HOST=127.0.0.1
PORT=8000
DATABASE_URL=postgresql://dollarclub:$database_password@127.0.0.1:5432/dollarclub
REDIS_URL=unix://:$redis_password@/run/redis-dollarclub/redis.sock?db=0
SECRET_KEY=$(secret)$(secret)
ENCRYPTION_KEY=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')
COOKIE_SECURE=true
TRUSTED_PROXIES=127.0.0.1
ALLOWED_ORIGINS=${domain:+https://$domain}
WEBHOOK_PUBLIC_URL=${domain:+https://$domain}
# The paper exchange; without these lines there is none.
PAPER_EXCHANGE_URL=http://127.0.0.1:9000
PAPER_ADMIN_URL=http://127.0.0.1:9001
PAPER_ADMIN_TOKEN=$(secret)
EOF
fi

step "Database"
if [ -z "$dry" ]; then
    database_password=$(sed -n 's#^DATABASE_URL=postgresql://dollarclub:\([0-9a-f]*\)@127.0.0.1:5432/dollarclub$#\1#p' "$settings")
    if [ -n "$database_password" ]; then
        runuser -u postgres -- psql -qv ON_ERROR_STOP=1 <<EOF
\set password '$database_password'
SELECT 'CREATE ROLE dollarclub LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dollarclub') \gexec
ALTER ROLE dollarclub PASSWORD :'password';
SELECT 'CREATE DATABASE dollarclub OWNER dollarclub' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'dollarclub') \gexec
EOF
    fi
else
    echo "+ create role and database dollarclub when they are missing"
fi

step "Redis of its own"
redis_password=$(sed -n 's#^REDIS_URL=unix://:\([0-9a-f]*\)@/run/redis-dollarclub/.*#\1#p' "$settings" 2>/dev/null || true)
if [ -n "$redis_password" ] || [ -n "$dry" ]; then
    if put /etc/redis/redis-dollarclub.conf 0640 redis:redis <<EOF
port 0
unixsocket /run/redis-dollarclub/redis.sock
unixsocketperm 770
requirepass $redis_password
pidfile /run/redis-dollarclub/redis-server.pid
dir /var/lib/redis
dbfilename dollarclub.rdb
save 60 1
stop-writes-on-bgsave-error no
maxmemory 256mb
maxmemory-policy noeviction
EOF
    then run systemctl restart redis-server@dollarclub; fi
    run systemctl enable --quiet --now redis-server@dollarclub
fi

step "Program"
if [ "$source" != "$target" ]; then
    run install -d -m 0755 "$target"
    run rsync -a --delete --exclude=/.git --exclude=/.venv --exclude=/.tools --exclude=/data --exclude=/.env \
        --exclude=node_modules --exclude=/frontend/dist --exclude=__pycache__ "$source/" "$target/"
fi
run python3 "$target/backend/bootstrap.py" --frontend
run chmod -R go+rX "$target/.venv" "$target/frontend/dist"

step "Units"
changed=""
for unit in "$source"/deployment/systemd/*; do
    put "/etc/systemd/system/$(basename "$unit")" 0644 root:root <"$unit" && changed=1
done
[ -z "$changed" ] || run systemctl daemon-reload

step "Migration"
run as_service "$target/.venv/bin/python" -m dollarclub.entry.cli prepare

step "Start"
run systemctl enable --quiet dollarclub.target dollarclub-backup.timer
run systemctl restart dollarclub-paper dollarclub-worker-default dollarclub-worker-trading dollarclub-worker-scripts \
    dollarclub-stream dollarclub-api dollarclub-beat
run systemctl start dollarclub.target dollarclub-backup.timer

if [ -n "$nginx" ]; then
    step "Site"
    run install -d -m 0755 /etc/dollarclub/tls
    if [ ! -e /etc/dollarclub/tls/fullchain.pem ]; then
        run openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$domain" \
            -keyout /etc/dollarclub/tls/privkey.pem -out /etc/dollarclub/tls/fullchain.pem
        echo "The certificate is self-signed; replace both files in /etc/dollarclub/tls, e.g. by links to certbot's."
    fi
    if sed "s/dollarclub\.example/$domain/" "$source/deployment/nginx/dollarclub.conf" \
        | put /etc/nginx/sites-available/dollarclub.conf 0644 root:root; then changed=1; fi
    [ -e /etc/nginx/sites-enabled/dollarclub.conf ] || run ln -s ../sites-available/dollarclub.conf /etc/nginx/sites-enabled/
    run nginx -t -q
    run systemctl reload-or-restart nginx
fi

step "Check"
[ -n "$dry" ] && exit 0
for _ in $(seq 60); do
    curl -fsS -m 5 http://127.0.0.1:8000/api/health/ready >/dev/null 2>&1 && { echo "DollarClub is ready: https://${domain:-127.0.0.1:8000}"; exit 0; }
    sleep 1
done
curl -sS http://127.0.0.1:8000/api/health/ready || true
fail "it is not ready after a minute: journalctl -u 'dollarclub-*' -n 100"
