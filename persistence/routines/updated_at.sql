-- updated_at moves when somebody edits a row, not when a counter is flushed into it: each trigger
-- names the columns that people change.
CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;

DO $$
DECLARE edited RECORD;
BEGIN
    FOR edited IN
        SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
               FILTER (WHERE column_name !~ '(_count|_viewers|hot_rank|points|upvotes|downvotes|updated_at|search|html|html_version|watched_ms|watched_until)$'
                       AND column_name NOT IN ('id', 'created_at', 'anchor_start', 'anchor_end', 'is_pinned')) AS columns
        FROM information_schema.columns
        WHERE table_schema = current_schema()
        GROUP BY table_name
        HAVING bool_or(column_name = 'updated_at')
    LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE UPDATE OF %s ON %I
                        FOR EACH ROW EXECUTE FUNCTION set_updated_at()',
            edited.table_name || '_updated_at', edited.columns, edited.table_name);
    END LOOP;
END $$;
