-- What lists and totals of many records walk through: the newest first, by status and by owner. Without one of these the
-- planner takes whatever index begins with the workspace and jumps from row to row.
CREATE INDEX contacts_newest ON contacts (workspace_id, created_date, id);
CREATE INDEX contacts_status ON contacts (workspace_id, status, owner_user_id, created_date, id);
CREATE INDEX contacts_owner ON contacts (workspace_id, owner_user_id, created_date, id);
CREATE INDEX companies_newest ON companies (workspace_id, created_date, id);
CREATE INDEX deals_newest ON deals (workspace_id, created_date, id);
CREATE INDEX matters_newest ON matters (workspace_id, created_date, id);
CREATE INDEX notes_newest ON notes (workspace_id, created_date, id);
CREATE INDEX tasks_newest ON tasks (workspace_id, created_date, id);
-- Totals by status, stage and owner are read from the index alone.
DROP INDEX deals_status;
CREATE INDEX deals_status ON deals
  (workspace_id, status, stage, owner_user_id, currency, estimated_value, probability, closed_date);
