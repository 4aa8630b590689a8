-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The days on which the head of an office receives people.
CREATE TABLE reception_days (
  office_id  INTEGER NOT NULL,
  day_no     INTEGER NOT NULL,
  planned    INTEGER NOT NULL,  -- civil day of the schedule
  day        INTEGER NOT NULL,  -- civil day it is on: the next working day when that was a day off
  posted     INTEGER NOT NULL,  -- civil day it was announced
  kind       TEXT NOT NULL,     -- 'periodic', 'urgent'
  state      TEXT NOT NULL,     -- 'posted', 'held', 'nobody', 'cancelled', 'moved'
  received_by TEXT NOT NULL,    -- 'leader', 'delegate'
  leader     TEXT NOT NULL,     -- names, as announced
  delegate   TEXT NOT NULL,     -- '' unless delegated
  starts     TEXT NOT NULL,     -- '07:30'
  ends       TEXT NOT NULL,
  place      TEXT NOT NULL,
  content    TEXT NOT NULL,     -- what it is mainly about, who else attends
  reason     TEXT NOT NULL,     -- of a short notice or of the last change
  places     INTEGER NOT NULL,  -- how many may book
  moved_to   INTEGER NOT NULL,  -- day_no of the new day; 0: none
  version    INTEGER NOT NULL,
  PRIMARY KEY (office_id, day_no)
);
CREATE INDEX reception_days_by_day ON reception_days (office_id, day);

-- The register of visits.
CREATE TABLE reception_visits (
  office_id  INTEGER NOT NULL,
  visit_no   INTEGER NOT NULL,
  number     TEXT NOT NULL,
  day        INTEGER NOT NULL,
  created_at INTEGER NOT NULL,  -- instant
  created_by INTEGER NOT NULL,  -- account of who received
  kind       TEXT NOT NULL,     -- 'regular', 'leader', 'delegate'
  day_no     INTEGER NOT NULL,  -- of the leader's day; 0: none
  matter     INTEGER NOT NULL,  -- visit_no of the first visit on the same matter; its own when it is that
  case_id    INTEGER NOT NULL,  -- the matter in the register of petitions; 0: nothing was handed in
  people     INTEGER NOT NULL,
  speakers   TEXT NOT NULL,     -- representatives of a group
  name       TEXT NOT NULL,
  name_fold  TEXT NOT NULL,
  address    TEXT NOT NULL,
  id_number  TEXT NOT NULL,
  phone      TEXT NOT NULL,
  content    TEXT NOT NULL,
  history    TEXT NOT NULL,     -- how it was dealt with before
  request    TEXT NOT NULL,
  sender     TEXT NOT NULL,     -- body that sent the person here and waits for the result; '' none
  state      TEXT NOT NULL,     -- 'open', 'answered', 'closed', 'turned_away'
  outcome    TEXT NOT NULL,     -- decisions.csv
  ground     TEXT NOT NULL,     -- grounds.csv, when turned away
  answer     TEXT NOT NULL,
  answered   INTEGER,           -- civil day
  step       TEXT NOT NULL,     -- the limit that runs: 'answer', 'tell_sender', 'tell_person'; '' none
  step_start INTEGER,
  due        INTEGER,
  due_rule   TEXT NOT NULL,
  version    INTEGER NOT NULL,
  PRIMARY KEY (office_id, visit_no)
);
CREATE INDEX reception_visits_by_day ON reception_visits (office_id, day, visit_no);
CREATE INDEX reception_visits_by_name ON reception_visits (office_id, name_fold);
CREATE INDEX reception_visits_by_matter ON reception_visits (office_id, matter, day);
CREATE INDEX reception_visits_by_due ON reception_visits (office_id, step, due);

-- Places that people booked on a leader's day.
CREATE TABLE reception_bookings (
  office_id  INTEGER NOT NULL,
  booking_no INTEGER NOT NULL,
  day_no     INTEGER NOT NULL,
  code_hash  BLOB NOT NULL,     -- SHA-256 of the code that changes it
  name       TEXT NOT NULL,
  phone      TEXT NOT NULL,
  people     INTEGER NOT NULL,
  content    TEXT NOT NULL,
  state      TEXT NOT NULL,     -- 'booked', 'cancelled', 'came', 'absent'
  created_at INTEGER NOT NULL,
  PRIMARY KEY (office_id, booking_no)
);
CREATE INDEX reception_bookings_by_day ON reception_bookings (office_id, day_no);
CREATE INDEX reception_bookings_by_code ON reception_bookings (code_hash);

-- The queue of a day at the place of reception.
CREATE TABLE reception_tickets (
  office_id  INTEGER NOT NULL,
  day        INTEGER NOT NULL,
  ticket_no  INTEGER NOT NULL,  -- from 1 each day
  state      TEXT NOT NULL,     -- 'waiting', 'called', 'done', 'absent'
  desk       TEXT NOT NULL,     -- where to go
  called_at  INTEGER,           -- instant
  PRIMARY KEY (office_id, day, ticket_no)
);

-- What was promised to people who came.
CREATE TABLE reception_promises (
  office_id  INTEGER NOT NULL,
  promise_no INTEGER NOT NULL,
  visit_no   INTEGER NOT NULL,
  text       TEXT NOT NULL,
  due        INTEGER NOT NULL,  -- civil day
  kept       INTEGER,           -- civil day
  note       TEXT NOT NULL,
  PRIMARY KEY (office_id, promise_no)
);
CREATE INDEX reception_promises_by_due ON reception_promises (office_id, kept, due);
