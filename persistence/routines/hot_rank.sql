-- How hot a post is: likes and comments on a logarithmic scale, plus its age. Ten times the interest
-- outweighs 45,000 seconds (half a day). Since every post ages alike, age is counted from a fixed day
-- instead of from now: two posts keep their order until somebody likes one, so nothing must be
-- recomputed because time passes, and a page that is being read does not shift under its reader.
CREATE OR REPLACE FUNCTION hot_rank(likes INTEGER, comments INTEGER, created_at TIMESTAMPTZ)
RETURNS DOUBLE PRECISION LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN log(greatest(1, 1 + likes + 2 * comments)::double precision)
       + extract(epoch FROM created_at)::double precision / 45000;
