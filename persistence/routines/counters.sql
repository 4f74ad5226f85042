-- Counters, kept by statement triggers with transition tables: the only way that stays exact under
-- concurrent doubles and under cascaded deletes. One function serves every counter.
--
-- keep_count(target table, counter column, key column, condition, amount): whenever rows of the
-- triggering table appear, go or change, target.counter moves by the sum of `amount` over the rows
-- that meet `condition`. Target rows are locked in order of id, so two statements cannot deadlock.
CREATE OR REPLACE FUNCTION keep_count() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;

-- One row per counter: the counted table, its number (triggers fire in order of name, and every
-- statement must touch the counters in the same order, the least contended first), the target, its
-- column, the key, the condition, the amount.
DO $$
DECLARE c RECORD;
BEGIN
    FOR c IN SELECT * FROM (VALUES
        ('likes',                 1, 'comments',         'likes_count',     'comment_id',    'TRUE', '1'),
        ('likes',                 2, 'videos',           'likes_count',     'video_id',      'TRUE', '1'),
        ('likes',                 3, 'posts',            'likes_count',     'post_id',       'TRUE', '1'),
        ('comments',              1, 'streams',          'comments_count',  'stream_id',     'deleted_at IS NULL', '1'),
        ('comments',              2, 'videos',           'comments_count',  'video_id',      'deleted_at IS NULL', '1'),
        ('comments',              3, 'posts',            'comments_count',  'post_id',       'deleted_at IS NULL', '1'),
        ('followers',             1, 'users',            'following_count', 'follower_id',   'TRUE', '1'),
        ('followers',             2, 'users',            'followers_count', 'following_id',  'TRUE', '1'),
        ('post_tags',             1, 'tags',             'posts_count',     'tag_id',        'TRUE', '1'),
        ('tag_followers',         1, 'tags',             'followers_count', 'tag_id',        'TRUE', '1'),
        ('poll_votes',            1, 'poll_options',     'votes_count',     'option_id',     'TRUE', '1'),
        ('stream_question_votes', 1, 'stream_questions', 'votes_count',     'question_id',   'TRUE', '1'),
        ('code_suggestion_votes', 1, 'code_suggestions', 'upvotes',         'suggestion_id', 'value = 1', '1'),
        ('code_suggestion_votes', 2, 'code_suggestions', 'downvotes',       'suggestion_id', 'value = -1', '1'),
        ('point_events',          1, 'users',            'points',          'user_id',       'TRUE', 'delta')
    ) AS counters (counted, number, target, counter, key, condition, amount)
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION keep_count(%L, %L, %L, %L, %L)',
            'count_' || c.number || '_inserted', c.counted, c.target, c.counter, c.key, c.condition, c.amount);
        EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION keep_count(%L, %L, %L, %L, %L)',
            'count_' || c.number || '_deleted', c.counted, c.target, c.counter, c.key, c.condition, c.amount);
        EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION keep_count(%L, %L, %L, %L, %L)',
            'count_' || c.number || '_updated', c.counted, c.target, c.counter, c.key, c.condition, c.amount);
    END LOOP;
END $$;
