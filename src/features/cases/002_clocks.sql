-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What prolongs and what interrupts the open step; and the clocks beside it.
ALTER TABLE cases ADD COLUMN extensions INTEGER NOT NULL DEFAULT 0; -- of the open step
ALTER TABLE cases ADD COLUMN pauses TEXT NOT NULL DEFAULT '';       -- of the open step: '2026-07-10..2026-07-14,2026-08-01..'; the last may be open

-- Notify, send the result to who sent the matter, carry out… each with a clock of its own.
CREATE TABLE case_duties (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  duty_no     INTEGER NOT NULL,  -- from 1
  step        TEXT NOT NULL,     -- of limits.csv
  start       INTEGER NOT NULL,  -- civil day
  due         INTEGER,           -- civil day by the law; NULL: it sets none
  due_rule    TEXT NOT NULL,     -- id of the limit
  extensions  INTEGER NOT NULL,
  pauses      TEXT NOT NULL,
  done        INTEGER,           -- civil day; NULL: still owed
  PRIMARY KEY (office_id, case_id, duty_no),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
CREATE INDEX case_duties_by_due ON case_duties (office_id, done, due);
