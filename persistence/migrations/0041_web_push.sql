-- What a browser gave of itself for web push belongs to one session, and ends with it whichever way
-- that ends. Nobody wrote into this table before.

DELETE FROM push_subscriptions;
ALTER TABLE push_subscriptions
    DROP COLUMN failures,
    ADD COLUMN session_hash BYTEA NOT NULL UNIQUE REFERENCES auth_sessions (token_hash) ON DELETE CASCADE,
    ADD CHECK (length(endpoint) <= 1000),
    ADD CHECK (octet_length(p256dh) = 65),
    ADD CHECK (octet_length(auth) = 16);
