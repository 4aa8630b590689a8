-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A denunciation: who is accused, who is kept out of the matter, who verifies it,
-- what makes it complex, and the papers of its file.

-- Names are sealed; an account stands here only because an officer chose it.
CREATE TABLE case_accused (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  accused_no  INTEGER NOT NULL,  -- from 1
  account_id  INTEGER NOT NULL,  -- 0: has none, or none was chosen
  of_office   INTEGER NOT NULL,  -- where the accused works; 0: not known
  head        INTEGER NOT NULL,  -- 1: heads that office
  by_account  INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  sealed      BLOB NOT NULL,     -- name, position, workplace
  PRIMARY KEY (office_id, case_id, accused_no),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);

-- Accounts for which the matter does not exist.
CREATE TABLE case_barred (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  account_id  INTEGER NOT NULL,
  why         TEXT NOT NULL,     -- a ground of the rulebook
  by_account  INTEGER NOT NULL,  -- the account itself, when it declared the conflict
  at          INTEGER NOT NULL,
  PRIMARY KEY (office_id, case_id, account_id)
);

-- The verification team. A member who left keeps the row.
CREATE TABLE case_team (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  account_id  INTEGER NOT NULL,
  leads       INTEGER NOT NULL,
  since       INTEGER NOT NULL,  -- civil day
  until       INTEGER,           -- civil day; NULL: is on it
  PRIMARY KEY (office_id, case_id, account_id),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);

-- What makes the matter complex: proposed by who has it in hand, confirmed by
-- the leader.
CREATE TABLE case_criteria (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  criterion   TEXT NOT NULL,     -- of the rulebook
  confirmed   INTEGER NOT NULL,
  by_account  INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (office_id, case_id, criterion),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);

-- Minutes, plans, explanations, reports… sealed like the matter.
CREATE TABLE case_papers (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  paper_no    INTEGER NOT NULL,  -- from 1
  kind        TEXT NOT NULL,     -- the action it was written by
  day         INTEGER NOT NULL,  -- civil day
  at          INTEGER NOT NULL,
  author      INTEGER NOT NULL,  -- account; 0: the person herself
  body        TEXT NOT NULL,     -- '' when sealed
  sealed      BLOB,
  PRIMARY KEY (office_id, case_id, paper_no),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);

-- What protects a denouncer or her relatives, in a matter of the procedure that does so.
CREATE TABLE case_measures (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  measure_no  INTEGER NOT NULL,  -- from 1
  measure     TEXT NOT NULL,     -- a ground of the rulebook
  begun       INTEGER NOT NULL,  -- civil day
  ended       INTEGER,           -- civil day
  PRIMARY KEY (office_id, case_id, measure_no),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
