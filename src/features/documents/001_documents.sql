-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The register of what an office issues. A draft has no number; what was issued
-- is never changed: it is revoked, or another takes its place.
CREATE TABLE documents (
  office_id   INTEGER NOT NULL,
  document_id INTEGER NOT NULL,  -- from 1 in each office
  case_id     INTEGER NOT NULL,  -- the matter; 0: of none
  form        TEXT NOT NULL,     -- id of print_forms.csv
  name        TEXT NOT NULL,     -- of the form, then, in the pack's language
  reader      TEXT NOT NULL,     -- 'person', 'body', 'accused', 'office', 'public'
  state       TEXT NOT NULL,     -- 'draft', 'issued', 'revoked', 'replaced'
  sealed      INTEGER NOT NULL,  -- 1: the paper is encrypted
  identity    INTEGER NOT NULL,  -- 1: it names who handed a sealed matter in
  subject     TEXT NOT NULL,     -- what it is about; of a sealed matter its number alone
  symbol      TEXT NOT NULL,     -- 'QĐ-UBND'; '' not numbered
  year        INTEGER NOT NULL,
  number      INTEGER,           -- within office, year and symbol; NULL: draft, or not numbered
  code        TEXT NOT NULL,     -- printed on it, to check it; '' draft
  signer      TEXT NOT NULL,     -- capacity: id of print_signers.csv
  signer_name TEXT NOT NULL,
  day         INTEGER,           -- civil day it was issued
  created_by  INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  issued_by   INTEGER NOT NULL,  -- account; 0 draft
  issued_at   INTEGER,
  paper_hash  BLOB,              -- SHA-256 of the PDF
  text_hash   BLOB,              -- SHA-256 of the document as text
  replaces    INTEGER NOT NULL,  -- document_id that it takes the place of; 0 none
  replaced_by INTEGER NOT NULL,  -- 0 none
  ended       INTEGER,           -- civil day it was revoked or replaced
  end_reason  TEXT NOT NULL,
  version     INTEGER NOT NULL,  -- grows with each act
  PRIMARY KEY (office_id, document_id)
);
CREATE INDEX documents_by_case ON documents (office_id, case_id);
CREATE INDEX documents_by_year ON documents (office_id, year, document_id);
CREATE INDEX documents_by_code ON documents (code);
CREATE UNIQUE INDEX documents_by_number ON documents (office_id, year, symbol, number);

-- Apart, so that the register is read without them.
CREATE TABLE document_papers (
  office_id   INTEGER NOT NULL,
  document_id INTEGER NOT NULL,
  fields      BLOB NOT NULL,     -- what was typed; encrypted when sealed
  content     BLOB NOT NULL,     -- the document as text (docs/formats.md); empty: draft
  pdf         BLOB NOT NULL,
  PRIMARY KEY (office_id, document_id),
  FOREIGN KEY (office_id, document_id) REFERENCES documents (office_id, document_id)
);
