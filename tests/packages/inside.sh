# Run by systemd inside the root of run-package-test: what an administrator does with the packages, from installing to purging.
set -euo pipefail
cd /opt/packages
export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
settings=/etc/orders-orchestrator/env

step() { printf '== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*"; journalctl --no-pager -n 60 -u orchestratord || true; exit 1; }
expect() { # what, expected, actual
    [ "$2" = "$3" ] || fail "$1: expected \"$2\", found \"$3\""
}
property() { systemctl show -p "$1" --value orchestratord; }
set_to() { sed -i "s|^#\?$1=.*|$1=$2|" $settings; }
sql() { runuser -u postgres -- psql -p 5499 -X -q -A -t -d orders -c "$1"; }
until_true() { # a command that becomes true within a minute
    for _ in $(seq 600); do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    fail "in vain: $*"
}
send() { # a sample of Shopify's, as a delivery of its own; prints the status
    local headers=()
    while IFS= read -r line; do
        case "$line" in
            '#'* | '' | [Cc]ontent-[Ll]ength* | [Xx]-[Ss]hopify-[Ww]ebhook-[Ii]d*) ;;
            *) headers+=(-H "$line") ;;
        esac
    done <"$1.headers"
    curl -s -o /dev/null -w '%{http_code}' "${headers[@]}" -H "X-Shopify-Webhook-Id: $2" --data-binary @"$1.json" http://127.0.0.1:4000/webhooks/shopify
}
faults_of_manual() { MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$(man -w "$1")" 2>&1 >/dev/null || true; }
is_booked() { [ "$(sql "SELECT state FROM outbound_calls WHERE path LIKE '%booking'")" = accepted ]; }
has_restarted() { [ "$(property NRestarts)" -ge 1 ]; }
is_ready() { curl -fs -o /dev/null http://127.0.0.1:4000/readyz; }

step "the first installation"
dpkg -i orchestratord_90.0.0_*.deb
expect "the settings file's owner and mode" "root:orders-orchestrator 640" "$(stat -c '%U:%G %a' $settings)"
expect "the user's shell" /usr/sbin/nologin "$(getent passwd orders-orchestrator | cut -d: -f7)"
expect "enabled" disabled "$(systemctl is-enabled orchestratord || true)"
expect "started" inactive "$(systemctl is-active orchestratord || true)"
systemd-analyze verify /usr/lib/systemd/system/orchestratord.service || fail "systemd does not like the unit"
expect "faults of the manual" "" "$(faults_of_manual orchestratord)"
! grep -q '^[^#]' $settings || fail "the settings file sets something"

step "without settings it does not start, and does not try for ever"
systemctl start orchestratord 2>/dev/null && fail "it started without a webhook secret" || true
expect "state" failed "$(systemctl is-active orchestratord || true)"
expect "exit code" 2 "$(property ExecMainStatus)"
expect "restarts" 0 "$(property NRestarts)"

step "its servers"
version=$(ls /usr/lib/postgresql | sort -n | tail -n 1)
pg_createcluster --port 5499 "$version" packages -- --auth-local=peer --auth-host=trust >/dev/null
systemctl start "postgresql@$version-packages"
runuser -u postgres -- createuser -p 5499 --createrole orders_owner
runuser -u postgres -- createuser -p 5499 orders_login
runuser -u postgres -- createdb -p 5499 -O orders_owner orders
systemd-run --quiet --unit=packages-redis redis-server --port 6399 --save ''
systemd-run --quiet --unit=packages-standin --property=StandardOutput=file:/opt/packages/standin /usr/bin/orchestratord standin
until_true grep -q http /opt/packages/standin
standin=$(grep -o 'http://[^ ]*' /opt/packages/standin | head -n 1)

step "settings and migration"
set_to APP_ENV production
set_to APP_BIND 127.0.0.1
set_to DB_HOST 127.0.0.1
set_to DB_PORT 5499
set_to DB_DATABASE orders
set_to DB_USERNAME orders_login
set_to REDIS_PORT 6399
set_to SHOPIFY_WEBHOOK_SECRET shpss_test_0123456789abcdef
set_to COURIER_WEBHOOK_SECRET another-secret
set_to COURIER_SERVICE_URL "$standin/mocks"
set_to SHOPIFY_ADMIN_SERVICE_URL "$standin/mocks"
set_to BOOK_TEST_ORDERS true
DB_USERNAME=orders_owner orchestratord migrate --env-file $settings
sql 'GRANT orders_service TO orders_login'

step "it starts, with no more rights than its unit gives, and works"
systemctl start orchestratord
expect "state" active "$(systemctl is-active orchestratord)"
property StatusText | grep -q '^webhooks on http://127.0.0.1:4000$' || fail "systemd was not told: $(property StatusText)"
expect "status" 201 "$(send orders-create first)"
expect "status" 201 "$(send orders-updated-paid second)"
until_true is_booked
pid=$(property MainPID)
expect "the process' user" orders-orchestrator "$(stat -c %U "/proc/$pid")"
expect "its capabilities" 0000000000000000 "$(awk '/CapBnd/ {print $2}' "/proc/$pid/status")"

step "a service that hangs is ended and started again"
mkdir -p /run/systemd/system/orchestratord.service.d
printf '[Service]\nWatchdogSec=2\n' >/run/systemd/system/orchestratord.service.d/quick.conf
systemctl daemon-reload
systemctl restart orchestratord
kill -STOP "$(property MainPID)"
until_true has_restarted
until_true is_ready
rm -r /run/systemd/system/orchestratord.service.d
systemctl daemon-reload
systemctl restart orchestratord

step "an upgrade keeps the settings and restarts it"
before=$(property MainPID)
cp $settings /opt/packages/env.before
dpkg -i orchestratord_90.0.1_*.deb </dev/null
cmp $settings /opt/packages/env.before || fail "the upgrade changed the settings"
expect "mode after the upgrade" "root:orders-orchestrator 640" "$(stat -c '%U:%G %a' $settings)"
expect "state" active "$(systemctl is-active orchestratord)"
[ "$(property MainPID)" != "$before" ] || fail "the old program still runs"
until_true is_ready
expect "status" 201 "$(send orders-edited third)"

step "SIGTERM ends it cleanly"
systemctl stop orchestratord
expect "result" success "$(property Result)"
expect "exit code" 0 "$(property ExecMainStatus)"
systemctl start orchestratord

step "removal stops it and keeps the settings; purging takes them"
dpkg -r orchestratord
expect "state" inactive "$(systemctl is-active orchestratord || true)"
[ ! -e /usr/bin/orchestratord ] || fail "the program is still there"
[ -e $settings ] || fail "removal took the settings"
dpkg -P orchestratord
[ ! -e /etc/orders-orchestrator ] || fail "purging left the settings"
dpkg -i orchestratord_90.0.1_*.deb >/dev/null
expect "enabled after a new installation" disabled "$(systemctl is-enabled orchestratord || true)"

step "the console"
dpkg -i orchestrator-console_90.0.0_*.deb
desktop-file-validate /usr/share/applications/orchestrator-console.desktop || fail "the desktop file has faults"
[ -e /usr/share/icons/hicolor/scalable/apps/orchestrator-console.svg ] || fail "there is no icon"
expect "faults of the manual" "" "$(faults_of_manual orchestrator-console)"
QT_QPA_PLATFORM=offscreen orchestrator-console --version | grep -q '^orchestrator-console ' || fail "it does not start"
code=0
env -u DISPLAY -u WAYLAND_DISPLAY orchestrator-console 2>/opt/packages/no-display || code=$?
expect "exit code without a display" 2 $code
grep -q . /opt/packages/no-display || fail "it does not say that there is no display"
dpkg -i orchestrator-console_90.0.1_*.deb
dpkg -P orchestrator-console
[ ! -e /usr/bin/orchestrator-console ] || fail "the console is still there"
step "all of it is as it should be"
