-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whether a complaint came in time: from when the person knew of the decision,
-- with what kept her from complaining.
CREATE TABLE case_time_bars (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  known      INTEGER NOT NULL,  -- civil day
  pauses     TEXT NOT NULL,     -- of the obstacles: '2026-01-10..2026-01-20,…'
  until      INTEGER NOT NULL,  -- civil day, the last in time
  rule       TEXT NOT NULL,     -- id of the limit
  by_account INTEGER NOT NULL,
  PRIMARY KEY (office_id, case_id),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
CREATE TABLE case_obstacles (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,
  obstacle_no INTEGER NOT NULL, -- from 1
  obstacle    TEXT NOT NULL,    -- a ground of the rulebook
  since       INTEGER NOT NULL, -- civil day
  until       INTEGER NOT NULL, -- civil day
  PRIMARY KEY (office_id, case_id, obstacle_no),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
