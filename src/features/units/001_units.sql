-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Administrative units with their validity in time, who became whom, and the offices of the units.
-- Reference tables: they belong to no office.
CREATE TABLE units (
  unit_no    INTEGER NOT NULL PRIMARY KEY, -- made from the id; offices' numbers begin with it
  id         TEXT NOT NULL UNIQUE,         -- '2025:22759', '2024:P58', '2024:D582'
  level      TEXT NOT NULL,                -- province, district, commune
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,                -- with its kind
  name_en    TEXT NOT NULL,
  fold       TEXT NOT NULL,                -- name without kind, folded
  sort_key   BLOB NOT NULL,
  parent_no  INTEGER,
  valid_from INTEGER,                      -- NULL: before our records
  valid_to   INTEGER,                      -- last day; NULL: open
  remote     INTEGER NOT NULL,
  area_ha    INTEGER,
  population INTEGER
);
CREATE INDEX units_by_parent ON units (parent_no, valid_to);
CREATE INDEX units_by_level ON units (level, valid_to);

-- The name from each of its words on, for searching: one stretch of this index answers a query.
CREATE TABLE unit_keys (
  open       INTEGER NOT NULL,  -- 1: the unit has no last day
  later      INTEGER NOT NULL,  -- 1: not from the first word on
  key        TEXT NOT NULL,
  unit_no    INTEGER NOT NULL,
  level      TEXT NOT NULL,
  kind       TEXT NOT NULL,
  parent_no  INTEGER NOT NULL,  -- 0: none
  valid_from INTEGER NOT NULL,
  valid_to   INTEGER NOT NULL,
  PRIMARY KEY (open, later, key, unit_no, level, kind, parent_no, valid_from, valid_to)
);
CREATE INDEX unit_keys_by_unit ON unit_keys (unit_no);

CREATE TABLE unit_kinds (
  fold TEXT NOT NULL PRIMARY KEY, -- 'thanh pho', 'tp'
  word TEXT NOT NULL,
  kind TEXT NOT NULL
);

CREATE TABLE unit_changes (
  from_no INTEGER NOT NULL,
  to_no   INTEGER NOT NULL,
  day     INTEGER NOT NULL,  -- first day of the new state
  part    INTEGER NOT NULL,  -- 1: the old unit was divided among several
  PRIMARY KEY (from_no, to_no, day)
);
CREATE INDEX unit_changes_by_to ON unit_changes (to_no);

CREATE TABLE unit_boundaries (
  unit_no  INTEGER NOT NULL PRIMARY KEY,
  frame_no INTEGER NOT NULL,  -- unit whose picture it stands in
  width    INTEGER NOT NULL,
  height   INTEGER NOT NULL,
  path     TEXT NOT NULL      -- SVG path data
);
CREATE INDEX unit_boundaries_by_frame ON unit_boundaries (frame_no);

CREATE TABLE office_patterns (
  level  TEXT NOT NULL,
  kinds  TEXT NOT NULL,      -- a|b; empty: all
  seq    INTEGER NOT NULL,
  above  INTEGER NOT NULL,   -- 1: parent_seq is of the unit above
  parent_seq INTEGER NOT NULL, -- 0: none
  kind   TEXT NOT NULL,
  name   TEXT NOT NULL,
  hours  TEXT NOT NULL,
  PRIMARY KEY (level, seq, kinds)
);

CREATE TABLE offices (
  office_id        INTEGER NOT NULL PRIMARY KEY, -- unit_no + seq
  unit_no          INTEGER NOT NULL,
  parent_office_id INTEGER NOT NULL,             -- 0: none
  kind             TEXT NOT NULL,
  code             TEXT NOT NULL,
  name             TEXT NOT NULL,
  address          TEXT NOT NULL,
  phone            TEXT NOT NULL,
  email            TEXT NOT NULL,
  hours            TEXT NOT NULL,
  leader           TEXT NOT NULL
);
CREATE INDEX offices_by_unit ON offices (unit_no, office_id);
CREATE INDEX offices_by_parent ON offices (parent_office_id);

CREATE VIEW unit_lines AS
  SELECT u.unit_no, u.id, u.level, u.kind, u.name, u.name_en, u.valid_from, u.valid_to, u.remote, u.area_ha, u.population,
         u.parent_no, u.fold, u.sort_key, p.id AS parent_id, p.name AS parent_name, g.name AS grand_name
  FROM units u LEFT JOIN units p ON p.unit_no = u.parent_no LEFT JOIN units g ON g.unit_no = p.parent_no;

CREATE VIEW office_lines AS
  SELECT o.office_id, o.parent_office_id, u.id AS unit_id, o.kind, o.code, o.name, o.address, o.phone, o.email, o.leader,
         o.hours, u.remote, o.unit_no, u.parent_no, u.sort_key, u.valid_to
  FROM offices o JOIN units u ON u.unit_no = o.unit_no;
