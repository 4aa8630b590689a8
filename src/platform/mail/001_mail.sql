-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Letters that wait to be sent, encrypted; a row goes when its letter is taken.
CREATE TABLE mail_outbox (
  office_id  INTEGER NOT NULL,
  mail_id    INTEGER NOT NULL,
  sealed     BLOB,              -- recipient, subject, text; NULL: refused for good
  code       INTEGER NOT NULL,  -- the server's last answer; 0: none
  created_at INTEGER NOT NULL,
  PRIMARY KEY (office_id, mail_id)
);
