-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Matters that a citizen handed in while she was signed in, so that her account
-- lists them. Never a sealed one.
CREATE TABLE case_owners (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  PRIMARY KEY (office_id, case_id),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
CREATE INDEX case_owners_by_account ON case_owners (account_id);
