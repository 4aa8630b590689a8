-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What the office and who handed a matter in write to each other. Days only:
-- an hour could say who was at which desk, or away from work.
CREATE TABLE case_messages (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  message_no INTEGER NOT NULL,  -- from 1
  day        INTEGER NOT NULL,  -- civil day
  author     INTEGER NOT NULL,  -- account; 0: who handed the matter in
  seen       INTEGER,           -- civil day the office noted a message of hers; NULL: not yet
  body       TEXT NOT NULL,     -- '' when sealed
  sealed     BLOB,
  PRIMARY KEY (office_id, case_id, message_no),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
CREATE INDEX case_messages_waiting ON case_messages (office_id, seen, author, case_id);
