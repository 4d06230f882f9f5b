#!/usr/bin/env bash
# Sends the signed samples to a running service and tells what became of the order, step by step. $1: the data folder.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$1
base="http://127.0.0.1:$APP_PORT"
samples=tests/samples
order=863122809515850897

say() { printf '\n== %s\n' "$*"; }
sql() { psql -h "$data/postgresql" -U orders orders -X -q -A -t -F '|' -c "$1"; }

send() { # a Shopify sample with its own headers
    local name=$1 line status
    local headers=()
    while IFS= read -r line; do
        case "$line" in
            '#'* | '' | [Cc]ontent-[Ll]ength*) ;;
            *) headers+=(-H "$line") ;;
        esac
    done < "$samples/shopify/$name.headers"
    status=$(curl -s -o "$data/answer.json" -w '%{http_code}' "${headers[@]}" --data-binary @"$samples/shopify/$name.json" "$base/webhooks/shopify")
    printf '  %-28s answered %s\n' "$name" "$status"
    case "$status" in 200 | 201) ;; *) cat "$data/answer.json"; exit 1 ;; esac
}

send_courier() {
    local status
    status=$(curl -s -o "$data/answer.json" -w '%{http_code}' -H 'Content-Type: application/json' --data-binary @"$samples/courier/$1.json" "$base/webhooks/courier")
    printf '  %-28s answered %s\n' "courier: $1" "$status"
    [ "$status" = 201 ] || { cat "$data/answer.json"; exit 1; }
}

quiet() { # until nothing of the order is open but what the rate limit holds back
    for _ in $(seq 300); do
        [ "$(sql "SELECT count(*) FROM event_store WHERE processed_at IS NULL AND ref_id IN ('$order', 'EXC-7745-001')")" = 0 ] && return 0
        sleep 0.1
    done
    echo "the order did not settle" >&2
    exit 1
}

say "the courier will answer the booking of order #4127 with the tracking number of the samples"
curl -fs -o /dev/null -H 'Content-Type: application/json' "$base/mocks/shipment" \
    -d "{\"refId\":\"$order\",\"trackingNumber\":\"EXC-7745-001\",\"courier\":\"Example Courier\",\"shippingFee\":\"7.50\"}"

say "webhooks in"
for name in orders-create orders-updated-paid orders-paid; do send "$name"; done
quiet
for name in orders-edited orders-fulfilled fulfillments-update fulfillment_events-create refunds-create order_transactions-create; do send "$name"; done
send orders-paid # a repeated delivery
for name in 01-pending 02-shipped 03-fulfilling-late; do send_courier "$name"; done
quiet
for name in 04-delivered 05-shipped-after-delivered; do send_courier "$name"; done
quiet
for name in orders-create-minimal orders-cancelled orders-delete app-uninstalled customers-data_request customers-redact shop-redact; do send "$name"; done

say "the story of order #4127"
sql "SELECT to_char(e.received_at, 'HH24:MI:SS.MS'), rpad(e.type, 28), rpad(COALESCE(e.outcome, 'open'), 10), COALESCE(left(e.outcome_detail, 90), '')
     FROM event_store e JOIN orders o ON o.id = e.order_id WHERE o.ref_id = '$order' ORDER BY e.id" | sed 's/^/  /; s/|/  /g'

say "the order now"
sql "SELECT 'payment ' || payment_status || ', shipping ' || shipping_status || ', ' || courier || ' ' || tracking_number
            || ', fee ' || shipping_fee || ', delivered ' || delivery_at
     FROM orders WHERE ref_id = '$order'" | sed 's/^/  /'

say "the calls that were made for it"
sql "SELECT c.idempotency_key, c.path, c.state, c.http_status, c.answer FROM outbound_calls c JOIN orders o ON o.id = c.order_id
     WHERE o.ref_id = '$order' ORDER BY c.event_id" | sed 's/^/  /; s/|/  /g'
state=$(sql "SELECT payment_status || ' ' || shipping_status || ' ' || tracking_number FROM orders WHERE ref_id = '$order'")
[ "$state" = "paid delivered EXC-7745-001" ] || { echo "expected: paid delivered EXC-7745-001, but it is: $state" >&2; exit 1; }
