-- SPDX-License-Identifier: AGPL-3.0-or-later
-- One row for each thing done, in the register of the office that did it.
CREATE TABLE acts (
  office_id  INTEGER NOT NULL,  -- the office whose chain this act stands in
  act_id     INTEGER NOT NULL,  -- from 1, without gaps
  at         INTEGER NOT NULL,  -- milliseconds since 1970-01-01T00:00Z
  actor_id   INTEGER NOT NULL,  -- account; 0: the public or the program
  actor      TEXT NOT NULL,     -- display name at the time
  subject    TEXT NOT NULL,     -- 'case', 'office', 'account', …
  subject_id INTEGER NOT NULL,
  verb       TEXT NOT NULL,
  basis      TEXT NOT NULL,     -- rule or ground it rests on
  note       TEXT NOT NULL,
  open       INTEGER NOT NULL,  -- 1: the person concerned sees it
  content    BLOB NOT NULL,     -- SHA-256 of what was handed in or written
  hash       BLOB NOT NULL,     -- SHA-256 of the hash before and of this row
  PRIMARY KEY (office_id, act_id)
);
CREATE INDEX acts_by_subject ON acts (office_id, subject, subject_id, act_id);
