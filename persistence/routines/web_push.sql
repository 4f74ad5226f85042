-- Signing out takes what the session had subscribed to with it, whoever ends the session.

CREATE OR REPLACE FUNCTION unsubscribe_ended_session() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM push_subscriptions WHERE session_hash = NEW.token_hash;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE TRIGGER ended_session_is_unsubscribed
    AFTER UPDATE OF revoked_at ON auth_sessions
    FOR EACH ROW WHEN (NEW.revoked_at IS NOT NULL)
    EXECUTE FUNCTION unsubscribe_ended_session();
