-- What writing needs: walls, approvals, the audit log, webhooks, and answers that are given once.

-- A deal or matter with rows here is seen by these users only. The rows outlive the record: its history stays behind the
-- wall.
CREATE TABLE walls (
  workspace_id TEXT NOT NULL,
  record_type  TEXT NOT NULL CHECK (record_type IN ('deal', 'matter')),
  record_id    TEXT NOT NULL,
  user_id      TEXT NOT NULL,
  PRIMARY KEY (workspace_id, record_type, record_id, user_id)
) WITHOUT ROWID;

-- The deals and matters that a conversation's answers rest on: who may not see one of them does not see the conversation.
CREATE TABLE conversation_records (
  workspace_id    TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  record_type     TEXT NOT NULL,
  record_id       TEXT NOT NULL,
  PRIMARY KEY (workspace_id, conversation_id, record_type, record_id)
) WITHOUT ROWID;

-- A record's children are looked up by these when it is read, deleted or walled off.
CREATE INDEX deals_matter ON deals (workspace_id, matter_id) WHERE matter_id IS NOT NULL;
CREATE INDEX matters_company ON matters (workspace_id, client_company_id) WHERE client_company_id IS NOT NULL;
CREATE INDEX matters_contact ON matters (workspace_id, client_contact_id) WHERE client_contact_id IS NOT NULL;
CREATE INDEX tasks_contact ON tasks (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX tasks_company ON tasks (workspace_id, related_company_id) WHERE related_company_id IS NOT NULL;
CREATE INDEX tasks_deal ON tasks (workspace_id, deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX tasks_matter ON tasks (workspace_id, matter_id) WHERE matter_id IS NOT NULL;
CREATE INDEX activities_entity ON activities (workspace_id, entity_type, entity_id) WHERE entity_id IS NOT NULL;

-- What Lexi has proposed and a person decides on.
CREATE TABLE lexi_tasks (
  workspace_id    TEXT NOT NULL,
  id              TEXT NOT NULL,
  type            TEXT NOT NULL,
  status          TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'dismissed', 'completed', 'failed')),
  description     TEXT NOT NULL,
  tool            TEXT NOT NULL,
  -- JSON: the changes as they will be made, each with the version of the record that it was planned on
  changes         TEXT NOT NULL,
  -- who proposed it: its permissions are looked at again when it is approved
  key_id          TEXT NOT NULL,
  user_id         TEXT,
  run_id          TEXT,
  conversation_id TEXT,
  message_id      TEXT,
  decided_key_id  TEXT,
  decided_user_id TEXT,
  -- why it was dismissed, or why it failed
  reason          TEXT,
  created_at      BIGINT NOT NULL,
  expires_at      BIGINT NOT NULL,
  decided_at      BIGINT,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX lexi_tasks_newest ON lexi_tasks (workspace_id, status, created_at, id);
CREATE INDEX lexi_tasks_expiry ON lexi_tasks (expires_at) WHERE status = 'pending';
-- The records that a task touches, and the deal and matter that each is in or would come into: a task is there for those only
-- who may see all of them.
CREATE TABLE lexi_task_records (
  workspace_id TEXT NOT NULL,
  task_id      TEXT NOT NULL,
  place        BIGINT NOT NULL,
  record_type  TEXT NOT NULL,
  record_id    TEXT NOT NULL,
  deal_id      TEXT,
  matter_id    TEXT,
  PRIMARY KEY (workspace_id, task_id, place)
) WITHOUT ROWID;

-- Globs over tool names, JSON arrays. The key is empty in the row that holds for the whole workspace.
CREATE TABLE tool_policies (
  workspace_id TEXT NOT NULL,
  key_id       TEXT NOT NULL,
  allow_tools  TEXT NOT NULL,
  ask_tools    TEXT NOT NULL,
  deny_tools   TEXT NOT NULL,
  PRIMARY KEY (workspace_id, key_id)
);

-- What the runs of one Idempotency-Key have written or proposed: a run that is made afresh does not do it again.
CREATE TABLE run_writes (
  workspace_id    TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  digest          BLOB NOT NULL,
  outcome         TEXT NOT NULL,
  expires_at      BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, idempotency_key, digest)
);
CREATE INDEX run_writes_expiry ON run_writes (expires_at);

-- Answers to requests with an Idempotency-Key that are no chats, kept to be given again.
CREATE TABLE request_replays (
  workspace_id TEXT NOT NULL,
  key          TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  status       BIGINT NOT NULL,
  etag         TEXT,
  location     TEXT,
  -- empty where the answer has none
  body         TEXT NOT NULL,
  expires_at   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, key)
);
CREATE INDEX request_replays_expiry ON request_replays (expires_at);

-- Who changed what. Each row's hash covers the row before it.
CREATE TABLE audit_log (
  workspace_id     TEXT NOT NULL,
  seq              BIGINT NOT NULL,
  id               TEXT NOT NULL,
  at               BIGINT NOT NULL,
  action           TEXT NOT NULL,
  resource_type    TEXT NOT NULL,
  resource_id      TEXT NOT NULL,
  -- what the record belongs to, so that its wall hides its history too
  deal_id          TEXT,
  matter_id        TEXT,
  key_id           TEXT,
  user_id          TEXT,
  run_id           TEXT,
  task_id          TEXT,
  approved_key_id  TEXT,
  approved_user_id TEXT,
  before           TEXT,
  after            TEXT,
  source           TEXT NOT NULL,
  ip_address       TEXT,
  user_agent       TEXT,
  hash             BLOB NOT NULL,
  PRIMARY KEY (workspace_id, seq)
);
CREATE INDEX audit_log_resource ON audit_log (workspace_id, resource_type, resource_id, seq);
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- The newest row of each workspace's log, so that rows missing at its end are missed.
CREATE TABLE audit_heads (
  workspace_id TEXT PRIMARY KEY,
  seq          BIGINT NOT NULL,
  hash         BLOB NOT NULL
);

CREATE TABLE webhooks (
  workspace_id         TEXT NOT NULL,
  id                   TEXT NOT NULL,
  url                  TEXT NOT NULL,
  -- a JSON array of event types
  events               TEXT NOT NULL,
  description          TEXT,
  active               BIGINT NOT NULL,
  secret               TEXT NOT NULL,
  -- what it is told of records is what the key that made it could see
  sees_walled          BIGINT NOT NULL,
  user_id              TEXT,
  disabled_reason      TEXT,
  last_delivery_status TEXT,
  last_delivery_at     BIGINT,
  created_at           BIGINT NOT NULL,
  updated_at           BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- The outbox: written in the transaction of the change, delivered afterwards.
CREATE TABLE webhook_deliveries (
  workspace_id    TEXT NOT NULL,
  webhook_id      TEXT NOT NULL,
  -- ids are made in order; events of one subject are delivered in it
  id              TEXT NOT NULL,
  event           TEXT NOT NULL,
  subject         TEXT NOT NULL,
  payload         TEXT NOT NULL,
  status          TEXT NOT NULL CHECK (status IN ('pending', 'success', 'failed')),
  attempts        BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  response_status BIGINT,
  response_body   TEXT,
  error           TEXT,
  duration_ms     BIGINT,
  created_at      BIGINT NOT NULL,
  finished_at     BIGINT,
  PRIMARY KEY (workspace_id, webhook_id, id)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at, workspace_id, webhook_id, id)
  WHERE status = 'pending';
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (workspace_id, webhook_id, subject, id)
  WHERE status = 'pending';
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished_at) WHERE status <> 'pending';
