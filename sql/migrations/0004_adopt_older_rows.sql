-- Takes over what the older service stored (design §5 "Adoption"). On a new database there is nothing to do.
-- The setting orchestrator.adopt_effects_since (an interval) is given by `migrate --adopt-effects-since`.

-- What was processed before does not fold again: its effect on the order is in the adopted row. Without a body_digest an
-- event takes no part in the fold. The rest folds as if it came now.
UPDATE event_store e
SET processed_at = COALESCE(e.processed_at, now()), outcome = 'recorded', outcome_detail = 'processed by the older service'
WHERE e.processed_at IS NOT NULL AND e.outcome IS NULL;

-- Orders without a source are Shopify's; where the same order stands there with one, the other row is history.
UPDATE orders o SET source = CASE WHEN EXISTS (SELECT 1 FROM orders twin WHERE twin.ref_id = o.ref_id AND twin.source = 'shopify')
                                  THEN 'older-' || o.id ELSE 'shopify' END
WHERE o.source IS NULL;

-- (The trigger guards these columns; adoption is their first writing.)
ALTER TABLE event_store DISABLE TRIGGER event_store_append_only;
UPDATE event_store e
SET body_digest = sha256(convert_to(e.payload::text, 'UTF8')),
    business_at = instant_or_null(COALESCE(e.payload ->> 'date', e.payload ->> 'timestamp')),
    payment_rank = CASE
        WHEN e.type NOT IN ('ORDER_CREATED', 'ORDER_UPDATED') THEN NULL
        WHEN COALESCE(e.payload ->> 'cancelledAt', '') <> '' THEN 2
        WHEN e.payload ->> 'financialStatus' IN ('voided', 'refunded', 'cancelled') THEN 2
        WHEN e.payload ->> 'financialStatus' IN ('paid', 'partially_refunded') THEN 1
        ELSE 0 END
WHERE e.processed_at IS NULL
   OR e.type IN ('BOOKING_CREATE_REQUEST', 'BOOKING_CANCEL_REQUEST', 'shopify-admin-notifications');

-- Effects belong to their order. One of each group of duplicates carries the key: the oldest that was carried out, else the
-- oldest; were an unsent one to carry it beside a sent one, it would be sent as well.
WITH effects AS (
    SELECT e.id, o.id AS order_id, e.processed_at IS NULL AS unsent,
           CASE e.type WHEN 'BOOKING_CREATE_REQUEST' THEN 'book:' || o.id || ':1'
                       WHEN 'BOOKING_CANCEL_REQUEST' THEN 'cancel:' || o.id || ':1'
                       ELSE 'notify:' || o.id || ':' || COALESCE(e.payload ->> 'shippingStatus', e.payload ->> 'status', '') END AS key
    FROM event_store e
    JOIN orders o ON o.id = e.order_id OR (e.order_id IS NULL AND o.ref_id = e.ref_id AND o.source = 'shopify')
    WHERE e.type IN ('BOOKING_CREATE_REQUEST', 'BOOKING_CANCEL_REQUEST', 'shopify-admin-notifications')
), oldest AS (
    SELECT DISTINCT ON (key) id, key FROM effects ORDER BY key, unsent, id
)
UPDATE event_store e
SET effect_key = oldest.key, order_id = effects.order_id, source = 'internal'
FROM effects LEFT JOIN oldest ON oldest.id = effects.id
WHERE effects.id = e.id;

-- An effect that nobody sent in time is not sent unasked. Duplicates never are.
INSERT INTO parked_events (event_id, reason, detail)
SELECT e.id, 'adopted',
       CASE WHEN e.effect_key IS NULL THEN 'a duplicate made by the older service'
            ELSE 'left unsent by the older service since ' || to_char(e.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END
FROM event_store e
WHERE e.processed_at IS NULL
  AND e.type IN ('BOOKING_CREATE_REQUEST', 'BOOKING_CANCEL_REQUEST', 'shopify-admin-notifications')
  AND (e.effect_key IS NULL OR e.received_at < now() - current_setting('orchestrator.adopt_effects_since')::interval);
ALTER TABLE event_store ENABLE TRIGGER event_store_append_only;

-- Every order starts its fold from the row it had.
INSERT INTO event_store (source, type, ref_id, order_id, payload, processed_at, outcome, outcome_detail, body_digest, effect_key)
SELECT 'internal', 'ORDER_ADOPTED', o.ref_id, o.id, row.payload, now(), 'recorded', 'the row as the older service left it',
       sha256(convert_to(row.payload::text, 'UTF8')), 'adopted:' || o.id
FROM orders o, LATERAL (SELECT jsonb_build_object(
    'refId', o.ref_id, 'orderId', o.id,
    'paymentStatus', CASE WHEN lower(o.payment_status) IN ('cancelled', 'canceled', 'voided', 'refunded') OR o.cancelled_at IS NOT NULL THEN 'cancelled'
                          WHEN lower(o.payment_status) IN ('paid', 'partially_refunded') THEN 'paid'
                          ELSE 'pending' END,
    'shippingStatus', CASE WHEN lower(o.shipping_status) IN ('fulfilling', 'shipped', 'delivered') THEN lower(o.shipping_status)
                           WHEN EXISTS (SELECT 1 FROM event_store b WHERE b.order_id = o.id AND b.type = 'BOOKING_CREATE_REQUEST') THEN 'fulfilling'
                           ELSE 'pending' END,
    'businessUpdatedAt', to_char(o.business_updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'shippingUpdatedAt', to_char(o.shipping_updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'deliveryAt', to_char(o.delivery_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'cancelledAt', to_char(o.cancelled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'placeholder', COALESCE(o.placeholder, false), 'courier', o.courier, 'trackingNumber', o.tracking_number,
    'shippingFee', o.shipping_fee::text, 'customer', o.customer, 'totalPrice', o.total_price, 'currency', o.currency,
    'shippingAddress', o.shipping_address) AS payload) row;

UPDATE orders SET payment_status = adopted.payload ->> 'paymentStatus', shipping_status = adopted.payload ->> 'shippingStatus',
                  placeholder = (adopted.payload ->> 'placeholder')::boolean
FROM event_store adopted
WHERE adopted.type = 'ORDER_ADOPTED' AND adopted.order_id = orders.id;

INSERT INTO tracking_numbers (courier, tracking_number, order_id)
SELECT courier, tracking_number, id FROM orders WHERE tracking_number IS NOT NULL AND courier IS NOT NULL;

ALTER TABLE orders ALTER COLUMN placeholder SET NOT NULL, ALTER COLUMN payment_status SET NOT NULL,
    ALTER COLUMN shipping_status SET NOT NULL, ALTER COLUMN source SET NOT NULL;
