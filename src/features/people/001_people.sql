-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Accounts and sessions: reference tables, on every node of a distributed database.
CREATE TABLE accounts (
  account_id   INTEGER NOT NULL PRIMARY KEY,
  login        TEXT NOT NULL UNIQUE,  -- lower case, ASCII
  name         TEXT NOT NULL,         -- as shown
  title        TEXT NOT NULL,         -- position, as on a signature; may be ''
  office_id    INTEGER NOT NULL,      -- whose act chain holds what is done to it; 0: a citizen's
  password     TEXT NOT NULL,         -- argon2id with its parameters
  totp_secret  BLOB,                  -- sealed; NULL: no second factor
  totp_counter INTEGER NOT NULL,      -- last step that was accepted: no code twice
  disabled     INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  password_at  INTEGER NOT NULL
);
CREATE TABLE grants (
  account_id INTEGER NOT NULL,
  office_id  INTEGER NOT NULL,  -- 0: no office (citizens)
  roles      INTEGER NOT NULL,  -- bits of enum role
  subtree    INTEGER NOT NULL,  -- 1: in all offices below too
  PRIMARY KEY (account_id, office_id)
);
CREATE INDEX grants_by_office ON grants (office_id, account_id);
CREATE TABLE sessions (
  hash       BLOB NOT NULL PRIMARY KEY,  -- SHA-256 of what the cookie holds
  account_id INTEGER NOT NULL,
  stage      INTEGER NOT NULL,           -- 0: password was right, the second factor is awaited; 1: signed in
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,           -- to some minutes
  expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE TABLE sign_in_tries (
  name_mac BLOB NOT NULL PRIMARY KEY,  -- keyed digest of the name tried, whether there is such an account or not
  tries    INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  until    INTEGER NOT NULL            -- no try before; 0: none
);
CREATE TABLE recovery_codes (
  account_id INTEGER NOT NULL,
  code_mac   BLOB NOT NULL,  -- keyed digest
  used_at    INTEGER,
  PRIMARY KEY (account_id, code_mac)
);
