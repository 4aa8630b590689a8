-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The desk's lists come out of an index in their order, a page at a time,
-- however many matters the office has.
DROP INDEX cases_by_due;
CREATE INDEX cases_by_due ON cases (office_id, closed, due, received, case_id);
CREATE INDEX cases_by_hand ON cases (office_id, assigned_to, closed);
