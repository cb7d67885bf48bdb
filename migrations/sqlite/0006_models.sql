-- What the models of a run used, and what their provider takes for it: in millionths of a US dollar, and NULL where a
-- price is not known. `model` is the label of the one that answered last.
ALTER TABLE runs ADD COLUMN cached_tokens BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN model TEXT;
ALTER TABLE runs ADD COLUMN cost_micros BIGINT;
ALTER TABLE runs ADD COLUMN unsupported_figures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN unsupported_links BIGINT NOT NULL DEFAULT 0;

-- A JSON array beside `tool_calls`, in the same order: what each call gave, as far as it is kept.
ALTER TABLE messages ADD COLUMN tool_results TEXT;
-- The scopes of the key whose calls they were: a key with fewer is not told of them.
ALTER TABLE messages ADD COLUMN tool_scopes TEXT;

-- A run counts once for each model that it used. `cost_micros` is of the runs whose price is known.
CREATE TABLE model_usage (
  workspace_id  TEXT NOT NULL,
  -- YYYY-MM-DD, UTC
  day           TEXT NOT NULL,
  model         TEXT NOT NULL,
  runs          BIGINT NOT NULL,
  input_tokens  BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  cost_micros   BIGINT NOT NULL,
  unpriced_runs BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, day, model)
);
