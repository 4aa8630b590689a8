-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How far each office's acts have been followed.
CREATE TABLE deadline_cursors (
  office_id  INTEGER NOT NULL PRIMARY KEY,
  act_id     INTEGER NOT NULL
);

-- One row for each clock that runs or ran: of the open step (duty_no 0) and of the duties beside it.
CREATE TABLE deadline_watches (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  duty_no    INTEGER NOT NULL,
  step       TEXT NOT NULL,
  start      INTEGER NOT NULL,  -- civil day
  due        INTEGER NOT NULL,  -- civil day
  upto       INTEGER NOT NULL,  -- civil day: marks up to here have been dealt with
  next_day   INTEGER,           -- civil day of the next mark; NULL: none, or the clock does not run
  PRIMARY KEY (office_id, case_id, duty_no)
);
CREATE INDEX deadline_watches_by_day ON deadline_watches (next_day);

-- Who was told what.
CREATE TABLE deadline_notices (
  office_id  INTEGER NOT NULL,  -- of the matter
  notice_no  INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  duty_no    INTEGER NOT NULL,
  step       TEXT NOT NULL,
  start      INTEGER NOT NULL,
  due        INTEGER NOT NULL,
  mark       TEXT NOT NULL,     -- of warnings.csv
  day        INTEGER NOT NULL,  -- civil day it was told
  seen_at    INTEGER,           -- instant; NULL: not yet
  PRIMARY KEY (office_id, notice_no),
  UNIQUE (office_id, case_id, duty_no, start, due, mark, day, account_id)
);
CREATE INDEX deadline_notices_by_account ON deadline_notices (account_id, seen_at, day);
