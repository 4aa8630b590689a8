-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is to be done later; a row goes when it is done.
CREATE TABLE jobs (
  office_id  INTEGER NOT NULL,
  job_id     INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  once       TEXT,              -- at most one job of a kind with the same word; NULL: any number
  text       TEXT NOT NULL,     -- the handler's own; no personal text
  due_at     INTEGER,           -- not before; of a job in work: when its lease ends; NULL: given up
  tries      INTEGER NOT NULL,  -- begun so often; names the lease too
  created_at INTEGER NOT NULL,
  failed_at  INTEGER,           -- last time
  why        TEXT NOT NULL,     -- word and message id of the last failure
  PRIMARY KEY (office_id, job_id)
);
CREATE UNIQUE INDEX jobs_once ON jobs (office_id, kind, once);
CREATE INDEX jobs_due ON jobs (due_at);
