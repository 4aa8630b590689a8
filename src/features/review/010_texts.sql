-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What a person wrote into the text of a review. Only added to; the last one of a section counts,
-- a frozen review has those that were there when it was signed.
CREATE TABLE review_texts (
  office_id  INTEGER NOT NULL,
  text_no    INTEGER NOT NULL,  -- from 1 in each office
  from_day   INTEGER NOT NULL,  -- civil days of the range it is for, both included
  to_day     INTEGER NOT NULL,
  report     TEXT NOT NULL,     -- of report.csv
  section    TEXT NOT NULL,     -- its line
  body       TEXT NOT NULL,
  reason     TEXT NOT NULL,     -- when a review of that range was frozen before
  author     TEXT NOT NULL,     -- name then
  account_id INTEGER NOT NULL,  -- 0: the program
  written_at INTEGER NOT NULL,  -- instant
  PRIMARY KEY (office_id, text_no)
);
CREATE INDEX review_texts_by_range ON review_texts (office_id, from_day, to_day);
