-- A person's points on the three boards that a ledger row counts for: all time, its month and its
-- ISO week, in UTC. The ledger is append-only, so only additions move them.
CREATE OR REPLACE FUNCTION keep_board_scores() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE TRIGGER board_scores_kept AFTER INSERT ON point_events REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_board_scores();
