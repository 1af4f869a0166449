#!/bin/sh
# Restore a dump into a database of its own, hold it against the dump and against the sealed audit trail, compare it with
# the journals as after a restore, and drop it.
#
#   deploy/restore-rehearsal.sh /backups/koppelpunt-20261126T001000Z.dump [/journalen/host-a /journalen/host-b]
#
# Reads from its environment:
#   PGHOST, PGUSER, PGPASSFILE   another server than the one in use, where the three roles are and PGUSER may make databases
#   OEFENING_URL                 postgresql://koppelpunt_werker:...@host/koppelpunt_oefening, the database that is made here
#   FLASK                        `/opt/koppelpunt/.venv/bin/flask --app wsgi`, with the settings of a worker, and the keys
#                                as they come out of the place where they are kept apart
# DATABASE_URL among those settings is the installation, which is told that this was done; it is not touched otherwise.
set -eu
: "${1:?noem de reservekopie}" "${OEFENING_URL:?ontbreekt}" "${FLASK:?ontbreekt}"
database=koppelpunt_oefening
file=$1
moment=$(basename "$file" .dump)
shift
for folder do
    shift
    set -- "$@" --journaal "$folder"
done

createdb "$database"    # fails when it is there: whoever made it may need it
tellingen=$(mktemp)
trap 'rm -f "$tellingen"; dropdb --force "$database"' EXIT
trap 'exit 1' HUP INT TERM
pg_restore --no-owner --exit-on-error --dbname="$database" "$file"
pg_restore --data-only --file=- "$file" | awk '
    !rows && /^COPY / { split($2, name, "."); rows = 1; number = 0; next }
    rows && $0 == "\\." { print name[2], number; rows = 0 }
    rows { number++ }' >"$tellingen"

# Ends here when that is not the database that was made above, as where $FLASK has a DATABASE_URL of its own.
DATABASE_URL=$OEFENING_URL $FLASK reservekopie nakijken --database "$database" --tellingen "$tellingen"
DATABASE_URL=$OEFENING_URL $FLASK na-terugzetten --moment "${moment#koppelpunt-}" "$@"
$FLASK reservekopie geoefend
