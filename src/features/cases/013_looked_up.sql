-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Two looks across all offices: a matter by its number, and the newest results.
CREATE INDEX cases_by_number ON cases (number);
CREATE INDEX case_publications_newest ON case_publications (withdrawn, published, text_id);
