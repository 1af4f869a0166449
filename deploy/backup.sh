#!/bin/sh
# Dump the database while everything works, read the dump back whole, take it elsewhere, and tell Koppelpunt.
#
# Reads from its environment:
#   PGHOST, PGDATABASE, PGUSER, PGPASSFILE   the database, in the role of its owner (so that no password is in `ps`)
#   KOPIE_MAP                                a folder for the dumps, of this user alone
#   KOPIE_DAGEN                              how long they stay, 30 when empty
#   KOPIE_DAARNA                             a command that takes the file elsewhere, as `rclone copyto`, empty for none;
#                                            it gets the file as its last argument
#   FLASK                                    `/opt/koppelpunt/.venv/bin/flask --app wsgi`, with the settings of a worker
# ENCRYPTION_KEYS and SECRET_KEYS are in no dump: keep those in another place than the dumps.
set -eu
umask 077
: "${KOPIE_MAP:?ontbreekt}" "${FLASK:?ontbreekt}"

begin=$(psql --no-psqlrc --tuples-only --no-align --command \
    "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
file=$KOPIE_MAP/koppelpunt-$(echo "$begin" | tr -d ':-').dump
trap 'rm -f "$file.part"' EXIT
trap 'exit 1' HUP INT TERM

PGOPTIONS='-c app.school_id=-1' pg_dump --enable-row-security --format=custom --file="$file.part"
pg_restore --file=/dev/null "$file.part"
sync "$file.part"
mv "$file.part" "$file"
${KOPIE_DAARNA:+$KOPIE_DAARNA "$file"}

$FLASK reservekopie gemaakt --begin "$begin"
find "$KOPIE_MAP" -maxdepth 1 -name 'koppelpunt-*.dump*' -mtime +"${KOPIE_DAGEN:-30}" -delete
echo "$file"
