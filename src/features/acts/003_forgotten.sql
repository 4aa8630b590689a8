-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A note that was taken away, because its matter moved to the sealed side: the
-- act of this office that did it ('forget', basis 'act=N') says in its content
-- what the hash of the rest of the row is. 0: none.
ALTER TABLE acts ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
