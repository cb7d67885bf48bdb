-- The id of a user in the system that records were imported from: exports name owners by it.
ALTER TABLE users ADD COLUMN external_id TEXT;
CREATE INDEX users_external ON users (workspace_id, external_id, id) WHERE external_id IS NOT NULL;
