-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Tries at opening in a row without success: slowed, then locked.
CREATE TABLE vault_tries (
  office_id   INTEGER NOT NULL,
  account_id  INTEGER NOT NULL,
  tries       INTEGER NOT NULL,
  last        INTEGER NOT NULL,  -- instant
  until       INTEGER NOT NULL,  -- instant before which none is taken
  PRIMARY KEY (office_id, account_id)
);
