// SPDX-License-Identifier: AGPL-3.0-or-later
/* Units: the administrative map in time, and the offices that stand on it.
 * A unit is valid from a day to a day; a reform makes new units that succeed
 * old ones, whole or in part. Reference data: no viewer is asked. */
#ifndef FEATURES_UNITS_H
#define FEATURES_UNITS_H
#include "base/day.h"
#include "base/err.h"
#include "platform/http/http.h"
#include "platform/store/migrations.h"
#include "platform/store/store.h"

extern const struct migration_file units_migrations[];
extern const struct route units_routes[];

struct unit {
    struct str id;          /* "2025:22366": stable for ever */
    struct str code, level, kind, name, parent_id; /* level: province, district, commune */
    struct day valid_from, valid_to; /* DAY_NONE: before our records; until further notice */
    bool remote;            /* longer legal limits hold there */
    struct str path;        /* "Tỉnh Khánh Hòa": names of the units above, lowest first, joined by ", " */
    int64_t people;         /* population when known, else 0 */
};

struct unit_change {
    struct str from_id, to_id;
    struct str from_name, to_name;
    struct day date;
    bool part;              /* the old unit was divided among several */
};

struct office {
    int64_t office_id;      /* year*10^8 + L*10^7 + code*100 + seq: see rules/README.md */
    struct str unit_id, kind; /* kind: committee, council, front, department, … */
    struct str code;        /* what its register numbers begin with: "22366", "56.11"; unique */
    int64_t parent_office_id; /* whom second complaints go to; 0 none */
    struct str name, address, phone, email, hours, leader;
};

struct units_query {
    struct str text;        /* as typed, in any normal form */
    struct str level;       /* empty: any */
    struct day on;          /* only units valid on that day; DAY_NONE: any */
    struct day today;       /* units valid today come first when `on` is none */
    size_t limit;           /* 1..1000 */
};

/* ERR_NOT_FOUND when there is none. */
bool units_get(struct rd *rd, struct arena *a, struct str id, struct unit *ret, struct err *e);
/* By name, best first: exact, then prefix, then words; folded on both sides. */
bool units_find(struct rd *rd, struct arena *a, const struct units_query *q, struct unit **ret, size_t *ret_n, struct err *e);
bool units_find_json(struct rd *rd, struct arena *a, const struct units_query *q, struct strbuf *b, struct err *e);
bool units_children(struct rd *rd, struct arena *a, struct str id, struct day on, struct unit **ret, size_t *ret_n, struct err *e);
/* Whom it succeeds, and who succeeds it. */
bool units_predecessors(struct rd *rd, struct arena *a, struct str id, struct unit_change **ret, size_t *ret_n, struct err *e);
bool units_successors(struct rd *rd, struct arena *a, struct str id, struct unit_change **ret, size_t *ret_n, struct err *e);

/* ERR_NOT_FOUND when there is none. */
bool units_office(struct rd *rd, struct arena *a, int64_t office_id, struct office *ret, struct err *e);
/* Offices of a unit, the People's Committee first; none for an ended unit. */
bool units_offices(struct rd *rd, struct arena *a, struct str unit_id, struct office **ret, size_t *ret_n, struct err *e);
/* Offices a matter can be sent to from this one: of its unit, of the unit above, and the committees beside it. */
bool units_offices_near(struct rd *rd, struct arena *a, int64_t office_id, struct office **ret, size_t *ret_n, struct err *e);
/* The office and all below it, sorted by number. */
bool units_offices_below(struct rd *rd, struct arena *a, int64_t office_id, const int64_t **ret_ids, size_t *ret_n,
                         struct err *e);

/* Loads the tables carried in the program; a second time changes nothing.
 * Records an act. Not from a command. Cost: about a second. */
bool units_load_embedded(struct store *s, struct instant now, struct err *e);

/* Loads units (and changes, may be empty) from CSV in one command: all rows or
 * none; a row that does not fit fails with ERR_BAD_INPUT and detail
 * "FILE:LINE: COLUMN: reason". */
struct units_import {
    struct str units_name, units_text, changes_name, changes_text;
    struct instant now;
    int64_t ret_units, ret_changes; /* rows that were new or differed */
};
bool units_import(struct store *s, struct units_import *in, struct err *e);
#endif
