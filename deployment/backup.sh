#!/usr/bin/env bash
# Write one backup (database and keys) and keep the newest ones: backup.sh [FOLDER] [HOW MANY]
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$(realpath -m "${1:-${BACKUP_DIR:-${DATA_DIR:-$here/data}/backups}}")
exec "$here/.venv/bin/python" -m dollarclub.entry.cli backup --to "$folder" --keep "${2:-${BACKUP_KEEP:-14}}"
