#!/bin/sh
# Dump the database while everything works, read the dump back whole, take it elsewhere, and tell Koppelpunt.
#
# Reads from its environment:
#   PGHOST, PGDATABASE, PGUSER, PGPASSFILE   the database, in the role of its owner (so that no password is in `ps`)
#   RESERVEKOPIE_MAP                         a folder for the dumps, of this user alone
#   RESERVEKOPIE_DAGEN                       how long they stay, 30 when empty
#   RESERVEKOPIE_DAARNA                      a command that takes the file elsewhere, as `rclone copyto`, empty for none;
#                                            it gets the file as its last argument
#   FLASK                                    `/opt/koppelpunt/.venv/bin/flask --app wsgi`, with the settings of a worker
# ENCRYPTION_KEYS and SECRET_KEYS are in no dump: keep those in another place than the dumps.
set -eu
umask 077
: "${RESERVEKOPIE_MAP:?ontbreekt}" "${FLASK:?ontbreekt}"

begin=$(date -u +%Y-%m-%dT%H:%M:%SZ)
file=$RESERVEKOPIE_MAP/koppelpunt-$(date -u +%Y%m%dT%H%M%SZ).dump
trap 'rm -f "$file.part"' EXIT

PGOPTIONS='-c app.school_id=-1' pg_dump --enable-row-security --format=custom --file="$file.part"
pg_restore --file=/dev/null "$file.part"
sync "$file.part"
mv "$file.part" "$file"
${RESERVEKOPIE_DAARNA:+$RESERVEKOPIE_DAARNA "$file"}

$FLASK reservekopie gemaakt --begin "$begin"
find "$RESERVEKOPIE_MAP" -maxdepth 1 -name 'koppelpunt-*.dump' -mtime +"${RESERVEKOPIE_DAGEN:-30}" -delete
echo "$file"
