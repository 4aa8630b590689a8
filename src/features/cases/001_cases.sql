-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The register of matters. Every table's keys begin with the office whose
-- register the record stands in; a matter sent on is registered again by the
-- receiver and linked.
CREATE TABLE cases (
  office_id   INTEGER NOT NULL,
  case_id     INTEGER NOT NULL,  -- from 1 in each office
  number      TEXT NOT NULL,     -- register number people are given
  text_id     INTEGER NOT NULL,  -- row of the full-text index; 0: not indexed (sealed)
  procedure   TEXT NOT NULL,     -- rulebook: 'complaint.first', …
  kind        TEXT NOT NULL,     -- rulebook: 'complaint', …
  instance    INTEGER NOT NULL,  -- 1 first, 2 second
  state       TEXT NOT NULL,     -- rulebook
  channel     TEXT NOT NULL,     -- 'web', 'counter', 'post', 'reception', 'forwarded', 'import'
  subject     TEXT NOT NULL,     -- rulebook subject; '' until classified
  petitioner  TEXT NOT NULL,     -- 'individual', 'group', 'organisation', 'anonymous'
  people      INTEGER NOT NULL,  -- how many people hand it in; 0 anonymous
  sealed      INTEGER NOT NULL,  -- 1: identity and text only in case_texts.sealed
  remote      INTEGER NOT NULL,  -- 1: longer limits hold at the office
  complexity  INTEGER NOT NULL,  -- 0 normal, 1 complex, 2 specially complex
  received    INTEGER NOT NULL,  -- civil day it reached the office
  created_at  INTEGER NOT NULL,  -- instant of registration
  created_by  INTEGER NOT NULL,  -- account; 0: by the person herself
  assigned_to INTEGER NOT NULL,  -- account; 0: nobody
  step        TEXT NOT NULL,     -- the open step whose clock runs; '' when none
  step_start  INTEGER,           -- civil day it began
  due         INTEGER,           -- civil day by the law
  due_rule    TEXT NOT NULL,     -- id of the limit
  handled     INTEGER,           -- civil day the intake was dealt with (accepted, refused, guided, forwarded)
  eligible    INTEGER NOT NULL,  -- 1 eligible, 0 not, -1 not yet looked at
  own         INTEGER NOT NULL,  -- 1 within this office's competence, 0 not, -1 not yet known
  outcome     TEXT NOT NULL,     -- of the intake: 'accepted', 'refused', 'guided', 'forwarded', …; '' while open
  ground      TEXT NOT NULL,     -- rulebook ground of a refusal
  decision    TEXT NOT NULL,     -- result of the settlement; rulebook word
  decided     INTEGER,           -- civil day
  closed      INTEGER,           -- civil day after which nothing is owed
  matter_of   INTEGER NOT NULL,  -- case_id of the earlier matter in this office that it repeats; itself when none
  code_hash   BLOB NOT NULL,     -- SHA-256 of the tracking code
  version     INTEGER NOT NULL,  -- grows with each act; guards against two hands at once
  PRIMARY KEY (office_id, case_id),
  UNIQUE (office_id, number)
);
CREATE INDEX cases_by_due ON cases (office_id, closed, due);
CREATE INDEX cases_by_code ON cases (code_hash);
CREATE INDEX cases_by_text ON cases (text_id);
CREATE INDEX cases_by_received ON cases (office_id, received);

CREATE TABLE case_texts (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  title      TEXT NOT NULL,
  body       TEXT NOT NULL,
  name       TEXT NOT NULL,     -- of the petitioner or the organisation
  name_fold  TEXT NOT NULL,
  address    TEXT NOT NULL,
  phone      TEXT NOT NULL,
  email      TEXT NOT NULL,
  id_number  TEXT NOT NULL,
  others     TEXT NOT NULL,     -- representatives of a group, one a line
  place      TEXT NOT NULL,     -- where the matter happened
  sealed     BLOB,              -- all of the above, encrypted, when the matter is sealed; they are '' then
  PRIMARY KEY (office_id, case_id),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
CREATE INDEX case_texts_by_name ON case_texts (office_id, name_fold);

-- Keyed hashes of the text's most telling word groups: two texts that say much
-- the same share some of them.
CREATE TABLE case_marks (
  office_id  INTEGER NOT NULL,
  mark       INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  PRIMARY KEY (office_id, mark, case_id)
);
CREATE INDEX case_marks_by_mark ON case_marks (mark);

CREATE TABLE case_files (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  file_no    INTEGER NOT NULL,  -- from 1
  stored     TEXT NOT NULL,     -- name under DIR/files
  name       TEXT NOT NULL,     -- as handed in; '' when sealed
  kind       TEXT NOT NULL,     -- 'pdf', 'jpeg', 'png', 'webp', 'docx'
  bytes      INTEGER NOT NULL,
  sha256     TEXT NOT NULL,     -- of what was handed in
  sealed     INTEGER NOT NULL,  -- 1: encrypted on disk
  PRIMARY KEY (office_id, case_id, file_no),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);

-- Both ends of a link are written, each in its own office.
CREATE TABLE case_links (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  relation   TEXT NOT NULL,     -- 'duplicate_of', 'split_from', 'forwarded_to', 'forwarded_from', 'second_of', 'second'
  to_office  INTEGER NOT NULL,
  to_case    INTEGER NOT NULL,
  PRIMARY KEY (office_id, case_id, relation, to_office, to_case)
);

CREATE TABLE case_answers (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  version    INTEGER NOT NULL,  -- from 1; a returned draft stays
  author     INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  state      TEXT NOT NULL,     -- 'draft', 'submitted', 'returned', 'approved'
  decision   TEXT NOT NULL,
  body       TEXT NOT NULL,
  sealed     BLOB,
  remark     TEXT NOT NULL,     -- why it was returned
  PRIMARY KEY (office_id, case_id, version),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);

CREATE TABLE case_publications (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  published  INTEGER NOT NULL,  -- civil day
  withdrawn  INTEGER,
  text_id    INTEGER NOT NULL,
  title      TEXT NOT NULL,     -- as redacted by the officer
  body       TEXT NOT NULL,
  answer     TEXT NOT NULL,
  PRIMARY KEY (office_id, case_id),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);
CREATE INDEX case_publications_by_day ON case_publications (office_id, published);
CREATE INDEX case_publications_by_text ON case_publications (text_id);

CREATE TABLE case_ratings (
  office_id  INTEGER NOT NULL,
  case_id    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  stars      INTEGER NOT NULL,  -- 1 to 5
  remark     TEXT NOT NULL,
  PRIMARY KEY (office_id, case_id, at),
  FOREIGN KEY (office_id, case_id) REFERENCES cases (office_id, case_id)
);

-- What was done under a form's own token: a second sending of the same form is
-- answered with the first one's result.
CREATE TABLE case_once (
  office_id  INTEGER NOT NULL,
  token      TEXT NOT NULL,
  case_id    INTEGER NOT NULL,
  PRIMARY KEY (office_id, token)
);
