-- The index of names and texts. What is kept of a type of record in a workspace is a space of its own, known by its
-- number: every token of the index begins with it, so that one workspace's searches never touch another's entries.
CREATE TABLE search_spaces (
  number       INTEGER PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  record_type  TEXT NOT NULL,
  UNIQUE (workspace_id, record_type)
);

CREATE TABLE search_documents (
  doc       INTEGER PRIMARY KEY,
  space     BIGINT NOT NULL,
  record_id TEXT NOT NULL,
  -- of the tokens: what has not changed is not indexed again
  digest    BIGINT NOT NULL,
  UNIQUE (space, record_id)
);

-- The program makes the tokens; `ascii` keeps them whole, since they are letters and digits in lower case.
CREATE VIRTUAL TABLE search_index USING fts5 (
  tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- The different words of names, for finding those that hold a part, or were meant by one that is misspelt.
CREATE TABLE search_words (
  space BIGINT NOT NULL,
  word  TEXT NOT NULL,
  PRIMARY KEY (space, word)
) WITHOUT ROWID;
