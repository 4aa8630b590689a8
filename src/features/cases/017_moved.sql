-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What a matter leaves behind when it moves to the sealed side: attachments in
-- the clear, gone from the register and still to be removed from DIR/files.
CREATE TABLE case_leftovers (
  office_id  INTEGER NOT NULL,
  stored     TEXT NOT NULL,     -- name under DIR/files
  PRIMARY KEY (office_id, stored)
);
-- From the other end: which matters were joined to this one.
CREATE INDEX case_links_by_end ON case_links (to_office, to_case, relation);
-- Does a row still name a file?
CREATE INDEX case_files_by_stored ON case_files (stored);
