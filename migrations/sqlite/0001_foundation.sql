-- Times are microseconds since 1970 (UTC), money is integer minor units, ids are text, JSON is text.
-- Every tenant table starts its primary key with the workspace.

CREATE TABLE workspaces (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

CREATE TABLE credit_accounts (
  workspace_id TEXT PRIMARY KEY,
  balance      BIGINT NOT NULL CHECK (balance >= 0),
  held         BIGINT NOT NULL CHECK (held >= 0 AND held <= balance),
  -- what the latest hold took; lets one guarded UPDATE decide and report the hold
  last_hold    BIGINT NOT NULL
);

CREATE TABLE credit_ledger (
  workspace_id  TEXT NOT NULL,
  id            TEXT NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('grant', 'charge', 'adjustment')),
  amount        BIGINT NOT NULL,
  balance_after BIGINT NOT NULL,
  run_id        TEXT,
  message_id    TEXT,
  created_at    BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
-- A run is charged at most once: by the schema, whatever the code does.
CREATE UNIQUE INDEX credit_ledger_run ON credit_ledger (workspace_id, run_id) WHERE run_id IS NOT NULL;
CREATE TRIGGER credit_ledger_no_update BEFORE UPDATE ON credit_ledger
  BEGIN SELECT RAISE(ABORT, 'the credit ledger is append-only'); END;
CREATE TRIGGER credit_ledger_no_delete BEFORE DELETE ON credit_ledger
  BEGIN SELECT RAISE(ABORT, 'the credit ledger is append-only'); END;

CREATE TABLE api_keys (
  workspace_id    TEXT NOT NULL,
  id              TEXT NOT NULL,
  name            TEXT NOT NULL,
  description     TEXT,
  -- the part of the key that finds the row; the rest is known only as a digest
  public_part     TEXT NOT NULL UNIQUE,
  digest          BLOB NOT NULL,
  permissions     TEXT NOT NULL,
  rate_limit_tier TEXT NOT NULL,
  user_id         TEXT,
  created_by      TEXT,
  created_at      BIGINT NOT NULL,
  last_used_at    BIGINT,
  expires_at      BIGINT,
  revoked_at      BIGINT,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE conversations (
  workspace_id    TEXT NOT NULL,
  id              TEXT NOT NULL,
  title           TEXT NOT NULL,
  context         TEXT NOT NULL,
  contact_id      TEXT,
  deal_id         TEXT,
  archived        BIGINT NOT NULL,
  message_count   BIGINT NOT NULL,
  next_seq        BIGINT NOT NULL,
  last_message_at BIGINT NOT NULL,
  created_at      BIGINT NOT NULL,
  updated_at      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX conversations_newest ON conversations (workspace_id, archived, last_message_at DESC);

CREATE TABLE messages (
  workspace_id    TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  seq             BIGINT NOT NULL,
  id              TEXT NOT NULL,
  run_id          TEXT NOT NULL,
  role            TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  content         TEXT NOT NULL,
  status          TEXT NOT NULL CHECK (status IN ('complete', 'failed', 'canceled')),
  tool_calls      TEXT NOT NULL,
  created_at      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, seq)
);
CREATE UNIQUE INDEX messages_id ON messages (workspace_id, id);

CREATE TABLE runs (
  workspace_id    TEXT NOT NULL,
  id              TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  message_id      TEXT NOT NULL,
  user_message_id TEXT NOT NULL,
  key_id          TEXT NOT NULL,
  idempotency_key TEXT,
  status          TEXT NOT NULL CHECK (status IN ('running', 'done', 'error', 'lost')),
  hold            BIGINT NOT NULL,
  charged         BIGINT NOT NULL,
  -- the server that runs it and until when it has said so; a settle must still match both status and epoch
  epoch           BIGINT NOT NULL,
  lease_until     BIGINT NOT NULL,
  finish_reason   TEXT,
  error_code      TEXT,
  input_tokens    BIGINT NOT NULL,
  output_tokens   BIGINT NOT NULL,
  started_at      BIGINT NOT NULL,
  ended_at        BIGINT,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX runs_running ON runs (lease_until) WHERE status = 'running';
CREATE INDEX runs_conversation ON runs (workspace_id, conversation_id, status);

CREATE TABLE idempotency_keys (
  workspace_id TEXT NOT NULL,
  key          TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  run_id       TEXT NOT NULL,
  -- how many runs have had this key: after a failure it is claimed again
  attempt      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE run_frames (
  workspace_id TEXT NOT NULL,
  run_id       TEXT NOT NULL,
  frames       BLOB NOT NULL,
  expires_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, run_id)
);
CREATE INDEX run_frames_expiry ON run_frames (expires_at);

CREATE TABLE rate_windows (
  workspace_id TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  seconds      BIGINT NOT NULL,
  started_at   BIGINT NOT NULL,
  used         BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, key_id, seconds)
);

CREATE TABLE users (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  full_name    TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  email        TEXT,
  created_date BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX users_name ON users (workspace_id, name_key, id);
CREATE UNIQUE INDEX users_email ON users (workspace_id, email) WHERE email IS NOT NULL;

CREATE TABLE pipelines (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  sort_order   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX pipelines_name ON pipelines (workspace_id, name);

CREATE TABLE stages (
  workspace_id TEXT NOT NULL,
  id           TEXT NOT NULL,
  pipeline_id  TEXT NOT NULL,
  name         TEXT NOT NULL,
  stage_type   TEXT NOT NULL CHECK (stage_type IN ('open', 'won', 'lost')),
  sort_order   BIGINT NOT NULL,
  probability  BIGINT NOT NULL CHECK (probability BETWEEN 0 AND 100),
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX stages_name ON stages (workspace_id, pipeline_id, name);

-- Finders take the first few by id: their indexes end with the id, or the planner walks the primary key instead.
-- name_key is the name folded for searching: lower case, accents removed, punctuation to single blanks.
CREATE TABLE companies (
  workspace_id  TEXT NOT NULL,
  id            TEXT NOT NULL,
  external_id   TEXT,
  name          TEXT NOT NULL,
  name_key      TEXT NOT NULL,
  industry      TEXT,
  website       TEXT,
  domain        TEXT,
  linkedin_url  TEXT,
  size          TEXT,
  city          TEXT,
  country       TEXT,
  tags          TEXT NOT NULL,
  custom_fields TEXT NOT NULL,
  created_date  BIGINT NOT NULL,
  updated_date  BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX companies_name ON companies (workspace_id, name_key, id);
CREATE INDEX companies_domain ON companies (workspace_id, domain, id) WHERE domain IS NOT NULL;
CREATE INDEX companies_external ON companies (workspace_id, external_id, id) WHERE external_id IS NOT NULL;

CREATE TABLE contacts (
  workspace_id        TEXT NOT NULL,
  id                  TEXT NOT NULL,
  external_id         TEXT,
  first_name          TEXT,
  last_name           TEXT,
  full_name           TEXT NOT NULL,
  name_key            TEXT NOT NULL,
  email               TEXT,
  phone               TEXT,
  job_title           TEXT,
  company_name        TEXT,
  related_company_id  TEXT,
  linkedin_url        TEXT,
  priority            BIGINT,
  status              TEXT,
  owner_user_id       TEXT,
  next_follow_up_date TEXT,
  tags                TEXT NOT NULL,
  custom_fields       TEXT NOT NULL,
  created_date        BIGINT NOT NULL,
  updated_date        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX contacts_name ON contacts (workspace_id, name_key, id);
CREATE INDEX contacts_email ON contacts (workspace_id, email, id) WHERE email IS NOT NULL;
CREATE INDEX contacts_external ON contacts (workspace_id, external_id, id) WHERE external_id IS NOT NULL;
CREATE INDEX contacts_company ON contacts (workspace_id, related_company_id);

CREATE TABLE deals (
  workspace_id           TEXT NOT NULL,
  id                     TEXT NOT NULL,
  external_id            TEXT,
  name                   TEXT NOT NULL,
  name_key               TEXT NOT NULL,
  stage                  TEXT,
  status                 TEXT NOT NULL CHECK (status IN ('active', 'won', 'lost')),
  pipeline               TEXT,
  estimated_value        BIGINT,
  currency               TEXT NOT NULL,
  probability            BIGINT CHECK (probability BETWEEN 0 AND 100),
  main_contact_id        TEXT,
  owner_user_id          TEXT,
  priority               TEXT,
  matter_type            TEXT,
  related_company_id     TEXT,
  matter_id              TEXT,
  tags                   TEXT NOT NULL,
  custom_fields          TEXT NOT NULL,
  high_level_description TEXT,
  next_follow_up_date    TEXT,
  fee_model              TEXT,
  closed_date            TEXT,
  created_date           BIGINT NOT NULL,
  updated_date           BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX deals_name ON deals (workspace_id, name_key, id);
CREATE INDEX deals_status ON deals (workspace_id, status, stage);
CREATE INDEX deals_company ON deals (workspace_id, related_company_id);
CREATE INDEX deals_owner ON deals (workspace_id, owner_user_id);
CREATE INDEX deals_contact ON deals (workspace_id, main_contact_id);
CREATE INDEX deals_external ON deals (workspace_id, external_id, id) WHERE external_id IS NOT NULL;

CREATE TABLE matters (
  workspace_id        TEXT NOT NULL,
  id                  TEXT NOT NULL,
  external_id         TEXT,
  number              TEXT,
  name                TEXT NOT NULL,
  name_key            TEXT NOT NULL,
  status              TEXT NOT NULL CHECK (status IN ('open', 'pending', 'closed')),
  practice_area       TEXT,
  client_company_id   TEXT,
  client_contact_id   TEXT,
  responsible_user_id TEXT,
  description         TEXT,
  open_date           TEXT,
  close_date          TEXT,
  tags                TEXT NOT NULL,
  custom_fields       TEXT NOT NULL,
  created_date        BIGINT NOT NULL,
  updated_date        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX matters_name ON matters (workspace_id, name_key, id);
CREATE INDEX matters_number ON matters (workspace_id, number, id) WHERE number IS NOT NULL;
CREATE INDEX matters_external ON matters (workspace_id, external_id, id) WHERE external_id IS NOT NULL;

CREATE TABLE notes (
  workspace_id       TEXT NOT NULL,
  id                 TEXT NOT NULL,
  external_id        TEXT,
  title              TEXT NOT NULL,
  content            TEXT NOT NULL,
  -- title and content folded like a name, for searching
  name_key           TEXT NOT NULL,
  note_type          TEXT NOT NULL CHECK (note_type IN ('general', 'meeting', 'call', 'email', 'other')),
  is_pinned          BIGINT NOT NULL,
  tags               TEXT NOT NULL,
  contact_id         TEXT,
  related_company_id TEXT,
  deal_id            TEXT,
  matter_id          TEXT,
  created_date       BIGINT NOT NULL,
  updated_date       BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notes_contact ON notes (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX notes_deal ON notes (workspace_id, deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX notes_company ON notes (workspace_id, related_company_id) WHERE related_company_id IS NOT NULL;
CREATE INDEX notes_matter ON notes (workspace_id, matter_id) WHERE matter_id IS NOT NULL;

CREATE TABLE tasks (
  workspace_id        TEXT NOT NULL,
  id                  TEXT NOT NULL,
  external_id         TEXT,
  title               TEXT NOT NULL,
  name_key            TEXT NOT NULL,
  description         TEXT,
  status              TEXT NOT NULL CHECK (status IN ('open', 'in_progress', 'completed')),
  priority            TEXT,
  due_date            TEXT,
  assigned_to_user_id TEXT,
  contact_id          TEXT,
  related_company_id  TEXT,
  deal_id             TEXT,
  matter_id           TEXT,
  created_date        BIGINT NOT NULL,
  updated_date        BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX tasks_due ON tasks (workspace_id, status, due_date);
CREATE INDEX tasks_assignee ON tasks (workspace_id, assigned_to_user_id);

CREATE TABLE activities (
  workspace_id       TEXT NOT NULL,
  id                 TEXT NOT NULL,
  external_id        TEXT,
  type               TEXT NOT NULL,
  title              TEXT NOT NULL,
  name_key           TEXT NOT NULL,
  description        TEXT,
  contact_id         TEXT,
  deal_id            TEXT,
  entity_type        TEXT,
  entity_id          TEXT,
  metadata           TEXT NOT NULL,
  created_by_user_id TEXT,
  created_date       BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX activities_newest ON activities (workspace_id, created_date DESC);
CREATE INDEX activities_contact ON activities (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX activities_deal ON activities (workspace_id, deal_id) WHERE deal_id IS NOT NULL;
