-- Roles with no more than they need. They are groups: grant them to the users that log in (`GRANT orders_service TO …`). Whoever runs
-- `migrate` owns the tables and is the third. Roles belong to the cluster: another database may have made them, and making them
-- takes CREATEROLE; where that is missing, nothing changes, and the owner goes on being used.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY ['orders_service', 'orders_console'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN RAISE NOTICE 'role % is not made: CREATEROLE is missing', wanted;
        END;
    END LOOP;
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('orders_service', 'orders_console')) < 2 THEN
        RETURN;
    END IF;

    -- The service: it stores, folds, calls and answers. Of events it can change only how they end, and delete nothing but what
    -- is no history.
    GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO orders_service;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO orders_service;
    GRANT UPDATE (processed_at, outcome, outcome_detail, order_id) ON event_store TO orders_service;
    GRANT UPDATE ON orders, outbound_calls, parked_events, replay_runs, replay_results, event_stalls, order_changes, service_instances, queue_samples,
        chaos_runs, admin_tokens, admin_audit, tombstones TO orders_service;
    GRANT DELETE ON outbound_calls, event_stalls, service_instances, queue_samples TO orders_service;
    REVOKE INSERT ON schema_migrations, redaction_key FROM orders_service;
    GRANT EXECUTE ON FUNCTION erase_events(bigint[]), erase_orders(text[]) TO orders_service;

    -- Reading for people and their tools: no raw bytes, no secrets, nothing by which somebody forgotten could be found.
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO orders_console;
    REVOKE SELECT ON deliveries, admin_tokens, redaction_key, tombstones FROM orders_console;
    GRANT SELECT (id, event_id, received_at, repeated) ON deliveries TO orders_console;
    GRANT SELECT (id, name, role, created_at, revoked_at) ON admin_tokens TO orders_console;
END
$$;
