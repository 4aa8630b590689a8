-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A review of an office for a range of days: a draft, then frozen. A correction is a new version; none is changed.
CREATE TABLE review_sheets (
  office_id   INTEGER NOT NULL,
  review_no   INTEGER NOT NULL,  -- from 1 in each office
  below       INTEGER NOT NULL,  -- 1: adds up what the offices below froze
  from_day    INTEGER NOT NULL,  -- civil days, both included
  to_day      INTEGER NOT NULL,
  version     INTEGER NOT NULL,  -- from 1 for one range
  period      TEXT NOT NULL,     -- of periods.csv: '2026-H1'; '' for a range of its own
  send_by     INTEGER,           -- civil day; NULL: none is set
  state       TEXT NOT NULL,     -- 'draft', 'frozen'
  reason      TEXT NOT NULL,     -- of a correction
  preparer    TEXT NOT NULL,     -- name then
  prepared_at INTEGER NOT NULL,  -- instant
  as_of       INTEGER,           -- civil day: what was recorded up to its end; NULL: a draft
  number      TEXT NOT NULL,     -- '' for a draft
  signer      TEXT NOT NULL,
  frozen_at   INTEGER,           -- instant
  digest      BLOB,              -- SHA-256 of content
  content     TEXT NOT NULL,     -- JSON, as it was signed
  PRIMARY KEY (office_id, review_no),
  UNIQUE (office_id, below, from_day, to_day, version)
);

-- Its figures, one by one.
CREATE TABLE review_cells (
  office_id  INTEGER NOT NULL,
  review_no  INTEGER NOT NULL,
  form       TEXT NOT NULL,
  col        INTEGER NOT NULL,
  figure     INTEGER NOT NULL,
  PRIMARY KEY (office_id, review_no, form, col),
  FOREIGN KEY (office_id, review_no) REFERENCES review_sheets (office_id, review_no)
);

-- Why a check does not hold, in the office's words.
CREATE TABLE review_remarks (
  office_id  INTEGER NOT NULL,
  review_no  INTEGER NOT NULL,
  form       TEXT NOT NULL,
  rule       TEXT NOT NULL,      -- of form_checks.csv
  remark     TEXT NOT NULL,
  author     TEXT NOT NULL,
  written_at INTEGER NOT NULL,   -- instant
  PRIMARY KEY (office_id, review_no, form, rule),
  FOREIGN KEY (office_id, review_no) REFERENCES review_sheets (office_id, review_no)
);

-- Which frozen reviews a review of below = 1 adds up.
CREATE TABLE review_sources (
  office_id     INTEGER NOT NULL,
  review_no     INTEGER NOT NULL,
  source_office INTEGER NOT NULL,
  source_no     INTEGER NOT NULL,
  PRIMARY KEY (office_id, review_no, source_office),
  FOREIGN KEY (office_id, review_no) REFERENCES review_sheets (office_id, review_no)
);
