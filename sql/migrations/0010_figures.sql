-- How long a call took, and how many jobs ended.
ALTER TABLE outbound_calls ADD COLUMN took_ms integer;          -- of the attempt whose result this is
ALTER TABLE queue_samples ADD COLUMN finished bigint NOT NULL DEFAULT 0; -- jobs that this deployment's processes ended in that time
ALTER TABLE service_instances ADD COLUMN refusals json NOT NULL DEFAULT '[]'; -- the last requests that the process refused
