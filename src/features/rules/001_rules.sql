-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The rulebook's tables as they were loaded: whole packs, version by version, never changed after.
-- A reference table: it belongs to no office.
CREATE TABLE rule_files (
  pack      TEXT NOT NULL,     -- 'vn'
  version   INTEGER NOT NULL,  -- of the pack, from 1; the largest is the current one
  name      TEXT NOT NULL,     -- 'limits.csv'
  text      TEXT NOT NULL,
  sha256    BLOB NOT NULL,     -- of the text
  loaded_at INTEGER NOT NULL,  -- milliseconds since 1970-01-01T00:00Z
  PRIMARY KEY (pack, version, name)
);
