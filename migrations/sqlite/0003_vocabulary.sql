-- The words that a workspace uses, so that nobody has to read its records to know them. A word stays when the last
-- record that used it is gone: it then matches nothing.
CREATE TABLE vocabulary (
  workspace_id TEXT NOT NULL,
  record_type  TEXT NOT NULL,
  -- a column, `tag`, or `custom.<name>`
  field        TEXT NOT NULL,
  -- as it is spelt; empty in a custom field that has had no value yet
  value        TEXT NOT NULL,
  PRIMARY KEY (workspace_id, record_type, field, value)
) WITHOUT ROWID;

-- Fields with values that the vocabulary does not hold: too many of them, or too long. `custom` stands for the names of
-- custom fields.
CREATE TABLE vocabulary_gaps (
  workspace_id TEXT NOT NULL,
  record_type  TEXT NOT NULL,
  field        TEXT NOT NULL,
  PRIMARY KEY (workspace_id, record_type, field)
) WITHOUT ROWID;

-- The company's name in a contact, folded: contacts that are linked to no company are found by it.
ALTER TABLE contacts ADD COLUMN company_key TEXT;
CREATE INDEX contacts_company_key ON contacts (workspace_id, company_key, id) WHERE company_key IS NOT NULL;
