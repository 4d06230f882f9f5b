-- Forgetting people (design §5 "Redaction"): what is remembered of them so that they do not come back, and the one way to erase.
-- HMAC-SHA256 under the key below: whoever reads this table alone cannot guess an address from it.
CREATE TABLE tombstones (
    hash bytea PRIMARY KEY,
    -- An order stays forgotten; of a customer or shop that comes back later only what is older than this row.
    for_ever boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    event_id bigint NOT NULL            -- the request
);
CREATE TABLE redaction_key (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    key bytea NOT NULL
);
INSERT INTO redaction_key (key) SELECT sha256(convert_to(string_agg(gen_random_uuid()::text, ''), 'UTF8')) FROM generate_series(1, 4);

-- The orders of tombstones by our own id, for those that write about an order: no text of others is kept with it any more.
CREATE TABLE forgotten_orders (
    order_id uuid PRIMARY KEY,
    event_id bigint NOT NULL            -- the request
);

-- Every request that was carried out.
CREATE TABLE redactions (
    event_id bigint PRIMARY KEY,
    topic text NOT NULL,
    shop_domain text NOT NULL,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT now(),
    orders bigint NOT NULL,             -- in which something was erased
    events bigint NOT NULL
);
-- Those that wait for it, however long the outbox is.
CREATE INDEX event_store_redactions ON event_store (id) WHERE processed_at IS NULL AND type IN ('customers/redact', 'shop/redact');
-- The only results that hold what others wrote.
CREATE INDEX replay_results_re_sent ON replay_results (event_id) WHERE action = 're-send';

-- The one exception from append-only: the functions below, which run with the owner's rights and nobody else's.
CREATE FUNCTION event_store_refuse_payload() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('orders_orchestrator.erases', true) = 'yes'
       AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'event_store is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
DROP TRIGGER event_store_payload_append_only ON event_store;
CREATE TRIGGER event_store_payload_append_only BEFORE UPDATE OF payload ON event_store FOR EACH ROW
    WHEN (OLD.payload IS DISTINCT FROM NEW.payload) EXECUTE FUNCTION event_store_refuse_payload();

-- Personal fields, raw bytes, and what others wrote about these events. What the fold sorts by stays. Gives how many had anything.
CREATE FUNCTION erase_events(ids bigint[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    erased bigint;
BEGIN
    PERFORM set_config('orders_orchestrator.erases', 'yes', true); -- a SET clause of the function would take a superuser to make it
    UPDATE event_store SET payload = payload - '{customer,shippingAddress,body,reason}'::text[]
    WHERE id = ANY (ids) AND payload ?| '{customer,shippingAddress,body,reason}'::text[];
    GET DIAGNOSTICS erased = ROW_COUNT;
    UPDATE deliveries SET body = NULL WHERE event_id = ANY (ids) AND body IS NOT NULL;
    UPDATE parked_events SET detail = 'erased' WHERE event_id = ANY (ids);
    UPDATE replay_results SET result = 'erased' WHERE event_id = ANY (ids) AND action = 're-send';
    PERFORM set_config('orders_orchestrator.erases', 'no', true);
    RETURN erased;
END
$$;

-- Whether a row of `orders` is one of Shopify's: the older service may have left a second one of the same order (0004).
CREATE FUNCTION is_of_shopify(source text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT source = 'shopify' OR source LIKE 'older-%' $$;

-- The same of whole orders by their ids at Shopify: all events, even those whose order has no row yet, those of their parcels, their
-- rows and their calls. A call that is still open is sent without the person.
CREATE FUNCTION erase_orders(refs text[]) RETURNS TABLE (orders bigint, events bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    ids uuid[];
    own bigint[];
BEGIN
    -- In the order in which everybody locks them: whoever folds one of these has ended, or loads its events afterwards.
    ids := ARRAY (SELECT o.id FROM orders o WHERE o.ref_id = ANY (refs) AND is_of_shopify(o.source) ORDER BY o.id FOR UPDATE);
    own := ARRAY (SELECT e.id FROM event_store e WHERE e.order_id = ANY (ids) AND e.source <> 'shopify');
    events := erase_events(ARRAY (
        SELECT unnest(own)
        UNION SELECT e.id FROM event_store e WHERE e.ref_id = ANY (refs) AND e.source = 'shopify' AND e.source <> 'internal'
        UNION SELECT e.id FROM tracking_numbers t
              JOIN event_store e ON e.ref_id = t.tracking_number AND e.source = 'courier' AND e.source <> 'internal'
                                 AND e.order_id IS NULL AND e.payload ->> 'courier' = t.courier
              WHERE t.order_id = ANY (ids)));
    UPDATE outbound_calls c SET request_body = (c.request_body::jsonb - '{customer,shippingAddress}'::text[])::text, answer = NULL
    WHERE c.event_id = ANY (own);
    WITH changed AS (
        UPDATE orders o SET customer = NULL, shipping_address = NULL, version = o.version + 1, updated_at = now()
        WHERE o.id = ANY (ids) AND (o.customer IS NOT NULL OR o.shipping_address IS NOT NULL)
        RETURNING o.id
    ), told AS (
        INSERT INTO order_changes (order_id) SELECT changed.id FROM changed
        ON CONFLICT (order_id) DO UPDATE SET transaction_id = EXCLUDED.transaction_id
    )
    SELECT count(*) INTO orders FROM changed;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION erase_events(bigint[]), erase_orders(text[]) FROM PUBLIC;

-- Text as the hash is made of it.
CREATE FUNCTION digits_of(text text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT regexp_replace(text, '[^0-9]', '', 'g') $$;
