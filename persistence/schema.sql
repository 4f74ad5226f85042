CREATE FUNCTION public.append_code_updates(session_ids bigint[], user_ids bigint[], contents bytea[], made_ats timestamp with time zone[]) RETURNS TABLE(place bigint, previous_id bigint, update_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM s.id FROM code_sessions AS s WHERE s.id = ANY(session_ids) ORDER BY s.id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH given AS (
        SELECT g.*, row_number() OVER (ORDER BY g.position) AS nth
        FROM unnest(session_ids, user_ids, contents, made_ats) WITH ORDINALITY
             AS g (session_id, user_id, content, made_at, position)
        JOIN code_sessions AS s ON s.id = g.session_id
    ), ends AS (
        SELECT d.session_id,
               COALESCE((SELECT max(u.id) FROM code_updates AS u WHERE u.session_id = d.session_id), 0) AS last_id
        FROM (SELECT DISTINCT g.session_id FROM given AS g) AS d
    ), added AS (
        INSERT INTO code_updates (session_id, user_id, content, created_at)
        SELECT g.session_id, (SELECT u.id FROM users AS u WHERE u.id = g.user_id), g.content, g.made_at
        FROM given AS g ORDER BY g.position
        RETURNING id, session_id
    ), numbered AS (
        SELECT a.id, a.session_id, row_number() OVER (ORDER BY a.id) AS nth,
               lag(a.id) OVER (PARTITION BY a.session_id ORDER BY a.id) AS before
        FROM added AS a
    )
    SELECT g.position, COALESCE(n.before, e.last_id), n.id
    FROM numbered AS n
    JOIN given AS g ON g.nth = n.nth
    JOIN ends AS e ON e.session_id = n.session_id;
END $$;

CREATE FUNCTION public.count_watching() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.status = 'live' AND OLD.watched_until IS NOT NULL THEN
        NEW.watched_ms := OLD.watched_ms + OLD.viewers_count
            * greatest(0, round(extract(epoch FROM now() - OLD.watched_until) * 1000))::bigint;
        NEW.watched_until := now();
    ELSIF OLD.status <> 'live' AND NEW.status = 'live' THEN
        NEW.watched_until := now();
    END IF;
    RETURN NEW;
END $$;

CREATE TABLE public.user_blocks (
    user_id bigint NOT NULL,
    target_id bigint NOT NULL,
    kind character varying(5) DEFAULT 'block'::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_blocks_check CHECK ((user_id <> target_id)),
    CONSTRAINT user_blocks_kind_check CHECK (((kind)::text = ANY ((ARRAY['block'::character varying, 'mute'::character varying])::text[])))
);

CREATE FUNCTION public.hidden_from(reader bigint) RETURNS SETOF bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT user_blocks.target_id
    FROM public.user_blocks
   WHERE (user_blocks.user_id = hidden_from.reader)
 UNION ALL
  SELECT user_blocks.user_id
    FROM public.user_blocks
   WHERE ((user_blocks.target_id = hidden_from.reader) AND ((user_blocks.kind)::text = 'block'::text));
END;

CREATE FUNCTION public.hot_rank(likes integer, comments integer, created_at timestamp with time zone) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (log((GREATEST(1, ((1 + likes) + (2 * comments))))::double precision) + ((EXTRACT(epoch FROM created_at))::double precision / (45000)::double precision));

CREATE FUNCTION public.keep_board_scores() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO board_scores AS s (board, user_id, score, reached_at)
    SELECT boards.board, e.user_id, sum(e.delta), max(e.created_at)
    FROM new_rows AS e
    CROSS JOIN LATERAL (VALUES ('all-time'), (to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM')),
                               (to_char(e.created_at AT TIME ZONE 'UTC', 'IYYY"-W"IW'))) AS boards (board)
    GROUP BY boards.board, e.user_id
    ORDER BY e.user_id, boards.board
    ON CONFLICT (board, user_id) DO UPDATE
        SET score = s.score + excluded.score, reached_at = greatest(s.reached_at, excluded.reached_at);
    RETURN NULL;
END $$;

CREATE FUNCTION public.keep_chat_reactions() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
    EXECUTE format($query$
        WITH delta AS (SELECT message_id, emoji, sum(%s) AS n FROM %I GROUP BY message_id, emoji),
             locked AS (SELECT m.id FROM chat_messages AS m WHERE m.id IN (SELECT message_id FROM delta)
                        ORDER BY m.id FOR NO KEY UPDATE)
        UPDATE chat_messages AS m
        SET reactions = (
            SELECT coalesce(jsonb_object_agg(counted.emoji, counted.n), '{}')
            FROM (SELECT parts.emoji, sum(parts.n) AS n
                  FROM (SELECT key AS emoji, value::integer AS n FROM jsonb_each_text(m.reactions)
                        UNION ALL SELECT d.emoji, d.n FROM delta AS d WHERE d.message_id = m.id) AS parts
                  GROUP BY parts.emoji HAVING sum(parts.n) > 0) AS counted)
        FROM locked WHERE m.id = locked.id$query$,
        CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END,
        CASE TG_OP WHEN 'INSERT' THEN 'new_rows' ELSE 'old_rows' END);
    RETURN NULL;
END $_$;

CREATE FUNCTION public.keep_count() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
DECLARE
    target CONSTANT TEXT := TG_ARGV[0];
    counter CONSTANT TEXT := TG_ARGV[1];
    key CONSTANT TEXT := TG_ARGV[2];
    condition CONSTANT TEXT := TG_ARGV[3];
    amount CONSTANT TEXT := TG_ARGV[4];
    added CONSTANT TEXT := format('SELECT %I AS key, %s AS n FROM new_rows WHERE %s', key, amount, condition);
    removed CONSTANT TEXT := format('SELECT %I AS key, -(%s) AS n FROM old_rows WHERE %s', key, amount, condition);
    changes TEXT;
BEGIN
    changes := CASE TG_OP WHEN 'INSERT' THEN added WHEN 'DELETE' THEN removed
                          ELSE added || ' UNION ALL ' || removed END;
    EXECUTE format(
        'WITH delta AS (SELECT key, sum(n) AS n FROM (%1$s) AS changed
                        WHERE key IS NOT NULL GROUP BY key HAVING sum(n) <> 0),
              locked AS (SELECT t.id FROM %2$I AS t JOIN delta ON delta.key = t.id
                         ORDER BY t.id FOR NO KEY UPDATE OF t)
         UPDATE %2$I AS t SET %3$I = t.%3$I + delta.n
         FROM delta JOIN locked ON locked.id = delta.key WHERE t.id = delta.key',
        changes, target, counter);
    RETURN NULL;
END $_$;

CREATE FUNCTION public.keep_interruptions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.is_publishing AND NOT NEW.is_publishing THEN
        INSERT INTO stream_interruptions (stream_id, began_at) VALUES (NEW.stream_id, now())
        ON CONFLICT DO NOTHING;
    ELSIF NOT OLD.is_publishing AND NEW.is_publishing THEN
        UPDATE stream_interruptions SET ended_at = now()
        WHERE stream_id = NEW.stream_id AND ended_at IS NULL;
    ELSIF NEW.is_publishing AND OLD.seen_at < now() - interval '15 seconds' THEN
        INSERT INTO stream_interruptions (stream_id, began_at, ended_at)
        VALUES (NEW.stream_id, OLD.seen_at, now()) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.keep_removed_private() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM removals WHERE subject_type = TG_ARGV[0] AND subject_id = NEW.id) THEN
        NEW.visibility := 'private';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.keep_used_pictures() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Held first, in order of id: what another transaction did to the same picture is seen after.
    PERFORM FROM media_objects WHERE id IN (SELECT media_id FROM changed_rows) ORDER BY id FOR NO KEY UPDATE;
    UPDATE media_objects AS m
    SET expires_at = CASE WHEN EXISTS (SELECT FROM post_media AS p WHERE p.media_id = m.id) THEN NULL
                          ELSE now() + interval '1 day' END
    WHERE m.id IN (SELECT media_id FROM changed_rows) AND m.status = 'ready';
    RETURN NULL;
END $$;

CREATE TABLE public.chat_bans (
    owner_id bigint NOT NULL,
    user_id bigint NOT NULL,
    moderator_id bigint,
    reason character varying(500),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    CONSTRAINT chat_bans_check CHECK ((expires_at > created_at)),
    CONSTRAINT chat_bans_check1 CHECK ((owner_id <> user_id))
);

CREATE TABLE public.streams (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    title character varying(100) NOT NULL,
    description text,
    status character varying(20) DEFAULT 'scheduled'::character varying NOT NULL,
    visibility character varying(10) DEFAULT 'public'::character varying NOT NULL,
    scheduled_at timestamp with time zone,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    stream_key_hash bytea,
    recording_url text,
    recording_video_id bigint,
    viewers_count integer DEFAULT 0 NOT NULL,
    peak_viewers integer DEFAULT 0 NOT NULL,
    comments_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    search tsvector GENERATED ALWAYS AS ((setweight(to_tsvector('english'::regconfig, (title)::text), 'A'::"char") || setweight(to_tsvector('english'::regconfig, COALESCE(description, ''::text)), 'C'::"char"))) STORED,
    watched_ms bigint DEFAULT 0 NOT NULL,
    watched_until timestamp with time zone,
    CONSTRAINT streams_check1 CHECK ((((status)::text = 'ended'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT streams_check2 CHECK ((ended_at >= started_at)),
    CONSTRAINT streams_comments_count_check CHECK ((comments_count >= 0)),
    CONSTRAINT streams_live_has_started CHECK ((((status)::text <> 'live'::text) OR (started_at IS NOT NULL))),
    CONSTRAINT streams_peak_viewers_check CHECK ((peak_viewers >= 0)),
    CONSTRAINT streams_status_check CHECK (((status)::text = ANY ((ARRAY['scheduled'::character varying, 'live'::character varying, 'ended'::character varying])::text[]))),
    CONSTRAINT streams_viewers_count_check CHECK ((viewers_count >= 0)),
    CONSTRAINT streams_visibility_check CHECK (((visibility)::text = ANY ((ARRAY['public'::character varying, 'unlisted'::character varying, 'private'::character varying])::text[]))),
    CONSTRAINT streams_watched_ms_check CHECK ((watched_ms >= 0))
);

CREATE TABLE public.users (
    id bigint NOT NULL,
    username character varying(50) NOT NULL,
    email character varying(254) NOT NULL,
    password_hash character varying(255),
    full_name character varying(100),
    bio text,
    avatar_url text,
    skills jsonb DEFAULT '[]'::jsonb NOT NULL,
    points integer DEFAULT 0 NOT NULL,
    role character varying(20) DEFAULT 'member'::character varying NOT NULL,
    email_verified_at timestamp with time zone,
    banned_until timestamp with time zone,
    deleted_at timestamp with time zone,
    followers_count integer DEFAULT 0 NOT NULL,
    following_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    avatar_small_url text,
    erases_content boolean DEFAULT false NOT NULL,
    erased_at timestamp with time zone,
    search tsvector GENERATED ALWAYS AS (((setweight(to_tsvector('simple'::regconfig, (((username)::text || ' '::text) || (COALESCE(full_name, ''::character varying))::text)), 'A'::"char") || setweight(jsonb_to_tsvector('simple'::regconfig, skills, '["string"]'::jsonb), 'B'::"char")) || setweight(to_tsvector('english'::regconfig, COALESCE(bio, ''::text)), 'C'::"char"))) STORED,
    CONSTRAINT users_avatar_small_url_check CHECK ((char_length(avatar_small_url) <= 2048)),
    CONSTRAINT users_avatar_url_check CHECK ((char_length(avatar_url) <= 2048)),
    CONSTRAINT users_bio_check CHECK ((char_length(bio) <= 2000)),
    CONSTRAINT users_check CHECK ((erased_at >= deleted_at)),
    CONSTRAINT users_followers_count_check CHECK ((followers_count >= 0)),
    CONSTRAINT users_following_count_check CHECK ((following_count >= 0)),
    CONSTRAINT users_points_check CHECK ((points >= 0)),
    CONSTRAINT users_role_check CHECK (((role)::text = ANY ((ARRAY['member'::character varying, 'moderator'::character varying, 'admin'::character varying])::text[]))),
    CONSTRAINT users_skills_check CHECK ((jsonb_typeof(skills) = 'array'::text)),
    CONSTRAINT users_skills_count CHECK ((jsonb_array_length(skills) <= 30)),
    CONSTRAINT users_username_check CHECK (((username)::text ~ '^[A-Za-z0-9_]{3,50}$'::text))
);

CREATE FUNCTION public.may_be_on_stage(stage bigint, guest bigint) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT (EXISTS ( SELECT
            FROM (public.streams s
              JOIN public.users u ON ((u.id = may_be_on_stage.guest)))
           WHERE ((s.id = may_be_on_stage.stage) AND ((s.visibility)::text <> 'private'::text) AND (s.user_id <> u.id) AND (u.deleted_at IS NULL) AND ((u.banned_until IS NULL) OR (u.banned_until <= now())) AND (NOT (EXISTS ( SELECT
                    FROM public.chat_bans b
                   WHERE ((b.owner_id = s.user_id) AND (b.user_id = u.id) AND ((b.expires_at IS NULL) OR (b.expires_at > now())))))) AND (NOT (EXISTS ( SELECT
                    FROM public.user_blocks k
                   WHERE (((k.kind)::text = 'block'::text) AND (((k.user_id = s.user_id) AND (k.target_id = u.id)) OR ((k.user_id = u.id) AND (k.target_id = s.user_id)))))))))) AS "exists";
END;

CREATE FUNCTION public.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE FUNCTION public.unsubscribe_ended_session() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM push_subscriptions WHERE session_hash = NEW.token_hash;
    RETURN NULL;
END;
$$;

CREATE TABLE public.auth_factors (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    credential bytea NOT NULL,
    last_used_step bigint,
    sign_count bigint,
    confirmed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT auth_factors_kind_check CHECK (((kind)::text = ANY ((ARRAY['totp'::character varying, 'webauthn'::character varying, 'recovery'::character varying])::text[])))
);

ALTER TABLE public.auth_factors ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_factors_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_sessions (
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    csrf_secret bytea NOT NULL,
    ip inet,
    user_agent character varying(400),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    reauthenticated_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    id bigint NOT NULL,
    CONSTRAINT auth_sessions_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE public.auth_sessions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.auth_sessions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_tokens (
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    new_email character varying(254),
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    used_at timestamp with time zone,
    CONSTRAINT auth_tokens_kind_check CHECK (((kind)::text = ANY ((ARRAY['verify_email'::character varying, 'reset_password'::character varying, 'sign_in'::character varying, 'api'::character varying])::text[]))),
    CONSTRAINT auth_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

CREATE TABLE public.badges (
    id bigint NOT NULL,
    name character varying(50) NOT NULL,
    description text,
    image_url text,
    points integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    rule character varying(40),
    CONSTRAINT badges_image_url CHECK ((char_length(image_url) <= 2048)),
    CONSTRAINT badges_points_check CHECK ((points >= 0))
);

ALTER TABLE public.badges ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.badges_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.board_scores (
    board character varying(10) NOT NULL,
    user_id bigint NOT NULL,
    score bigint NOT NULL,
    reached_at timestamp with time zone NOT NULL
);

CREATE TABLE public.challenges (
    id bigint NOT NULL,
    title character varying(100) NOT NULL,
    description text,
    start_date timestamp with time zone NOT NULL,
    end_date timestamp with time zone NOT NULL,
    reward_points integer DEFAULT 0 NOT NULL,
    status character varying(20) DEFAULT 'upcoming'::character varying NOT NULL,
    created_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT challenges_check CHECK ((end_date > start_date)),
    CONSTRAINT challenges_description CHECK ((char_length(description) <= 10000)),
    CONSTRAINT challenges_reward_points_check CHECK ((reward_points >= 0)),
    CONSTRAINT challenges_status_check CHECK (((status)::text = ANY ((ARRAY['upcoming'::character varying, 'active'::character varying, 'completed'::character varying])::text[])))
);

ALTER TABLE public.challenges ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.challenges_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.chat_blocked_terms (
    id bigint NOT NULL,
    owner_id bigint,
    term character varying(100) NOT NULL,
    action character varying(6) DEFAULT 'block'::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT chat_blocked_terms_action_check CHECK (((action)::text = ANY ((ARRAY['block'::character varying, 'hold'::character varying])::text[])))
);

ALTER TABLE public.chat_blocked_terms ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chat_blocked_terms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.chat_held_messages (
    id bigint NOT NULL,
    stream_id bigint NOT NULL,
    user_id bigint NOT NULL,
    client_id character varying(64) NOT NULL,
    content character varying(2000) NOT NULL,
    kind character varying(10) DEFAULT 'text'::character varying NOT NULL,
    language character varying(30),
    reply_to bigint,
    term character varying(100) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    decided_at timestamp with time zone,
    decided_by bigint,
    is_approved boolean,
    CONSTRAINT chat_held_messages_check CHECK (((decided_at IS NULL) = (is_approved IS NULL))),
    CONSTRAINT chat_held_messages_client_id_check CHECK (((client_id)::text <> ''::text)),
    CONSTRAINT chat_held_messages_content_check CHECK (((content)::text <> ''::text))
);

ALTER TABLE public.chat_held_messages ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chat_held_messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.chat_messages (
    id bigint NOT NULL,
    stream_id bigint NOT NULL,
    user_id bigint,
    seq bigint NOT NULL,
    client_id character varying(64) NOT NULL,
    content character varying(2000) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    deleted_by bigint,
    kind character varying(6) DEFAULT 'text'::character varying NOT NULL,
    language character varying(30),
    reply_to bigint,
    mentions text[] DEFAULT '{}'::text[] NOT NULL,
    detail jsonb,
    reactions jsonb DEFAULT '{}'::jsonb NOT NULL,
    edited_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    withdrawn_by bigint,
    change bigint DEFAULT 0 NOT NULL,
    CONSTRAINT chat_messages_change_check CHECK ((change >= 0)),
    CONSTRAINT chat_messages_client_id_check CHECK (((client_id)::text <> ''::text)),
    CONSTRAINT chat_messages_content_check CHECK ((((content)::text <> ''::text) OR (withdrawn_at IS NOT NULL))),
    CONSTRAINT chat_messages_kind_check CHECK (((kind)::text = ANY ((ARRAY['text'::character varying, 'code'::character varying, 'system'::character varying])::text[]))),
    CONSTRAINT chat_messages_language_check CHECK (((language)::text <> ''::text)),
    CONSTRAINT chat_messages_seq_check CHECK ((seq >= 1))
);

ALTER TABLE public.chat_messages ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.chat_messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.chat_reactions (
    message_id bigint NOT NULL,
    user_id bigint NOT NULL,
    emoji character varying(16) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT chat_reactions_emoji_check CHECK (((emoji)::text <> ''::text))
);

CREATE TABLE public.chat_settings (
    user_id bigint NOT NULL,
    slow_mode_seconds smallint DEFAULT 0 NOT NULL,
    followers_only_minutes integer,
    unique_messages boolean DEFAULT false NOT NULL,
    links_allowed boolean DEFAULT true NOT NULL,
    moderation_delay_seconds smallint DEFAULT 0 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    signed_in_only boolean DEFAULT false NOT NULL,
    CONSTRAINT chat_settings_followers_only_minutes_check CHECK (((followers_only_minutes >= 0) AND (followers_only_minutes <= 129600))),
    CONSTRAINT chat_settings_moderation_delay_seconds_check CHECK (((moderation_delay_seconds >= 0) AND (moderation_delay_seconds <= 30))),
    CONSTRAINT chat_settings_slow_mode_seconds_check CHECK (((slow_mode_seconds = 0) OR ((slow_mode_seconds >= 3) AND (slow_mode_seconds <= 120))))
);

CREATE TABLE public.code_archive (
    session_id bigint NOT NULL,
    after_id bigint NOT NULL,
    last_id bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    updates integer NOT NULL,
    updates_bytes bigint NOT NULL,
    content bytea NOT NULL,
    checkpoint bytea,
    CONSTRAINT code_archive_check CHECK ((last_id > after_id))
);
ALTER TABLE ONLY public.code_archive ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.code_archive ALTER COLUMN checkpoint SET STORAGE EXTERNAL;

CREATE TABLE public.code_session_collaborators (
    session_id bigint NOT NULL,
    user_id bigint NOT NULL,
    added_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.code_sessions (
    id bigint NOT NULL,
    stream_id bigint NOT NULL,
    user_id bigint,
    title character varying(100) NOT NULL,
    language character varying(50) NOT NULL,
    code_content text DEFAULT ''::text NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT code_sessions_code_content_check CHECK ((octet_length(code_content) <= 1048576))
);

ALTER TABLE public.code_sessions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.code_sessions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.code_snapshots (
    session_id bigint NOT NULL,
    update_id bigint NOT NULL,
    content bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.code_suggestion_votes (
    suggestion_id bigint NOT NULL,
    user_id bigint NOT NULL,
    value smallint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT code_suggestion_votes_value_check CHECK ((value = ANY (ARRAY['-1'::integer, 1])))
);

CREATE TABLE public.code_suggestions (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    user_id bigint,
    base_version bigint DEFAULT 0 NOT NULL,
    client_id character varying(64) NOT NULL,
    original text DEFAULT ''::text NOT NULL,
    anchor_start integer,
    anchor_end integer,
    content text NOT NULL,
    line_start integer,
    line_end integer,
    upvotes integer DEFAULT 0 NOT NULL,
    downvotes integer DEFAULT 0 NOT NULL,
    status character varying(20) DEFAULT 'pending'::character varying NOT NULL,
    resolved_by bigint,
    resolved_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    is_stale boolean DEFAULT false NOT NULL,
    note character varying(500),
    CONSTRAINT code_suggestions_anchor_start_check CHECK ((anchor_start >= 0)),
    CONSTRAINT code_suggestions_check CHECK ((anchor_end >= anchor_start)),
    CONSTRAINT code_suggestions_check1 CHECK ((line_end >= line_start)),
    CONSTRAINT code_suggestions_check2 CHECK (((line_start IS NULL) = (line_end IS NULL))),
    CONSTRAINT code_suggestions_client_id_check CHECK (((client_id)::text <> ''::text)),
    CONSTRAINT code_suggestions_content_check CHECK ((octet_length(content) <= 65536)),
    CONSTRAINT code_suggestions_downvotes_check CHECK ((downvotes >= 0)),
    CONSTRAINT code_suggestions_line_start_check CHECK ((line_start >= 1)),
    CONSTRAINT code_suggestions_note_check CHECK (((note)::text <> ''::text)),
    CONSTRAINT code_suggestions_status_check CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'accepted'::character varying, 'rejected'::character varying, 'withdrawn'::character varying])::text[]))),
    CONSTRAINT code_suggestions_upvotes_check CHECK ((upvotes >= 0))
);

ALTER TABLE public.code_suggestions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.code_suggestions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.code_updates (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    user_id bigint,
    content bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.code_updates ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.code_updates_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.code_versions (
    id bigint NOT NULL,
    session_id bigint NOT NULL,
    user_id bigint,
    name character varying(100) NOT NULL,
    update_id bigint NOT NULL,
    made_at timestamp with time zone,
    code_content text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT code_versions_code_content_check CHECK ((octet_length(code_content) <= 1048576)),
    CONSTRAINT code_versions_name_check CHECK (((name)::text <> ''::text))
);

ALTER TABLE public.code_versions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.code_versions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.collab_tickets (
    token_hash bytea NOT NULL,
    session_id bigint NOT NULL,
    user_id bigint,
    auth_token_hash bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT collab_tickets_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

CREATE TABLE public.comments (
    id bigint NOT NULL,
    user_id bigint,
    post_id bigint,
    video_id bigint,
    stream_id bigint,
    parent_id bigint,
    depth smallint DEFAULT 0 NOT NULL,
    content text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    likes_count integer DEFAULT 0 NOT NULL,
    deleted_at timestamp with time zone,
    content_html text DEFAULT ''::text NOT NULL,
    html_version smallint DEFAULT 0 NOT NULL,
    edited_at timestamp with time zone,
    CONSTRAINT comments_check CHECK ((num_nonnulls(post_id, video_id, stream_id) = 1)),
    CONSTRAINT comments_check1 CHECK (((parent_id IS NULL) = (depth = 0))),
    CONSTRAINT comments_content_check CHECK ((char_length(content) <= 10000)),
    CONSTRAINT comments_depth_check CHECK (((depth >= 0) AND (depth <= 50))),
    CONSTRAINT comments_likes_count_check CHECK ((likes_count >= 0))
);

ALTER TABLE public.comments ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.comments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.followers (
    follower_id bigint NOT NULL,
    following_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT followers_check CHECK ((follower_id <> following_id))
);

CREATE TABLE public.idempotency_keys (
    user_id bigint NOT NULL,
    key character varying(64) NOT NULL,
    fingerprint bytea NOT NULL,
    response_status smallint,
    response_body bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_keys_answered CHECK (((response_status IS NULL) = (response_body IS NULL)))
);

CREATE TABLE public.likes (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    post_id bigint,
    video_id bigint,
    comment_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT likes_check CHECK ((num_nonnulls(post_id, video_id, comment_id) = 1))
);

ALTER TABLE public.likes ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.likes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.live_fanouts (
    stream_id bigint NOT NULL,
    after_follower_id bigint DEFAULT 0 NOT NULL,
    finished_at timestamp with time zone
);

CREATE TABLE public.media_objects (
    id bigint NOT NULL,
    user_id bigint,
    object_key text NOT NULL,
    content_type character varying(100) NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 bytea,
    width integer,
    height integer,
    alt_text character varying(1500),
    status character varying(12) DEFAULT 'uploading'::character varying NOT NULL,
    upload_offset bigint DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    upload_metadata character varying(2048),
    small_of bigint,
    CONSTRAINT media_objects_check CHECK (((upload_offset >= 0) AND (upload_offset <= size_bytes))),
    CONSTRAINT media_objects_sha256_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT media_objects_size_bytes_check CHECK ((size_bytes >= 0)),
    CONSTRAINT media_objects_status_check CHECK (((status)::text = ANY ((ARRAY['uploading'::character varying, 'processing'::character varying, 'ready'::character varying, 'failed'::character varying, 'deleting'::character varying])::text[])))
);

ALTER TABLE public.media_objects ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.media_objects_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.moderation_log (
    id bigint NOT NULL,
    actor_id bigint,
    owner_id bigint,
    target_user_id bigint,
    action character varying(40) NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.moderation_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.moderation_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notification_preferences (
    user_id bigint NOT NULL,
    type character varying(50) NOT NULL,
    in_app boolean DEFAULT true NOT NULL,
    push boolean DEFAULT false NOT NULL,
    email character varying(8) DEFAULT 'digest'::character varying NOT NULL,
    CONSTRAINT notification_preferences_email_check CHECK (((email)::text = ANY ((ARRAY['off'::character varying, 'instant'::character varying, 'digest'::character varying])::text[])))
);

CREATE TABLE public.notifications (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    actor_id bigint,
    type character varying(50) NOT NULL,
    content text DEFAULT ''::text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    related_type character varying(20),
    related_id bigint,
    group_key character varying(100),
    is_read boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    is_told boolean DEFAULT false NOT NULL,
    CONSTRAINT notifications_check CHECK (((related_type IS NULL) = (related_id IS NULL))),
    CONSTRAINT notifications_type CHECK (((type)::text = ANY ((ARRAY['follow'::character varying, 'like'::character varying, 'comment'::character varying, 'mention'::character varying, 'reply'::character varying, 'suggestion_accepted'::character varying, 'suggestion_rejected'::character varying, 'badge'::character varying, 'challenge_result'::character varying, 'live'::character varying, 'removal'::character varying, 'stage_invitation'::character varying])::text[])))
);

ALTER TABLE public.notifications ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.notifications_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.oauth_accounts (
    provider character varying(30) NOT NULL,
    subject character varying(255) NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.point_events (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    delta integer NOT NULL,
    source_type character varying(30) NOT NULL,
    source_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT point_events_delta_check CHECK ((delta <> 0))
);

ALTER TABLE public.point_events ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.point_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.poll_options (
    id bigint NOT NULL,
    poll_id bigint NOT NULL,
    "position" smallint NOT NULL,
    option_text text NOT NULL,
    votes_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT poll_options_option_text_check CHECK (((char_length(option_text) >= 1) AND (char_length(option_text) <= 100))),
    CONSTRAINT poll_options_position_check CHECK ((("position" >= 0) AND ("position" <= 9))),
    CONSTRAINT poll_options_votes_count_check CHECK ((votes_count >= 0))
);

ALTER TABLE public.poll_options ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.poll_options_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.poll_votes (
    poll_id bigint NOT NULL,
    user_id bigint NOT NULL,
    option_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.post_media (
    post_id bigint NOT NULL,
    "position" smallint NOT NULL,
    media_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT post_media_position_check CHECK ((("position" >= 0) AND ("position" <= 9)))
);

CREATE TABLE public.post_tags (
    post_id bigint NOT NULL,
    tag_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.posts (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    content text NOT NULL,
    media_urls jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    likes_count integer DEFAULT 0 NOT NULL,
    comments_count integer DEFAULT 0 NOT NULL,
    hot_rank double precision DEFAULT 0 NOT NULL,
    is_pinned boolean DEFAULT false NOT NULL,
    deleted_at timestamp with time zone,
    search tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, content)) STORED,
    content_html text DEFAULT ''::text NOT NULL,
    html_version smallint DEFAULT 0 NOT NULL,
    given_tags text[] DEFAULT '{}'::text[] NOT NULL,
    edited_at timestamp with time zone,
    CONSTRAINT posts_comments_count_check CHECK ((comments_count >= 0)),
    CONSTRAINT posts_content_check CHECK ((char_length(content) <= 50000)),
    CONSTRAINT posts_likes_count_check CHECK ((likes_count >= 0)),
    CONSTRAINT posts_media_urls_check CHECK (((jsonb_typeof(media_urls) = 'array'::text) AND (jsonb_array_length(media_urls) <= 10)))
);

ALTER TABLE public.posts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.posts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.push_subscriptions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    endpoint text NOT NULL,
    p256dh bytea NOT NULL,
    auth bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    session_hash bytea NOT NULL,
    CONSTRAINT push_subscriptions_auth_check CHECK ((octet_length(auth) = 16)),
    CONSTRAINT push_subscriptions_endpoint_check CHECK ((length(endpoint) <= 1000)),
    CONSTRAINT push_subscriptions_p256dh_check CHECK ((octet_length(p256dh) = 65))
);

ALTER TABLE public.push_subscriptions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.push_subscriptions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.removals (
    subject_type character varying(20) NOT NULL,
    subject_id bigint NOT NULL,
    author_id bigint,
    kept jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    id bigint NOT NULL,
    reason character varying(1000),
    appeal character varying(1000),
    appealed_at timestamp with time zone,
    upheld_at timestamp with time zone,
    upheld_note character varying(1000),
    CONSTRAINT removals_appeal_check CHECK (((appeal)::text <> ''::text)),
    CONSTRAINT removals_check CHECK (((appeal IS NULL) = (appealed_at IS NULL))),
    CONSTRAINT removals_check1 CHECK (((upheld_at IS NULL) OR (appealed_at IS NOT NULL))),
    CONSTRAINT removals_subject_type_check CHECK (((subject_type)::text = ANY ((ARRAY['post'::character varying, 'comment'::character varying, 'video'::character varying, 'stream'::character varying, 'chat_message'::character varying])::text[])))
);

ALTER TABLE public.removals ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.removals_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.reports (
    id bigint NOT NULL,
    reporter_id bigint,
    subject_type character varying(20) NOT NULL,
    subject_id bigint NOT NULL,
    reason character varying(1000) NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    resolution character varying(10),
    note character varying(1000),
    CONSTRAINT reports_check CHECK (((resolved_at IS NULL) = (resolution IS NULL))),
    CONSTRAINT reports_resolution_check CHECK (((resolution)::text = ANY ((ARRAY['dismiss'::character varying, 'remove'::character varying, 'suspend'::character varying])::text[]))),
    CONSTRAINT reports_subject_type_check CHECK (((subject_type)::text = ANY ((ARRAY['user'::character varying, 'post'::character varying, 'comment'::character varying, 'video'::character varying, 'stream'::character varying, 'chat_message'::character varying])::text[])))
);

ALTER TABLE public.reports ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.reports_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.rooms (
    stream_id bigint NOT NULL,
    epoch uuid DEFAULT gen_random_uuid() NOT NULL,
    last_seq bigint DEFAULT 0 NOT NULL,
    last_change bigint DEFAULT 0 NOT NULL,
    pinned_id bigint,
    pinned_by bigint,
    CONSTRAINT rooms_last_change_check CHECK ((last_change >= 0)),
    CONSTRAINT rooms_last_seq_check CHECK ((last_seq >= 0))
);

CREATE TABLE public.site_accounts (
    name character varying(50) NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.site_secrets (
    name character varying(50) NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT site_secrets_secret_check CHECK ((octet_length(secret) = 32))
);

CREATE TABLE public.source_entries (
    source_id bigint NOT NULL,
    guid_hash bytea NOT NULL,
    post_id bigint,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT source_entries_guid_hash_check CHECK ((octet_length(guid_hash) = 32))
);

CREATE TABLE public.stage_feeds (
    id bigint NOT NULL,
    stream_id bigint NOT NULL,
    user_id bigint NOT NULL,
    kind character varying(6) NOT NULL,
    node_id uuid NOT NULL,
    is_publishing boolean NOT NULL,
    has_audio boolean NOT NULL,
    has_video boolean NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    is_stopped boolean DEFAULT false NOT NULL,
    CONSTRAINT stage_feeds_kind_check CHECK (((kind)::text = ANY ((ARRAY['camera'::character varying, 'screen'::character varying])::text[])))
);

ALTER TABLE public.stage_feeds ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stage_feeds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.stage_guests (
    stream_id bigint NOT NULL,
    user_id bigint NOT NULL,
    status character varying(10) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    accepted_at timestamp with time zone,
    CONSTRAINT stage_guests_check CHECK ((((status)::text = 'accepted'::text) = (accepted_at IS NOT NULL))),
    CONSTRAINT stage_guests_status_check CHECK (((status)::text = ANY ((ARRAY['requested'::character varying, 'invited'::character varying, 'accepted'::character varying])::text[])))
);

CREATE TABLE public.stages (
    stream_id bigint NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    CONSTRAINT stages_version_check CHECK ((version >= 0))
);

CREATE TABLE public.stream_interruptions (
    stream_id bigint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT stream_interruptions_check CHECK ((ended_at >= began_at))
);

CREATE TABLE public.stream_moderators (
    owner_id bigint NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.stream_polls (
    id bigint NOT NULL,
    stream_id bigint NOT NULL,
    user_id bigint,
    question text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ends_at timestamp with time zone,
    is_closed boolean DEFAULT false NOT NULL,
    closed_at timestamp with time zone,
    results character varying(10) DEFAULT 'always'::character varying NOT NULL,
    CONSTRAINT stream_polls_check CHECK ((ends_at > created_at)),
    CONSTRAINT stream_polls_check1 CHECK ((is_closed = (closed_at IS NOT NULL))),
    CONSTRAINT stream_polls_question_check CHECK (((char_length(question) >= 1) AND (char_length(question) <= 200))),
    CONSTRAINT stream_polls_results_check CHECK (((results)::text = ANY ((ARRAY['always'::character varying, 'after_vote'::character varying, 'at_close'::character varying])::text[])))
);

ALTER TABLE public.stream_polls ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stream_polls_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.stream_publishers (
    stream_id bigint NOT NULL,
    node_id uuid NOT NULL,
    is_publishing boolean DEFAULT true NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.stream_question_votes (
    question_id bigint NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.stream_questions (
    id bigint NOT NULL,
    stream_id bigint NOT NULL,
    user_id bigint NOT NULL,
    client_id character varying(64) NOT NULL,
    content character varying(300) NOT NULL,
    status character varying(10) DEFAULT 'open'::character varying NOT NULL,
    is_highlighted boolean DEFAULT false NOT NULL,
    votes_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by bigint,
    CONSTRAINT stream_questions_check CHECK ((((status)::text = 'open'::text) = (resolved_at IS NULL))),
    CONSTRAINT stream_questions_check1 CHECK ((NOT (is_highlighted AND ((status)::text = 'dismissed'::text)))),
    CONSTRAINT stream_questions_client_id_check CHECK (((client_id)::text <> ''::text)),
    CONSTRAINT stream_questions_content_check CHECK (((content)::text <> ''::text)),
    CONSTRAINT stream_questions_status_check CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'answered'::character varying, 'dismissed'::character varying])::text[]))),
    CONSTRAINT stream_questions_votes_count_check CHECK ((votes_count >= 0))
);

ALTER TABLE public.stream_questions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stream_questions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.stream_snapshots (
    stream_id bigint NOT NULL,
    slot smallint NOT NULL,
    content bytea NOT NULL,
    taken_at timestamp with time zone DEFAULT now() NOT NULL,
    is_still boolean DEFAULT false NOT NULL,
    CONSTRAINT stream_snapshots_content_check CHECK ((octet_length(content) <= 200000)),
    CONSTRAINT stream_snapshots_slot_check CHECK (((slot >= 0) AND (slot <= 3)))
);

ALTER TABLE public.streams ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.streams_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tag_followers (
    user_id bigint NOT NULL,
    tag_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.tag_sources (
    id bigint NOT NULL,
    tag_id bigint NOT NULL,
    url text NOT NULL,
    title character varying(200),
    added_by bigint,
    etag character varying(500),
    last_modified character varying(100),
    failures integer DEFAULT 0 NOT NULL,
    last_error character varying(500),
    fetched_at timestamp with time zone,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT tag_sources_failures_check CHECK ((failures >= 0)),
    CONSTRAINT tag_sources_url_check CHECK (((char_length(url) <= 2048) AND (url ~ '^https?://'::text)))
);

ALTER TABLE public.tag_sources ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tag_sources_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tags (
    id bigint NOT NULL,
    name character varying(50) NOT NULL,
    posts_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    followers_count integer DEFAULT 0 NOT NULL,
    CONSTRAINT tags_followers_count_check CHECK ((followers_count >= 0)),
    CONSTRAINT tags_name_check CHECK ((((name)::text = lower((name)::text)) AND ((name)::text ~ '^[a-z0-9][a-z0-9+#.-]*$'::text))),
    CONSTRAINT tags_posts_count_check CHECK ((posts_count >= 0))
);

ALTER TABLE public.tags ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tags_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.told_chat_messages AS
 SELECT m.id,
    m.stream_id,
    m.seq,
    m.user_id,
    (
        CASE
            WHEN (u.deleted_at IS NULL) THEN u.username
            ELSE NULL::character varying
        END)::character varying(50) AS username,
    m.content,
    m.client_id,
    m.created_at,
    m.kind,
    m.language,
    m.mentions,
    m.detail,
    m.reactions,
    m.edited_at,
    (m.withdrawn_at IS NOT NULL) AS is_deleted,
    m.change,
    (m.deleted_at IS NOT NULL) AS is_removed,
    m.reply_to,
    q.seq AS quoted_seq,
    q.user_id AS quoted_user_id,
    (
        CASE
            WHEN (p.deleted_at IS NULL) THEN p.username
            ELSE NULL::character varying
        END)::character varying(50) AS quoted_username,
        CASE
            WHEN ((q.deleted_at IS NULL) AND (q.withdrawn_at IS NULL)) THEN "left"((q.content)::text, 200)
            ELSE ''::text
        END AS quoted_content
   FROM (((public.chat_messages m
     LEFT JOIN public.users u ON ((u.id = m.user_id)))
     LEFT JOIN public.chat_messages q ON ((q.id = m.reply_to)))
     LEFT JOIN public.users p ON ((p.id = q.user_id)));

CREATE TABLE public.upload_parts (
    upload_id bigint NOT NULL,
    start_offset bigint NOT NULL,
    size_bytes bigint NOT NULL,
    object_key text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT upload_parts_size_bytes_check CHECK ((size_bytes > 0)),
    CONSTRAINT upload_parts_start_offset_check CHECK ((start_offset >= 0))
);

CREATE TABLE public.user_badges (
    user_id bigint NOT NULL,
    badge_id bigint NOT NULL,
    awarded_at timestamp with time zone DEFAULT now() NOT NULL,
    awarded_by bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.user_challenges (
    user_id bigint NOT NULL,
    challenge_id bigint NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    submitted_at timestamp with time zone,
    completed_at timestamp with time zone,
    submission_url text,
    reviewed_by bigint,
    review_note text,
    points_earned integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    state character varying(10) DEFAULT 'joined'::character varying NOT NULL,
    reviewed_at timestamp with time zone,
    CONSTRAINT user_challenges_check CHECK (((completed_at IS NULL) OR (submitted_at IS NOT NULL))),
    CONSTRAINT user_challenges_completed CHECK ((((state)::text = 'accepted'::text) = (completed_at IS NOT NULL))),
    CONSTRAINT user_challenges_points_earned_check CHECK ((points_earned >= 0)),
    CONSTRAINT user_challenges_review_note CHECK ((char_length(review_note) <= 2000)),
    CONSTRAINT user_challenges_state_check CHECK (((state)::text = ANY ((ARRAY['joined'::character varying, 'submitted'::character varying, 'returned'::character varying, 'accepted'::character varying])::text[]))),
    CONSTRAINT user_challenges_submission_url_check CHECK (((char_length(submission_url) <= 2048) AND (submission_url ~ '^https?://'::text))),
    CONSTRAINT user_challenges_submitted CHECK ((((state)::text = 'joined'::text) OR (submission_url IS NOT NULL)))
);

CREATE TABLE public.user_exports (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    status character varying(10) DEFAULT 'queued'::character varying NOT NULL,
    object_key text,
    expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_exports_status_check CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying, 'ready'::character varying, 'failed'::character varying])::text[])))
);

ALTER TABLE public.user_exports ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.user_exports_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.video_jobs (
    video_id bigint NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.video_viewers (
    video_id bigint NOT NULL,
    viewer bytea NOT NULL,
    counted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT video_viewers_viewer_check CHECK ((octet_length(viewer) = 16))
);

CREATE TABLE public.videos (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    title character varying(100) NOT NULL,
    description text,
    status character varying(12) DEFAULT 'processing'::character varying NOT NULL,
    visibility character varying(10) DEFAULT 'public'::character varying NOT NULL,
    video_url text,
    thumbnail_url text,
    duration integer,
    views_count bigint DEFAULT 0 NOT NULL,
    likes_count integer DEFAULT 0 NOT NULL,
    comments_count integer DEFAULT 0 NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    search tsvector GENERATED ALWAYS AS ((setweight(to_tsvector('english'::regconfig, (title)::text), 'A'::"char") || setweight(to_tsvector('english'::regconfig, COALESCE(description, ''::text)), 'C'::"char"))) STORED,
    upload_id bigint,
    object_id bigint,
    thumbnail_id bigint,
    failure character varying(200),
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    width integer,
    height integer,
    video_codec character varying(20),
    audio_codec character varying(20),
    CONSTRAINT videos_check CHECK ((((status)::text <> 'ready'::text) OR (video_url IS NOT NULL))),
    CONSTRAINT videos_check1 CHECK (((failure IS NULL) OR ((status)::text = 'failed'::text))),
    CONSTRAINT videos_comments_count_check CHECK ((comments_count >= 0)),
    CONSTRAINT videos_description_check CHECK ((char_length(description) <= 10000)),
    CONSTRAINT videos_duration_check CHECK ((duration >= 0)),
    CONSTRAINT videos_likes_count_check CHECK ((likes_count >= 0)),
    CONSTRAINT videos_status_check CHECK (((status)::text = ANY ((ARRAY['uploading'::character varying, 'processing'::character varying, 'ready'::character varying, 'failed'::character varying])::text[]))),
    CONSTRAINT videos_tags_check CHECK ((cardinality(tags) <= 10)),
    CONSTRAINT videos_views_count_check CHECK ((views_count >= 0)),
    CONSTRAINT videos_visibility_check CHECK (((visibility)::text = ANY ((ARRAY['public'::character varying, 'unlisted'::character varying, 'private'::character varying])::text[])))
);

ALTER TABLE public.videos ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.videos_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.view_flushes (
    batch_id uuid NOT NULL,
    flushed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.webhooks (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    url text NOT NULL,
    secret bytea NOT NULL,
    events text[] NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    disabled_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.webhooks ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.webhooks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.auth_factors
    ADD CONSTRAINT auth_factors_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_sessions
    ADD CONSTRAINT auth_sessions_id_key UNIQUE (id);

ALTER TABLE ONLY public.auth_sessions
    ADD CONSTRAINT auth_sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.auth_tokens
    ADD CONSTRAINT auth_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.badges
    ADD CONSTRAINT badges_name_key UNIQUE (name);

ALTER TABLE ONLY public.badges
    ADD CONSTRAINT badges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.badges
    ADD CONSTRAINT badges_rule_key UNIQUE (rule);

ALTER TABLE ONLY public.board_scores
    ADD CONSTRAINT board_scores_pkey PRIMARY KEY (board, user_id);

ALTER TABLE ONLY public.challenges
    ADD CONSTRAINT challenges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chat_bans
    ADD CONSTRAINT chat_bans_pkey PRIMARY KEY (owner_id, user_id);

ALTER TABLE ONLY public.chat_blocked_terms
    ADD CONSTRAINT chat_blocked_terms_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chat_held_messages
    ADD CONSTRAINT chat_held_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chat_held_messages
    ADD CONSTRAINT chat_held_messages_stream_id_user_id_client_id_key UNIQUE (stream_id, user_id, client_id);

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_stream_id_seq_key UNIQUE (stream_id, seq);

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_stream_id_user_id_client_id_key UNIQUE (stream_id, user_id, client_id);

ALTER TABLE ONLY public.chat_reactions
    ADD CONSTRAINT chat_reactions_pkey PRIMARY KEY (message_id, user_id, emoji);

ALTER TABLE ONLY public.chat_settings
    ADD CONSTRAINT chat_settings_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.code_archive
    ADD CONSTRAINT code_archive_pkey PRIMARY KEY (session_id, after_id);

ALTER TABLE ONLY public.code_session_collaborators
    ADD CONSTRAINT code_session_collaborators_pkey PRIMARY KEY (session_id, user_id);

ALTER TABLE ONLY public.code_sessions
    ADD CONSTRAINT code_sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.code_snapshots
    ADD CONSTRAINT code_snapshots_pkey PRIMARY KEY (session_id, update_id);

ALTER TABLE ONLY public.code_suggestion_votes
    ADD CONSTRAINT code_suggestion_votes_pkey PRIMARY KEY (suggestion_id, user_id);

ALTER TABLE ONLY public.code_suggestions
    ADD CONSTRAINT code_suggestions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.code_suggestions
    ADD CONSTRAINT code_suggestions_session_id_user_id_client_id_key UNIQUE (session_id, user_id, client_id);

ALTER TABLE ONLY public.code_updates
    ADD CONSTRAINT code_updates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.code_versions
    ADD CONSTRAINT code_versions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.collab_tickets
    ADD CONSTRAINT collab_tickets_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_pkey PRIMARY KEY (follower_id, following_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key);

ALTER TABLE ONLY public.likes
    ADD CONSTRAINT likes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_fanouts
    ADD CONSTRAINT live_fanouts_pkey PRIMARY KEY (stream_id);

ALTER TABLE ONLY public.media_objects
    ADD CONSTRAINT media_objects_object_key_key UNIQUE (object_key);

ALTER TABLE ONLY public.media_objects
    ADD CONSTRAINT media_objects_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.media_objects
    ADD CONSTRAINT media_objects_small_of_key UNIQUE (small_of);

ALTER TABLE ONLY public.moderation_log
    ADD CONSTRAINT moderation_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_pkey PRIMARY KEY (user_id, type);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oauth_accounts
    ADD CONSTRAINT oauth_accounts_pkey PRIMARY KEY (provider, subject);

ALTER TABLE ONLY public.oauth_accounts
    ADD CONSTRAINT oauth_accounts_user_id_provider_key UNIQUE (user_id, provider);

ALTER TABLE ONLY public.point_events
    ADD CONSTRAINT point_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.point_events
    ADD CONSTRAINT point_events_user_id_source_type_source_id_key UNIQUE (user_id, source_type, source_id);

ALTER TABLE ONLY public.poll_options
    ADD CONSTRAINT poll_options_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.poll_options
    ADD CONSTRAINT poll_options_poll_id_id_key UNIQUE (poll_id, id);

ALTER TABLE ONLY public.poll_options
    ADD CONSTRAINT poll_options_poll_id_position_key UNIQUE (poll_id, "position");

ALTER TABLE ONLY public.poll_votes
    ADD CONSTRAINT poll_votes_pkey PRIMARY KEY (poll_id, user_id);

ALTER TABLE ONLY public.post_media
    ADD CONSTRAINT post_media_media_id_post_id_key UNIQUE (media_id, post_id);

ALTER TABLE ONLY public.post_media
    ADD CONSTRAINT post_media_pkey PRIMARY KEY (post_id, "position");

ALTER TABLE ONLY public.post_tags
    ADD CONSTRAINT post_tags_pkey PRIMARY KEY (post_id, tag_id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_endpoint_key UNIQUE (endpoint);

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_session_hash_key UNIQUE (session_hash);

ALTER TABLE ONLY public.removals
    ADD CONSTRAINT removals_id_key UNIQUE (id);

ALTER TABLE ONLY public.removals
    ADD CONSTRAINT removals_pkey PRIMARY KEY (subject_type, subject_id);

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_reporter_id_subject_type_subject_id_key UNIQUE (reporter_id, subject_type, subject_id);

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_pkey PRIMARY KEY (stream_id);

ALTER TABLE ONLY public.site_accounts
    ADD CONSTRAINT site_accounts_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.site_accounts
    ADD CONSTRAINT site_accounts_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.site_secrets
    ADD CONSTRAINT site_secrets_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.source_entries
    ADD CONSTRAINT source_entries_pkey PRIMARY KEY (source_id, guid_hash);

ALTER TABLE ONLY public.stage_feeds
    ADD CONSTRAINT stage_feeds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stage_feeds
    ADD CONSTRAINT stage_feeds_stream_id_user_id_kind_key UNIQUE (stream_id, user_id, kind);

ALTER TABLE ONLY public.stage_guests
    ADD CONSTRAINT stage_guests_pkey PRIMARY KEY (stream_id, user_id);

ALTER TABLE ONLY public.stages
    ADD CONSTRAINT stages_pkey PRIMARY KEY (stream_id);

ALTER TABLE ONLY public.stream_interruptions
    ADD CONSTRAINT stream_interruptions_pkey PRIMARY KEY (stream_id, began_at);

ALTER TABLE ONLY public.stream_moderators
    ADD CONSTRAINT stream_moderators_pkey PRIMARY KEY (owner_id, user_id);

ALTER TABLE ONLY public.stream_polls
    ADD CONSTRAINT stream_polls_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stream_publishers
    ADD CONSTRAINT stream_publishers_pkey PRIMARY KEY (stream_id);

ALTER TABLE ONLY public.stream_question_votes
    ADD CONSTRAINT stream_question_votes_pkey PRIMARY KEY (question_id, user_id);

ALTER TABLE ONLY public.stream_questions
    ADD CONSTRAINT stream_questions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stream_questions
    ADD CONSTRAINT stream_questions_stream_id_user_id_client_id_key UNIQUE (stream_id, user_id, client_id);

ALTER TABLE ONLY public.stream_snapshots
    ADD CONSTRAINT stream_snapshots_pkey PRIMARY KEY (stream_id, slot);

ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tag_followers
    ADD CONSTRAINT tag_followers_pkey PRIMARY KEY (user_id, tag_id);

ALTER TABLE ONLY public.tag_sources
    ADD CONSTRAINT tag_sources_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tag_sources
    ADD CONSTRAINT tag_sources_tag_id_url_key UNIQUE (tag_id, url);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_name_key UNIQUE (name);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.upload_parts
    ADD CONSTRAINT upload_parts_pkey PRIMARY KEY (upload_id, start_offset);

ALTER TABLE ONLY public.user_badges
    ADD CONSTRAINT user_badges_pkey PRIMARY KEY (user_id, badge_id);

ALTER TABLE ONLY public.user_blocks
    ADD CONSTRAINT user_blocks_pkey PRIMARY KEY (user_id, target_id);

ALTER TABLE ONLY public.user_challenges
    ADD CONSTRAINT user_challenges_pkey PRIMARY KEY (user_id, challenge_id);

ALTER TABLE ONLY public.user_exports
    ADD CONSTRAINT user_exports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.video_jobs
    ADD CONSTRAINT video_jobs_pkey PRIMARY KEY (video_id);

ALTER TABLE ONLY public.video_viewers
    ADD CONSTRAINT video_viewers_pkey PRIMARY KEY (video_id, viewer);

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_object_id_key UNIQUE (object_id);

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_thumbnail_id_key UNIQUE (thumbnail_id);

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_upload_id_key UNIQUE (upload_id);

ALTER TABLE ONLY public.view_flushes
    ADD CONSTRAINT view_flushes_pkey PRIMARY KEY (batch_id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

CREATE INDEX idx_auth_factors_user_id ON public.auth_factors USING btree (user_id);

CREATE INDEX idx_auth_sessions_expires ON public.auth_sessions USING btree (expires_at);

CREATE INDEX idx_auth_sessions_user_id ON public.auth_sessions USING btree (user_id, id DESC);

CREATE INDEX idx_auth_tokens_expires ON public.auth_tokens USING btree (expires_at);

CREATE INDEX idx_auth_tokens_user_id ON public.auth_tokens USING btree (user_id);

CREATE INDEX idx_blocked_terms_owner ON public.chat_blocked_terms USING btree (owner_id);

CREATE INDEX idx_board_scores_order ON public.board_scores USING btree (board, ((- score)), reached_at, user_id) WHERE (score > 0);

CREATE INDEX idx_board_scores_user ON public.board_scores USING btree (user_id);

CREATE INDEX idx_challenges_creator ON public.challenges USING btree (created_by);

CREATE INDEX idx_challenges_due ON public.challenges USING btree (status, start_date, end_date);

CREATE INDEX idx_challenges_start ON public.challenges USING btree (start_date DESC, id DESC);

CREATE INDEX idx_chat_bans_expiring ON public.chat_bans USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX idx_chat_bans_listed ON public.chat_bans USING btree (owner_id, created_at DESC, user_id DESC);

CREATE INDEX idx_chat_bans_moderator ON public.chat_bans USING btree (moderator_id);

CREATE INDEX idx_chat_bans_user ON public.chat_bans USING btree (user_id);

CREATE INDEX idx_chat_held_decider ON public.chat_held_messages USING btree (decided_by) WHERE (decided_by IS NOT NULL);

CREATE INDEX idx_chat_held_user ON public.chat_held_messages USING btree (user_id);

CREATE INDEX idx_chat_held_waiting ON public.chat_held_messages USING btree (stream_id, id) WHERE (decided_at IS NULL);

CREATE INDEX idx_chat_messages_deleted_by ON public.chat_messages USING btree (deleted_by) WHERE (deleted_by IS NOT NULL);

CREATE INDEX idx_chat_messages_reply_to ON public.chat_messages USING btree (reply_to) WHERE (reply_to IS NOT NULL);

CREATE INDEX idx_chat_messages_search ON public.chat_messages USING gin (to_tsvector('simple'::regconfig, (content)::text));

CREATE INDEX idx_chat_messages_user ON public.chat_messages USING btree (user_id, id DESC);

CREATE INDEX idx_chat_messages_withdrawn_by ON public.chat_messages USING btree (withdrawn_by) WHERE (withdrawn_by IS NOT NULL);

CREATE INDEX idx_chat_reactions_user ON public.chat_reactions USING btree (user_id);

CREATE INDEX idx_code_session_collaborators_adder ON public.code_session_collaborators USING btree (added_by) WHERE (added_by IS NOT NULL);

CREATE INDEX idx_code_session_collaborators_user ON public.code_session_collaborators USING btree (user_id);

CREATE INDEX idx_code_sessions_stream_id ON public.code_sessions USING btree (stream_id);

CREATE INDEX idx_code_sessions_user ON public.code_sessions USING btree (user_id);

CREATE INDEX idx_code_suggestions_accepted ON public.code_suggestions USING btree (user_id) WHERE ((status)::text = 'accepted'::text);

CREATE INDEX idx_code_suggestions_resolver ON public.code_suggestions USING btree (resolved_by) WHERE (resolved_by IS NOT NULL);

CREATE INDEX idx_code_suggestions_session_id ON public.code_suggestions USING btree (session_id, status, id);

CREATE INDEX idx_code_suggestions_taken ON public.code_suggestions USING btree (resolved_at) WHERE ((status)::text = 'accepted'::text);

CREATE INDEX idx_code_suggestions_user_id ON public.code_suggestions USING btree (user_id);

CREATE INDEX idx_code_suggestions_votes ON public.code_suggestions USING btree (session_id, ((upvotes - downvotes)), id);

CREATE INDEX idx_code_updates_session ON public.code_updates USING btree (session_id, id);

CREATE INDEX idx_code_updates_user ON public.code_updates USING btree (user_id);

CREATE INDEX idx_code_versions_session ON public.code_versions USING btree (session_id, id DESC);

CREATE INDEX idx_code_versions_user ON public.code_versions USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX idx_collab_tickets_auth ON public.collab_tickets USING btree (auth_token_hash);

CREATE INDEX idx_collab_tickets_expires ON public.collab_tickets USING btree (expires_at);

CREATE INDEX idx_collab_tickets_session ON public.collab_tickets USING btree (session_id);

CREATE INDEX idx_collab_tickets_user ON public.collab_tickets USING btree (user_id);

CREATE INDEX idx_comments_parent_id ON public.comments USING btree (parent_id, id) WHERE (parent_id IS NOT NULL);

CREATE INDEX idx_comments_post_id ON public.comments USING btree (post_id, depth, id) WHERE (post_id IS NOT NULL);

CREATE INDEX idx_comments_stream_id ON public.comments USING btree (stream_id, depth, id) WHERE (stream_id IS NOT NULL);

CREATE INDEX idx_comments_user_id ON public.comments USING btree (user_id, created_at DESC);

CREATE INDEX idx_comments_video_id ON public.comments USING btree (video_id, depth, id) WHERE (video_id IS NOT NULL);

CREATE INDEX idx_csv_user ON public.code_suggestion_votes USING btree (user_id);

CREATE INDEX idx_followers_follower_id ON public.followers USING btree (follower_id, created_at DESC, following_id DESC);

CREATE INDEX idx_followers_following_id ON public.followers USING btree (following_id, created_at DESC, follower_id DESC);

CREATE INDEX idx_followers_in_order ON public.followers USING btree (following_id, follower_id);

CREATE INDEX idx_idempotency_age ON public.idempotency_keys USING btree (created_at);

CREATE INDEX idx_likes_user_id ON public.likes USING btree (user_id, id DESC);

CREATE INDEX idx_live_fanouts_unfinished ON public.live_fanouts USING btree (stream_id) WHERE (finished_at IS NULL);

CREATE INDEX idx_media_expiring ON public.media_objects USING btree (expires_at) WHERE ((status)::text = ANY ((ARRAY['uploading'::character varying, 'failed'::character varying, 'deleting'::character varying])::text[]));

CREATE INDEX idx_media_unused ON public.media_objects USING btree (expires_at) WHERE (((status)::text = 'ready'::text) AND (expires_at IS NOT NULL));

CREATE INDEX idx_media_user ON public.media_objects USING btree (user_id);

CREATE INDEX idx_moderation_log_owner ON public.moderation_log USING btree (owner_id, id DESC);

CREATE INDEX idx_modlog_actor ON public.moderation_log USING btree (actor_id);

CREATE INDEX idx_modlog_target ON public.moderation_log USING btree (target_user_id);

CREATE INDEX idx_notifications_actor ON public.notifications USING btree (actor_id);

CREATE INDEX idx_notifications_age ON public.notifications USING btree (created_at);

CREATE INDEX idx_notifications_group ON public.notifications USING btree (user_id, group_key, id DESC) WHERE (group_key IS NOT NULL);

CREATE INDEX idx_notifications_unread ON public.notifications USING btree (user_id) WHERE (NOT is_read);

CREATE INDEX idx_notifications_untold ON public.notifications USING btree (user_id) WHERE (NOT is_told);

CREATE INDEX idx_notifications_user_id ON public.notifications USING btree (user_id, id DESC);

CREATE INDEX idx_point_events_time ON public.point_events USING btree (created_at, user_id) INCLUDE (delta);

CREATE INDEX idx_poll_votes_option ON public.poll_votes USING btree (poll_id, option_id);

CREATE INDEX idx_poll_votes_user_id ON public.poll_votes USING btree (user_id);

CREATE INDEX idx_post_tags_tag_id ON public.post_tags USING btree (tag_id, post_id DESC);

CREATE INDEX idx_posts_deleted ON public.posts USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX idx_posts_hot ON public.posts USING btree (hot_rank DESC, id DESC) WHERE ((deleted_at IS NULL) AND (hot_rank > (0)::double precision));

CREATE INDEX idx_posts_pinned ON public.posts USING btree (user_id, id DESC) WHERE (is_pinned AND (deleted_at IS NULL));

CREATE INDEX idx_posts_search ON public.posts USING gin (search);

CREATE INDEX idx_posts_user_id ON public.posts USING btree (user_id, id DESC);

CREATE INDEX idx_push_subscriptions_user ON public.push_subscriptions USING btree (user_id);

CREATE INDEX idx_removals_appealed ON public.removals USING btree (id) WHERE ((appealed_at IS NOT NULL) AND (upheld_at IS NULL));

CREATE INDEX idx_removals_author ON public.removals USING btree (author_id, id) WHERE (author_id IS NOT NULL);

CREATE INDEX idx_reports_open ON public.reports USING btree (created_at) WHERE (resolved_at IS NULL);

CREATE INDEX idx_reports_resolved ON public.reports USING btree (id DESC) WHERE (resolved_at IS NOT NULL);

CREATE INDEX idx_reports_resolver ON public.reports USING btree (resolved_by) WHERE (resolved_by IS NOT NULL);

CREATE INDEX idx_reports_subject ON public.reports USING btree (subject_type, subject_id) WHERE (resolved_at IS NULL);

CREATE INDEX idx_rooms_pinned_by ON public.rooms USING btree (pinned_by) WHERE (pinned_by IS NOT NULL);

CREATE INDEX idx_rooms_pinned_id ON public.rooms USING btree (pinned_id) WHERE (pinned_id IS NOT NULL);

CREATE INDEX idx_source_entries_post ON public.source_entries USING btree (post_id) WHERE (post_id IS NOT NULL);

CREATE INDEX idx_stage_feeds_seen ON public.stage_feeds USING btree (seen_at) WHERE is_publishing;

CREATE INDEX idx_stage_feeds_user ON public.stage_feeds USING btree (user_id);

CREATE INDEX idx_stage_guests_user ON public.stage_guests USING btree (user_id);

CREATE INDEX idx_stream_moderators_user ON public.stream_moderators USING btree (user_id);

CREATE INDEX idx_stream_polls_closed ON public.stream_polls USING btree (closed_at) WHERE is_closed;

CREATE INDEX idx_stream_polls_due ON public.stream_polls USING btree (ends_at) WHERE (NOT is_closed);

CREATE INDEX idx_stream_polls_stream_id ON public.stream_polls USING btree (stream_id, created_at DESC);

CREATE INDEX idx_stream_polls_user ON public.stream_polls USING btree (user_id);

CREATE INDEX idx_stream_publishers_seen ON public.stream_publishers USING btree (seen_at);

CREATE INDEX idx_stream_question_votes_user ON public.stream_question_votes USING btree (user_id);

CREATE INDEX idx_stream_questions_ranked ON public.stream_questions USING btree (stream_id, status, votes_count DESC, id);

CREATE INDEX idx_stream_questions_resolver ON public.stream_questions USING btree (resolved_by) WHERE (resolved_by IS NOT NULL);

CREATE INDEX idx_stream_questions_user ON public.stream_questions USING btree (user_id);

CREATE INDEX idx_streams_created_at ON public.streams USING btree (created_at DESC, id DESC);

CREATE INDEX idx_streams_recording ON public.streams USING btree (recording_video_id) WHERE (recording_video_id IS NOT NULL);

CREATE INDEX idx_streams_scheduled ON public.streams USING btree (scheduled_at) WHERE ((status)::text = 'scheduled'::text);

CREATE INDEX idx_streams_search ON public.streams USING gin (search);

CREATE INDEX idx_streams_status ON public.streams USING btree (viewers_count DESC, id DESC) WHERE ((status)::text = 'live'::text);

CREATE INDEX idx_streams_stream_key ON public.streams USING btree (stream_key_hash) WHERE (stream_key_hash IS NOT NULL);

CREATE INDEX idx_streams_user_id ON public.streams USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX idx_tag_followers_tag_id ON public.tag_followers USING btree (tag_id);

CREATE INDEX idx_tag_sources_adder ON public.tag_sources USING btree (added_by) WHERE (added_by IS NOT NULL);

CREATE INDEX idx_tag_sources_due ON public.tag_sources USING btree (due_at);

CREATE INDEX idx_tags_name_prefix ON public.tags USING btree (name text_pattern_ops);

CREATE INDEX idx_tags_popular ON public.tags USING btree (posts_count DESC, id DESC);

CREATE INDEX idx_user_badges_awarder ON public.user_badges USING btree (awarded_by) WHERE (awarded_by IS NOT NULL);

CREATE INDEX idx_user_badges_badge_id ON public.user_badges USING btree (badge_id);

CREATE INDEX idx_user_blocks_listed ON public.user_blocks USING btree (user_id, kind, created_at DESC, target_id DESC);

CREATE INDEX idx_user_blocks_target ON public.user_blocks USING btree (target_id);

CREATE INDEX idx_user_challenges_board ON public.user_challenges USING btree (challenge_id, points_earned DESC, completed_at);

CREATE INDEX idx_user_challenges_reviewer ON public.user_challenges USING btree (reviewed_by) WHERE (reviewed_by IS NOT NULL);

CREATE INDEX idx_user_challenges_waiting ON public.user_challenges USING btree (challenge_id, submitted_at, user_id) WHERE ((state)::text = 'submitted'::text);

CREATE INDEX idx_users_points ON public.users USING btree (points DESC, id) WHERE (deleted_at IS NULL);

CREATE INDEX idx_users_search ON public.users USING gin (search);

CREATE INDEX idx_users_set_aside ON public.users USING btree (id) WHERE ((deleted_at IS NOT NULL) OR (banned_until IS NOT NULL));

CREATE INDEX idx_users_unerased ON public.users USING btree (id) WHERE ((deleted_at IS NOT NULL) AND (erased_at IS NULL));

CREATE INDEX idx_users_username_prefix ON public.users USING btree (lower((username)::text) text_pattern_ops);

CREATE INDEX idx_video_jobs_due ON public.video_jobs USING btree (due_at);

CREATE INDEX idx_video_viewers_age ON public.video_viewers USING btree (counted_at);

CREATE INDEX idx_videos_listed ON public.videos USING btree (id DESC) WHERE (((status)::text = 'ready'::text) AND ((visibility)::text = 'public'::text) AND (deleted_at IS NULL));

CREATE INDEX idx_videos_popular ON public.videos USING btree (views_count DESC, id DESC) WHERE (((status)::text = 'ready'::text) AND ((visibility)::text = 'public'::text) AND (deleted_at IS NULL));

CREATE INDEX idx_videos_search ON public.videos USING gin (search);

CREATE INDEX idx_videos_user_id ON public.videos USING btree (user_id, id DESC);

CREATE INDEX idx_view_flushes_age ON public.view_flushes USING btree (flushed_at);

CREATE INDEX idx_webhooks_user ON public.webhooks USING btree (user_id);

CREATE UNIQUE INDEX uq_auth_factors_recovery ON public.auth_factors USING btree (user_id, credential) WHERE ((kind)::text = 'recovery'::text);

CREATE UNIQUE INDEX uq_auth_factors_totp ON public.auth_factors USING btree (user_id) WHERE ((kind)::text = 'totp'::text);

CREATE UNIQUE INDEX uq_chat_blocked_terms ON public.chat_blocked_terms USING btree (COALESCE(owner_id, (0)::bigint), lower((term)::text));

CREATE UNIQUE INDEX uq_chat_messages_change ON public.chat_messages USING btree (stream_id, change) WHERE (change > 0);

CREATE UNIQUE INDEX uq_likes_comment ON public.likes USING btree (comment_id, user_id) WHERE (comment_id IS NOT NULL);

CREATE UNIQUE INDEX uq_likes_post ON public.likes USING btree (post_id, user_id) WHERE (post_id IS NOT NULL);

CREATE UNIQUE INDEX uq_likes_video ON public.likes USING btree (video_id, user_id) WHERE (video_id IS NOT NULL);

CREATE UNIQUE INDEX uq_notifications_once ON public.notifications USING btree (user_id, actor_id, type, related_type, related_id) NULLS NOT DISTINCT WHERE ((type)::text = ANY ((ARRAY['follow'::character varying, 'like'::character varying, 'mention'::character varying, 'suggestion_accepted'::character varying, 'suggestion_rejected'::character varying, 'badge'::character varying, 'live'::character varying, 'stage_invitation'::character varying])::text[]));

CREATE UNIQUE INDEX uq_stream_polls_one_open ON public.stream_polls USING btree (stream_id) WHERE (NOT is_closed);

CREATE UNIQUE INDEX uq_stream_questions_highlighted ON public.stream_questions USING btree (stream_id) WHERE is_highlighted;

CREATE UNIQUE INDEX uq_streams_one_live ON public.streams USING btree (user_id) WHERE ((status)::text = 'live'::text);

CREATE UNIQUE INDEX uq_user_exports_running ON public.user_exports USING btree (user_id) WHERE ((status)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]));

CREATE UNIQUE INDEX uq_users_email ON public.users USING btree (lower((email)::text));

CREATE UNIQUE INDEX uq_users_username ON public.users USING btree (lower((username)::text));

CREATE TRIGGER board_scores_kept AFTER INSERT ON public.point_events REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_board_scores();

CREATE TRIGGER challenges_updated_at BEFORE UPDATE OF title, description, start_date, end_date, status, created_by ON public.challenges FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER chat_settings_updated_at BEFORE UPDATE OF user_id, slow_mode_seconds, followers_only_minutes, unique_messages, links_allowed, moderation_delay_seconds, signed_in_only ON public.chat_settings FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER code_sessions_updated_at BEFORE UPDATE OF stream_id, user_id, title, language, code_content, version, closed_at ON public.code_sessions FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER code_suggestions_updated_at BEFORE UPDATE OF session_id, user_id, base_version, client_id, original, content, line_start, line_end, status, resolved_by, resolved_at, is_stale, note ON public.code_suggestions FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER comments_updated_at BEFORE UPDATE OF user_id, post_id, video_id, stream_id, parent_id, depth, content, deleted_at, edited_at ON public.comments FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.code_suggestion_votes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('code_suggestions', 'upvotes', 'suggestion_id', 'value = 1', '1');

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.comments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('streams', 'comments_count', 'stream_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.followers REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'following_count', 'follower_id', 'TRUE', '1');

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.likes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('comments', 'likes_count', 'comment_id', 'TRUE', '1');

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.point_events REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'points', 'user_id', 'TRUE', 'delta');

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.poll_votes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('poll_options', 'votes_count', 'option_id', 'TRUE', '1');

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.post_tags REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('tags', 'posts_count', 'tag_id', 'TRUE', '1');

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.stream_question_votes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('stream_questions', 'votes_count', 'question_id', 'TRUE', '1');

CREATE TRIGGER count_1_deleted AFTER DELETE ON public.tag_followers REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('tags', 'followers_count', 'tag_id', 'TRUE', '1');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.code_suggestion_votes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('code_suggestions', 'upvotes', 'suggestion_id', 'value = 1', '1');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.comments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('streams', 'comments_count', 'stream_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.followers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'following_count', 'follower_id', 'TRUE', '1');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.likes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('comments', 'likes_count', 'comment_id', 'TRUE', '1');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.point_events REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'points', 'user_id', 'TRUE', 'delta');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.poll_votes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('poll_options', 'votes_count', 'option_id', 'TRUE', '1');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.post_tags REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('tags', 'posts_count', 'tag_id', 'TRUE', '1');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.stream_question_votes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('stream_questions', 'votes_count', 'question_id', 'TRUE', '1');

CREATE TRIGGER count_1_inserted AFTER INSERT ON public.tag_followers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('tags', 'followers_count', 'tag_id', 'TRUE', '1');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.code_suggestion_votes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('code_suggestions', 'upvotes', 'suggestion_id', 'value = 1', '1');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.comments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('streams', 'comments_count', 'stream_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.followers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'following_count', 'follower_id', 'TRUE', '1');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.likes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('comments', 'likes_count', 'comment_id', 'TRUE', '1');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.point_events REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'points', 'user_id', 'TRUE', 'delta');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.poll_votes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('poll_options', 'votes_count', 'option_id', 'TRUE', '1');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.post_tags REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('tags', 'posts_count', 'tag_id', 'TRUE', '1');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.stream_question_votes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('stream_questions', 'votes_count', 'question_id', 'TRUE', '1');

CREATE TRIGGER count_1_updated AFTER UPDATE ON public.tag_followers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('tags', 'followers_count', 'tag_id', 'TRUE', '1');

CREATE TRIGGER count_2_deleted AFTER DELETE ON public.code_suggestion_votes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('code_suggestions', 'downvotes', 'suggestion_id', 'value = -1', '1');

CREATE TRIGGER count_2_deleted AFTER DELETE ON public.comments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('videos', 'comments_count', 'video_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_2_deleted AFTER DELETE ON public.followers REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'followers_count', 'following_id', 'TRUE', '1');

CREATE TRIGGER count_2_deleted AFTER DELETE ON public.likes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('videos', 'likes_count', 'video_id', 'TRUE', '1');

CREATE TRIGGER count_2_inserted AFTER INSERT ON public.code_suggestion_votes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('code_suggestions', 'downvotes', 'suggestion_id', 'value = -1', '1');

CREATE TRIGGER count_2_inserted AFTER INSERT ON public.comments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('videos', 'comments_count', 'video_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_2_inserted AFTER INSERT ON public.followers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'followers_count', 'following_id', 'TRUE', '1');

CREATE TRIGGER count_2_inserted AFTER INSERT ON public.likes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('videos', 'likes_count', 'video_id', 'TRUE', '1');

CREATE TRIGGER count_2_updated AFTER UPDATE ON public.code_suggestion_votes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('code_suggestions', 'downvotes', 'suggestion_id', 'value = -1', '1');

CREATE TRIGGER count_2_updated AFTER UPDATE ON public.comments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('videos', 'comments_count', 'video_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_2_updated AFTER UPDATE ON public.followers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('users', 'followers_count', 'following_id', 'TRUE', '1');

CREATE TRIGGER count_2_updated AFTER UPDATE ON public.likes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('videos', 'likes_count', 'video_id', 'TRUE', '1');

CREATE TRIGGER count_3_deleted AFTER DELETE ON public.comments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('posts', 'comments_count', 'post_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_3_deleted AFTER DELETE ON public.likes REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('posts', 'likes_count', 'post_id', 'TRUE', '1');

CREATE TRIGGER count_3_inserted AFTER INSERT ON public.comments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('posts', 'comments_count', 'post_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_3_inserted AFTER INSERT ON public.likes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('posts', 'likes_count', 'post_id', 'TRUE', '1');

CREATE TRIGGER count_3_updated AFTER UPDATE ON public.comments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('posts', 'comments_count', 'post_id', 'deleted_at IS NULL', '1');

CREATE TRIGGER count_3_updated AFTER UPDATE ON public.likes REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_count('posts', 'likes_count', 'post_id', 'TRUE', '1');

CREATE TRIGGER ended_session_is_unsubscribed AFTER UPDATE OF revoked_at ON public.auth_sessions FOR EACH ROW WHEN ((new.revoked_at IS NOT NULL)) EXECUTE FUNCTION public.unsubscribe_ended_session();

CREATE TRIGGER keep_chat_reactions_added AFTER INSERT ON public.chat_reactions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_chat_reactions();

CREATE TRIGGER keep_chat_reactions_dropped AFTER DELETE ON public.chat_reactions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_chat_reactions();

CREATE TRIGGER keep_removed_private BEFORE UPDATE OF visibility ON public.streams FOR EACH ROW WHEN (((new.visibility)::text <> 'private'::text)) EXECUTE FUNCTION public.keep_removed_private('stream');

CREATE TRIGGER keep_removed_private BEFORE UPDATE OF visibility ON public.videos FOR EACH ROW WHEN (((new.visibility)::text <> 'private'::text)) EXECUTE FUNCTION public.keep_removed_private('video');

CREATE TRIGGER keep_used_pictures_added AFTER INSERT ON public.post_media REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_used_pictures();

CREATE TRIGGER keep_used_pictures_removed AFTER DELETE ON public.post_media REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.keep_used_pictures();

CREATE TRIGGER posts_updated_at BEFORE UPDATE OF user_id, content, media_urls, deleted_at, given_tags, edited_at ON public.posts FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER stream_publishers_interruptions AFTER UPDATE OF is_publishing ON public.stream_publishers FOR EACH ROW EXECUTE FUNCTION public.keep_interruptions();

CREATE TRIGGER streams_count_watching BEFORE UPDATE OF viewers_count, status ON public.streams FOR EACH ROW EXECUTE FUNCTION public.count_watching();

CREATE TRIGGER streams_updated_at BEFORE UPDATE OF user_id, title, description, status, visibility, scheduled_at, started_at, ended_at, stream_key_hash, recording_url, recording_video_id ON public.streams FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER user_challenges_updated_at BEFORE UPDATE OF user_id, challenge_id, joined_at, submitted_at, completed_at, submission_url, reviewed_by, review_note, points_earned, state, reviewed_at ON public.user_challenges FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER users_updated_at BEFORE UPDATE OF username, email, password_hash, full_name, bio, avatar_url, skills, role, email_verified_at, banned_until, deleted_at, avatar_small_url, erases_content, erased_at ON public.users FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER videos_updated_at BEFORE UPDATE OF user_id, title, description, status, visibility, video_url, thumbnail_url, duration, deleted_at, upload_id, object_id, thumbnail_id, failure, tags, width, height, video_codec, audio_codec ON public.videos FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE ONLY public.auth_factors
    ADD CONSTRAINT auth_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.auth_sessions
    ADD CONSTRAINT auth_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.auth_tokens
    ADD CONSTRAINT auth_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.board_scores
    ADD CONSTRAINT board_scores_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.challenges
    ADD CONSTRAINT challenges_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.chat_bans
    ADD CONSTRAINT chat_bans_moderator_id_fkey FOREIGN KEY (moderator_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.chat_bans
    ADD CONSTRAINT chat_bans_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_bans
    ADD CONSTRAINT chat_bans_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_blocked_terms
    ADD CONSTRAINT chat_blocked_terms_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_held_messages
    ADD CONSTRAINT chat_held_messages_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.chat_held_messages
    ADD CONSTRAINT chat_held_messages_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_held_messages
    ADD CONSTRAINT chat_held_messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_reply_to_fkey FOREIGN KEY (reply_to) REFERENCES public.chat_messages(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.chat_reactions
    ADD CONSTRAINT chat_reactions_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.chat_messages(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_reactions
    ADD CONSTRAINT chat_reactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.chat_settings
    ADD CONSTRAINT chat_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_archive
    ADD CONSTRAINT code_archive_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.code_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_session_collaborators
    ADD CONSTRAINT code_session_collaborators_added_by_fkey FOREIGN KEY (added_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.code_session_collaborators
    ADD CONSTRAINT code_session_collaborators_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.code_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_session_collaborators
    ADD CONSTRAINT code_session_collaborators_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_sessions
    ADD CONSTRAINT code_sessions_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_sessions
    ADD CONSTRAINT code_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.code_snapshots
    ADD CONSTRAINT code_snapshots_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.code_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_suggestion_votes
    ADD CONSTRAINT code_suggestion_votes_suggestion_id_fkey FOREIGN KEY (suggestion_id) REFERENCES public.code_suggestions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_suggestion_votes
    ADD CONSTRAINT code_suggestion_votes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_suggestions
    ADD CONSTRAINT code_suggestions_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.code_suggestions
    ADD CONSTRAINT code_suggestions_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.code_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_suggestions
    ADD CONSTRAINT code_suggestions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.code_updates
    ADD CONSTRAINT code_updates_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.code_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_updates
    ADD CONSTRAINT code_updates_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.code_versions
    ADD CONSTRAINT code_versions_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.code_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.code_versions
    ADD CONSTRAINT code_versions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.collab_tickets
    ADD CONSTRAINT collab_tickets_auth_token_hash_fkey FOREIGN KEY (auth_token_hash) REFERENCES public.auth_sessions(token_hash) ON DELETE CASCADE;

ALTER TABLE ONLY public.collab_tickets
    ADD CONSTRAINT collab_tickets_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.code_sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.collab_tickets
    ADD CONSTRAINT collab_tickets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.comments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_video_id_fkey FOREIGN KEY (video_id) REFERENCES public.videos(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.followers
    ADD CONSTRAINT followers_following_id_fkey FOREIGN KEY (following_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.likes
    ADD CONSTRAINT likes_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comments(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.likes
    ADD CONSTRAINT likes_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.likes
    ADD CONSTRAINT likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.likes
    ADD CONSTRAINT likes_video_id_fkey FOREIGN KEY (video_id) REFERENCES public.videos(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.live_fanouts
    ADD CONSTRAINT live_fanouts_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.media_objects
    ADD CONSTRAINT media_objects_small_of_fkey FOREIGN KEY (small_of) REFERENCES public.media_objects(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.media_objects
    ADD CONSTRAINT media_objects_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.moderation_log
    ADD CONSTRAINT moderation_log_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.moderation_log
    ADD CONSTRAINT moderation_log_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.moderation_log
    ADD CONSTRAINT moderation_log_target_user_id_fkey FOREIGN KEY (target_user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.oauth_accounts
    ADD CONSTRAINT oauth_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.point_events
    ADD CONSTRAINT point_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.poll_options
    ADD CONSTRAINT poll_options_poll_id_fkey FOREIGN KEY (poll_id) REFERENCES public.stream_polls(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.poll_votes
    ADD CONSTRAINT poll_votes_poll_id_option_id_fkey FOREIGN KEY (poll_id, option_id) REFERENCES public.poll_options(poll_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.poll_votes
    ADD CONSTRAINT poll_votes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.post_media
    ADD CONSTRAINT post_media_media_id_fkey FOREIGN KEY (media_id) REFERENCES public.media_objects(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.post_media
    ADD CONSTRAINT post_media_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.post_tags
    ADD CONSTRAINT post_tags_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.post_tags
    ADD CONSTRAINT post_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_session_hash_fkey FOREIGN KEY (session_hash) REFERENCES public.auth_sessions(token_hash) ON DELETE CASCADE;

ALTER TABLE ONLY public.push_subscriptions
    ADD CONSTRAINT push_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.removals
    ADD CONSTRAINT removals_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.reports
    ADD CONSTRAINT reports_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_pinned_by_fkey FOREIGN KEY (pinned_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_pinned_id_fkey FOREIGN KEY (pinned_id) REFERENCES public.chat_messages(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.rooms
    ADD CONSTRAINT rooms_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.site_accounts
    ADD CONSTRAINT site_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.source_entries
    ADD CONSTRAINT source_entries_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.source_entries
    ADD CONSTRAINT source_entries_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.tag_sources(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stage_feeds
    ADD CONSTRAINT stage_feeds_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stage_feeds
    ADD CONSTRAINT stage_feeds_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stage_guests
    ADD CONSTRAINT stage_guests_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stage_guests
    ADD CONSTRAINT stage_guests_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stages
    ADD CONSTRAINT stages_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_interruptions
    ADD CONSTRAINT stream_interruptions_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_moderators
    ADD CONSTRAINT stream_moderators_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_moderators
    ADD CONSTRAINT stream_moderators_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_polls
    ADD CONSTRAINT stream_polls_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_polls
    ADD CONSTRAINT stream_polls_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.stream_publishers
    ADD CONSTRAINT stream_publishers_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_question_votes
    ADD CONSTRAINT stream_question_votes_question_id_fkey FOREIGN KEY (question_id) REFERENCES public.stream_questions(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_question_votes
    ADD CONSTRAINT stream_question_votes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_questions
    ADD CONSTRAINT stream_questions_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.stream_questions
    ADD CONSTRAINT stream_questions_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_questions
    ADD CONSTRAINT stream_questions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.stream_snapshots
    ADD CONSTRAINT stream_snapshots_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_recording_video_id_fkey FOREIGN KEY (recording_video_id) REFERENCES public.videos(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tag_followers
    ADD CONSTRAINT tag_followers_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tag_followers
    ADD CONSTRAINT tag_followers_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.tag_sources
    ADD CONSTRAINT tag_sources_added_by_fkey FOREIGN KEY (added_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.tag_sources
    ADD CONSTRAINT tag_sources_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.upload_parts
    ADD CONSTRAINT upload_parts_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES public.media_objects(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_badges
    ADD CONSTRAINT user_badges_awarded_by_fkey FOREIGN KEY (awarded_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.user_badges
    ADD CONSTRAINT user_badges_badge_id_fkey FOREIGN KEY (badge_id) REFERENCES public.badges(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_badges
    ADD CONSTRAINT user_badges_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_blocks
    ADD CONSTRAINT user_blocks_target_id_fkey FOREIGN KEY (target_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_blocks
    ADD CONSTRAINT user_blocks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_challenges
    ADD CONSTRAINT user_challenges_challenge_id_fkey FOREIGN KEY (challenge_id) REFERENCES public.challenges(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_challenges
    ADD CONSTRAINT user_challenges_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.user_challenges
    ADD CONSTRAINT user_challenges_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_exports
    ADD CONSTRAINT user_exports_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.video_jobs
    ADD CONSTRAINT video_jobs_video_id_fkey FOREIGN KEY (video_id) REFERENCES public.videos(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.video_viewers
    ADD CONSTRAINT video_viewers_video_id_fkey FOREIGN KEY (video_id) REFERENCES public.videos(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_object_id_fkey FOREIGN KEY (object_id) REFERENCES public.media_objects(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_thumbnail_id_fkey FOREIGN KEY (thumbnail_id) REFERENCES public.media_objects(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES public.media_objects(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.videos
    ADD CONSTRAINT videos_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
