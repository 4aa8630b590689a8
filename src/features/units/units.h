// SPDX-License-Identifier: AGPL-3.0-or-later
/* Administrative units with their validity in time, and their offices. The
 * facts come from tables (rules/vn/map/UNITS.md). Everything given lives in the
 * arena passed in; times are days, names NFC. */
#ifndef FEATURES_UNITS_H
#define FEATURES_UNITS_H
#include "platform/html/html.h"
#include "platform/http/http.h"
#include "platform/store/migrations.h"

extern const struct migration_file units_migrations[];
extern const struct route units_routes[]; /* /units, /units/:id, /search, /api/units, /api/units/:id */

struct unit {
    struct str id;        /* "2025:22759": codes alone are used again after a reform */
    struct str code;      /* of the statistics office: "22759" */
    struct str level;     /* "province", "district", "commune" */
    struct str kind;      /* as the country's table has it: the word before the name */
    struct str name;      /* with its kind */
    struct str name_en;   /* may be empty */
    struct str path;      /* names of the units above, nearest first, comma between; may be empty */
    struct str parent_id; /* may be empty */
    struct day valid_from, valid_to; /* first and last day; DAY_NONE: before our records; open */
    bool remote;          /* the law's longer limits for remote areas */
    int64_t people;       /* population; 0: not known */
    int64_t area_ha;      /* 0: not known */
};
/* Valid on that day? DAY_NONE as the day: has it no last day? */
bool unit_valid(const struct unit *u, struct day on);

/* ERR_NOT_FOUND "err.not_found" when there is none of that id. Cost: one query. */
bool units_get(struct rd *rd, struct arena *a, struct str id, struct unit *ret_unit, struct err *e);
/* The unit on that day: itself while it is valid, later its one successor, earlier its one predecessor;
 * ERR_NOT_FOUND "err.not_found" when there is none or there are several. */
bool units_get_on(struct rd *rd, struct arena *a, struct str id, struct day on, struct unit *ret_unit, struct err *e);
/* The units above, nearest first. */
bool units_above(struct rd *rd, struct arena *a, struct str id, struct unit **ret_units, size_t *ret_n, struct err *e);
/* The units right below, by the order of the alphabet; id "": the provinces. on DAY_NONE: of all times. */
bool units_children(struct rd *rd, struct arena *a, struct str id, struct day on, struct unit **ret_units, size_t *ret_n,
                 struct err *e);

struct unit_change {
    struct str from_id, to_id, from_name, to_name;
    struct str from_path, to_path; /* where they lie; may be empty */
    struct day date;  /* first day of the new state */
    bool part;        /* the old unit was divided among several new ones */
};
bool units_successors(struct rd *rd, struct arena *a, struct str id, struct unit_change **ret, size_t *ret_n, struct err *e);
bool units_predecessors(struct rd *rd, struct arena *a, struct str id, struct unit_change **ret, size_t *ret_n,
                        struct err *e);

/* ---- search ---- */

struct units_query {
    struct str text;   /* any case, tones, normal form; the kind and the units above may be there:
                        * "phan rang", "p. dong hai, tinh khanh hoa"; the last word may be unfinished */
    struct str level;  /* "" all */
    struct day on;     /* only those valid on that day; DAY_NONE: all, those valid today first */
    struct day today;  /* DAY_NONE: those without a last day come first */
    size_t limit;      /* at most 1000; 0 = 20 */
};
/* Best first: name, beginning of the name, later words, all words in any order. Cost: below 1 ms. */
bool units_find(struct rd *rd, struct arena *a, const struct units_query *q, struct unit **ret_units, size_t *ret_n,
                struct err *e);
/* [{"id","name","level","kind","valid_from","valid_to"}, …] */
bool units_find_json(struct rd *rd, struct arena *a, const struct units_query *q, struct strbuf *b, struct err *e);
/* The same as a part of a page: the hits with where they lie and who succeeds them. */
struct units_section {
    struct markup part;
    size_t hits;
    struct strbuf b; /* holds the part */
};
bool units_search_section(struct rd *rd, const struct html *h, const struct units_query *q, struct units_section *ret,
                          struct err *e);

/* ---- offices ---- */

struct office {
    int64_t office_id;        /* YEAR*10^8 + level*10^7 + code*100 + seq; level 1 province, 2 commune;
                               * seq 1 people's committee, 2 council, 3 front, 4 reception, 10.. the others */
    int64_t parent_office_id; /* 0: none */
    struct str unit_id;
    struct str kind;          /* committee council front reception cabinet department inspectorate police service */
    struct str code;          /* what numbers of its register begin with: "22759", "56.15" */
    struct str name;
    struct str address, phone, email, leader; /* may be empty */
    struct str hours;         /* "1-5 07:30-11:30 13:30-17:00": days 1 Monday … 7 Sunday; may be empty */
    bool remote;              /* of its unit */
};
bool units_office(struct rd *rd, struct arena *a, int64_t office_id, struct office *ret_office, struct err *e);
/* Those of a unit, the people's committee first; none for units that have ended. */
bool units_offices(struct rd *rd, struct arena *a, struct str unit_id, struct office **ret, size_t *ret_n, struct err *e);
/* Where a matter can be sent on: the chain above, its departments, the other offices of
 * the unit, the committees of the neighbours under one parent; without the office itself. */
bool units_offices_near(struct rd *rd, struct arena *a, int64_t office_id, struct office **ret, size_t *ret_n, struct err *e);
/* Ids of the office and of all below it, ascending; only itself when it is unknown. */
bool units_offices_below(struct rd *rd, struct arena *a, int64_t office_id, const int64_t **ret_ids, size_t *ret_n,
                         struct err *e);

/* ---- import ---- */

/* Loads the map that the program carries for a pack of rules; a second time changes nothing.
 * ERR_NOT_FOUND when it carries none. Records an act. Not from a command. Cost: about a second. */
bool units_load_embedded(struct store *s, struct str pack, struct instant now, struct err *e);

/* Tables as text, each recognised by its columns (rules/vn/map/UNITS.md): units, changes, offices, … */
struct units_import {
    struct str units_name, units_text, changes_name, changes_text; /* the second may be empty */
    struct instant now;
    void (*progress)(void *arg, int64_t done, int64_t total); /* bytes; in the writer's thread; may be NULL */
    void *progress_arg;
    int64_t ret_units, ret_changes; /* rows that were new or differed; of units; of all else */
};
/* One command: all rows or none. A row that does not fit fails with ERR_BAD_INPUT and detail "FILE:LINE:
 * COLUMN: reason". The same again changes nothing and records no act. */
bool units_import(struct store *s, struct units_import *in, struct err *e);
#include "features/units/unit_map.h" /* pictures */
#endif
