-- The tables as the older service made them. On its database nothing happens here; a new database starts from them, so that
-- every later step has one starting point.
CREATE TABLE IF NOT EXISTS event_store (
    id serial PRIMARY KEY,
    source varchar,
    type varchar NOT NULL,
    ref_id varchar,
    order_id uuid,
    payload jsonb NOT NULL,
    received_at timestamptz DEFAULT now(),
    processed_at timestamptz
);

CREATE TABLE IF NOT EXISTS orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    ref_id varchar,
    source varchar DEFAULT 'shopify',
    payment_status varchar DEFAULT 'pending',
    business_updated_at timestamptz,
    shipping_status varchar DEFAULT 'pending',
    shipping_updated_at timestamptz,
    placeholder boolean DEFAULT true,
    courier varchar,
    tracking_number varchar,
    shipping_fee numeric,
    delivery_at timestamptz,
    cancelled_at timestamptz,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    customer jsonb,
    total_price varchar,
    currency varchar,
    shipping_address jsonb
);

-- The older service has these two under names of its own choice; they are added only where no index does the same.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_index
                   WHERE indrelid = 'orders'::regclass AND indisunique AND NOT indisprimary AND indnkeyatts = 2
                     AND (SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute
                          WHERE attrelid = 'orders'::regclass AND attnum = ANY (indkey::int2[])) = ARRAY ['ref_id', 'source']) THEN
        ALTER TABLE orders ADD CONSTRAINT orders_ref_id_source_key UNIQUE (ref_id, source);
    END IF;
END
$$;
