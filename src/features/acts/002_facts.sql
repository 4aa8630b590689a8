-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What figures know of the subject from this act on: "name=value name=value",
-- only what changed. Part of the chained hash where it is not empty.
ALTER TABLE acts ADD COLUMN facts TEXT NOT NULL DEFAULT '';
