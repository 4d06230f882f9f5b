-- How often an event's job was failed because its workers kept dying (design §6): too often, and the event is parked.
CREATE TABLE event_stalls (
    event_id bigint PRIMARY KEY,
    stalls integer NOT NULL,
    last_at timestamptz NOT NULL DEFAULT now()
);
