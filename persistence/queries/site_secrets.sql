-- name: keep
-- The first node's secret stays: $2 is only a proposal.
INSERT INTO site_secrets (name, secret) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET name = excluded.name
RETURNING secret
