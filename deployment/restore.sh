#!/usr/bin/env bash
# Put a backup in the place of what the database holds: restore.sh FILE [--yes]; on a server as root, it stops the units.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: restore.sh FILE [--yes]" >&2; exit 2; }
here=$(cd "$(dirname "$0")/.." && pwd)
file=$(realpath "$1")
shift
settings=/etc/dollarclub/dollarclub.env
if [ "$(id -u)" -ne 0 ] || [ ! -f "$settings" ]; then
    exec "$here/.venv/bin/python" -m dollarclub.entry.cli restore "$file" "$@"
fi
systemctl stop dollarclub.target
systemd-run --quiet --pty --wait --collect --uid=dollarclub --gid=dollarclub --working-directory="$here" \
    --property=EnvironmentFile="$settings" --setenv=DATA_DIR=/var/lib/dollarclub \
    "$here/.venv/bin/python" -m dollarclub.entry.cli restore "$file" "$@"
systemctl start dollarclub.target
