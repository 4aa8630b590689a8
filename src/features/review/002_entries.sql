-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Figures that no record gives: what an office enters. Only added to; the last one counts.
CREATE TABLE review_entries (
  office_id  INTEGER NOT NULL,
  entry_no   INTEGER NOT NULL,  -- from 1 in each office
  from_day   INTEGER NOT NULL,  -- civil days of the range it is for, both included
  to_day     INTEGER NOT NULL,
  form       TEXT NOT NULL,
  col        INTEGER NOT NULL,
  figure     INTEGER NOT NULL,
  author     TEXT NOT NULL,     -- name then
  account_id INTEGER NOT NULL,  -- 0: the program
  entered_at INTEGER NOT NULL,  -- instant
  PRIMARY KEY (office_id, entry_no)
);
CREATE INDEX review_entries_by_range ON review_entries (from_day, to_day, office_id);

-- The last entry that a frozen review has taken in; 0: none was there.
ALTER TABLE review_sheets ADD COLUMN entries_upto INTEGER NOT NULL DEFAULT 0;
