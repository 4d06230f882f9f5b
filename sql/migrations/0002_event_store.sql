-- The event store as the design has it (§5): exact ids, what the fold sorts by, the outbox index, append-only.
-- Where an event without a source came from.
CREATE FUNCTION source_of_type(type text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN type IN ('BOOKING_CREATE_REQUEST', 'BOOKING_CANCEL_REQUEST', 'shopify-admin-notifications') THEN 'internal'
                WHEN type LIKE 'COURIER%' THEN 'courier' ELSE 'shopify' END
$$;
ALTER TABLE event_store ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE event_store_id_seq AS bigint;
UPDATE event_store SET received_at = COALESCE(received_at, processed_at, now()), source = COALESCE(source, source_of_type(type))
WHERE received_at IS NULL OR source IS NULL;
ALTER TABLE event_store
    ALTER COLUMN received_at SET NOT NULL,
    ALTER COLUMN source SET NOT NULL,
    ADD COLUMN delivery_id text,
    ADD COLUMN business_at timestamptz,
    ADD COLUMN triggered_at timestamptz,
    ADD COLUMN payment_rank smallint,
    ADD COLUMN body_digest bytea,
    ADD COLUMN effect_key text,
    ADD COLUMN outcome text,
    ADD COLUMN outcome_detail text,
    ADD COLUMN transaction_id xid8;
ALTER TABLE event_store ALTER COLUMN transaction_id SET DEFAULT pg_current_xact_id();

-- A delivery is stored once, for ever.
CREATE UNIQUE INDEX event_store_delivery_once ON event_store (source, delivery_id) WHERE delivery_id IS NOT NULL;
-- An effect is decided once, for ever.
CREATE UNIQUE INDEX event_store_effect_once ON event_store (effect_key) WHERE effect_key IS NOT NULL;
-- The events of an order at its source; and a courier's events by tracking number. Our own events are found by order.
CREATE INDEX event_store_ref ON event_store (ref_id, source) WHERE source <> 'internal';
-- What else belongs to an order: courier events once matched, effects, adoption.
CREATE INDEX event_store_order ON event_store (order_id) WHERE source <> 'shopify';
-- The outbox: what is stored and not processed.
CREATE INDEX event_store_unprocessed ON event_store (id) WHERE processed_at IS NULL;

-- Vacuum and analyze by absolute amounts: the tables grow fast from nothing.
ALTER TABLE event_store SET (autovacuum_analyze_scale_factor = 0.05, fillfactor = 90);

-- Text as an instant; null if it is none.
CREATE FUNCTION instant_or_null(text text) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN text::timestamptz;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;

-- Older Node producers insert without the columns that the fold sorts by.
CREATE FUNCTION event_store_fill_fold_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    status text := NEW.payload ->> 'financialStatus';
BEGIN
    NEW.body_digest := sha256(convert_to(NEW.payload::text, 'UTF8'));
    NEW.source := COALESCE(NEW.source, source_of_type(NEW.type));
    NEW.business_at := COALESCE(NEW.business_at, instant_or_null(COALESCE(NEW.payload ->> 'date', NEW.payload ->> 'timestamp')));
    IF NEW.type IN ('ORDER_CREATED', 'ORDER_UPDATED') THEN
        NEW.payment_rank := CASE
            WHEN COALESCE(NEW.payload ->> 'cancelledAt', '') <> '' THEN 2
            WHEN status IN ('voided', 'refunded', 'cancelled') THEN 2
            WHEN status IN ('paid', 'partially_refunded') THEN 1
            ELSE 0 END;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER event_store_fill_fold_columns BEFORE INSERT ON event_store
    FOR EACH ROW WHEN (NEW.body_digest IS NULL) EXECUTE FUNCTION event_store_fill_fold_columns();

-- Append-only. A second write of processed_at, outcome or order_id keeps the first value (older workers write processed_at
-- on every run); any other column's change raises.
CREATE FUNCTION event_store_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'event_store is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER event_store_append_only BEFORE UPDATE ON event_store FOR EACH ROW
    WHEN ((OLD.id, OLD.source, OLD.type, OLD.ref_id, OLD.received_at, OLD.delivery_id, OLD.business_at, OLD.triggered_at,
           OLD.payment_rank, OLD.body_digest, OLD.effect_key, OLD.transaction_id)
          IS DISTINCT FROM
          (NEW.id, NEW.source, NEW.type, NEW.ref_id, NEW.received_at, NEW.delivery_id, NEW.business_at, NEW.triggered_at,
           NEW.payment_rank, NEW.body_digest, NEW.effect_key, NEW.transaction_id))
    EXECUTE FUNCTION event_store_refuse_change();
CREATE TRIGGER event_store_payload_append_only BEFORE UPDATE OF payload ON event_store FOR EACH ROW
    WHEN (OLD.payload IS DISTINCT FROM NEW.payload) EXECUTE FUNCTION event_store_refuse_change();
CREATE TRIGGER event_store_no_delete BEFORE DELETE ON event_store FOR EACH ROW EXECUTE FUNCTION event_store_refuse_change();
CREATE TRIGGER event_store_no_truncate BEFORE TRUNCATE ON event_store
    FOR EACH STATEMENT EXECUTE FUNCTION event_store_refuse_change();

CREATE FUNCTION event_store_keep_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.processed_at := COALESCE(OLD.processed_at, NEW.processed_at);
    NEW.outcome := COALESCE(OLD.outcome, NEW.outcome);
    NEW.outcome_detail := COALESCE(OLD.outcome_detail, NEW.outcome_detail);
    NEW.order_id := COALESCE(OLD.order_id, NEW.order_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER event_store_keep_first BEFORE UPDATE ON event_store FOR EACH ROW
    WHEN ((OLD.processed_at IS NOT NULL AND OLD.processed_at IS DISTINCT FROM NEW.processed_at)
          OR (OLD.outcome IS NOT NULL AND OLD.outcome IS DISTINCT FROM NEW.outcome)
          OR (OLD.outcome_detail IS NOT NULL AND OLD.outcome_detail IS DISTINCT FROM NEW.outcome_detail)
          OR (OLD.order_id IS NOT NULL AND OLD.order_id IS DISTINCT FROM NEW.order_id))
    EXECUTE FUNCTION event_store_keep_first();
