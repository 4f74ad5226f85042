-- People: pictures in two sizes, sessions that can be named without their token, sign-in in two
-- steps, follow lists in one order, and an erasure that is finished whatever interrupts it.

ALTER TABLE users ADD COLUMN avatar_small_url TEXT CHECK (char_length(avatar_small_url) <= 2048);
ALTER TABLE users ADD CONSTRAINT users_skills_count CHECK (jsonb_array_length(skills) <= 30);
-- deleted_at: nobody sees the account any more; erased_at: what it left has been cleared away too.
ALTER TABLE users ADD COLUMN erases_content BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN erased_at TIMESTAMPTZ CHECK (erased_at >= deleted_at);
CREATE INDEX idx_users_unerased ON users (id) WHERE deleted_at IS NOT NULL AND erased_at IS NULL;

-- What a session is called in the list of its user: the token's hash would be half a secret.
ALTER TABLE auth_sessions ADD COLUMN id BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE;
DROP INDEX idx_auth_sessions_user_id;
CREATE INDEX idx_auth_sessions_user_id ON auth_sessions (user_id, id DESC);

-- sign_in: the password was right and the second factor is waited for.
ALTER TABLE auth_tokens DROP CONSTRAINT auth_tokens_kind_check;
ALTER TABLE auth_tokens ADD CONSTRAINT auth_tokens_kind_check
    CHECK (kind IN ('verify_email', 'reset_password', 'sign_in', 'api'));
CREATE INDEX idx_auth_tokens_expires ON auth_tokens (expires_at);

CREATE UNIQUE INDEX uq_auth_factors_totp ON auth_factors (user_id) WHERE kind = 'totp';
CREATE UNIQUE INDEX uq_auth_factors_recovery ON auth_factors (user_id, credential) WHERE kind = 'recovery';

-- Both directions, in exactly the order in which they are listed.
DROP INDEX idx_followers_following_id;
CREATE INDEX idx_followers_following_id ON followers (following_id, created_at DESC, follower_id DESC);
CREATE INDEX idx_followers_follower_id ON followers (follower_id, created_at DESC, following_id DESC);
CREATE INDEX idx_user_blocks_listed ON user_blocks (user_id, kind, created_at DESC, target_id DESC);
