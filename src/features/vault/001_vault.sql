-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who of an office may open what identifies a denouncer, and what is sealed to them.
CREATE TABLE vault_offices (
  office_id  INTEGER NOT NULL,
  together   INTEGER NOT NULL DEFAULT 0,  -- 1: any two holders open together, none alone
  PRIMARY KEY (office_id)
);

CREATE TABLE vault_holders (
  office_id   INTEGER NOT NULL,
  holder_no   INTEGER NOT NULL,  -- from 1 in each office, never given again
  account_id  INTEGER NOT NULL,
  name        TEXT NOT NULL,     -- of the account when it became a holder
  public_key  BLOB NOT NULL,     -- X25519, 32 bytes
  locked      BLOB NOT NULL,     -- the private key under the holder's own secret; empty when no longer a holder
  added       INTEGER NOT NULL,  -- instant
  removed     INTEGER,           -- instant
  PRIMARY KEY (office_id, holder_no)
);

-- What is sealed of one matter: under a random key that stands nowhere but in the wraps.
CREATE TABLE vault_parts (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  sealed     BLOB NOT NULL,
  PRIMARY KEY (office_id, case_id)
);

CREATE TABLE vault_wraps (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  holder_no  INTEGER NOT NULL,
  second_no  INTEGER NOT NULL,  -- 0: holder_no opens alone; else the greater number of the two
  wrap       BLOB NOT NULL,
  PRIMARY KEY (office_id, case_id, holder_no, second_no),
  FOREIGN KEY (office_id, case_id) REFERENCES vault_parts (office_id, case_id)
);
