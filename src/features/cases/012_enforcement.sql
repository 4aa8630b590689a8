-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What a decision or conclusion obliges to: money and land to recover or to give
-- back, people to be disciplined, matters for investigators. Followed to zero.
CREATE TABLE case_enforcements (
  office_id  INTEGER NOT NULL,
  item_id    INTEGER NOT NULL,  -- from 1 in each office
  case_id    INTEGER NOT NULL,
  what       TEXT NOT NULL,     -- a ground of the rulebook, action 'oblige'
  amount     INTEGER NOT NULL,  -- dong, square metres, people, organisations, cases: as the ground says
  done       INTEGER NOT NULL,  -- of the amount
  since      INTEGER NOT NULL,  -- civil day
  finished   INTEGER,           -- civil day on which done reached the amount
  PRIMARY KEY (office_id, item_id),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
CREATE INDEX case_enforcements_by_case ON case_enforcements (office_id, case_id, item_id);
