// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the files of this folder share. */
#ifndef FEATURES_UNIT_ROWS_H
#define FEATURES_UNIT_ROWS_H
#include "features/units/units.h"

enum { UNIT_WORDS = 16 };

/* "2025:22759" -> 202522275900: year, level digit (1 province, 2 commune, 3 district), code, two digits for an
 * office; 0 when it is no id. */
int64_t unit_no_of(struct str id);
/* The level that an id shows: "province", "commune", "district". */
const char *unit_level_of(int64_t unit_no);

/* ---- tables as they are stored ---- */

struct unit_row {
    int64_t no, parent_no; /* parent 0: none */
    struct str id, level, kind, name, name_en, fold, sort_key;
    struct day valid_from, valid_to;
    int64_t remote, area_ha, people;
};
struct change_row {
    int64_t from, to, part;
    struct day day;
};
struct boundary_row {
    int64_t unit, frame, width, height;
    struct str path;
};
struct pattern_row {
    struct str level, kinds, kind, name, hours;
    int64_t seq, above, parent_seq;
};
struct office_row {
    int64_t id, unit, parent;
    struct str kind, code, name, address, phone, email, hours, leader;
};

/* What was done with a row. */
enum unit_put { UNIT_SAME, UNIT_ADDED, UNIT_CHANGED };
bool unit_put(struct tx *tx, const struct unit_row *row, enum unit_put *ret, struct err *e);
bool unit_put_change(struct tx *tx, const struct change_row *row, enum unit_put *ret, struct err *e);
bool unit_put_kind(struct tx *tx, struct str fold, struct str word, struct str kind, enum unit_put *ret, struct err *e);
bool unit_put_boundary(struct tx *tx, const struct boundary_row *row, enum unit_put *ret, struct err *e);
bool unit_put_pattern(struct tx *tx, const struct pattern_row *row, enum unit_put *ret, struct err *e);
/* Empty fields leave what is there; *ret_known false: there is no such office and the row does not name it. */
bool unit_put_office(struct tx *tx, const struct office_row *row, bool *ret_known, enum unit_put *ret, struct err *e);
/* The offices of the patterns for every unit without a last day that lacks them. */
bool unit_make_offices(struct tx *tx, int64_t *ret_made, struct err *e);

/* What a unit is, for checks between rows. */
struct unit_mark {
    int64_t parent_no, remote, area_ha, people;
    struct day valid_from, valid_to;
    struct str name_en, level;
};
bool unit_find_mark(struct rd *rd, struct arena *a, int64_t no, bool *ret_found, struct unit_mark *ret, struct err *e);

/* ---- import ---- */

struct unit_file {
    struct str name, text;
};
/* The command behind units_import. */
struct unit_load {
    const struct unit_file *files;
    size_t n;
    struct instant now;
    void (*progress)(void *arg, int64_t done, int64_t total);
    void *progress_arg;
    int64_t units, others; /* out: rows that were new or differed */
};
bool unit_load(struct tx *tx, void *unit_load, struct err *e);

/* ---- search ---- */

struct unit_key_range {
    struct str key;   /* beginning */
    struct str level; /* "" all */
    struct day on;    /* DAY_NONE: all times */
    bool open, later; /* units without a last day, or with one; keys from a later word on, or from the first */
    bool exact;       /* the key and nothing more */
    int64_t limit;
};
struct unit_key {
    int64_t no, parent_no;
    bool later;
    struct str key, level, kind;
    struct day valid_from, valid_to;
};
bool unit_keys(struct rd *rd, struct arena *a, const struct unit_key_range *range, struct unit_key **ret, size_t *ret_n,
               struct err *e);
struct unit_kind_word {
    struct str fold, kind;
};
/* Longest first. */
bool unit_kind_words(struct rd *rd, struct arena *a, struct unit_kind_word **ret, size_t *ret_n, struct err *e);
/* The districts of a province. */
bool unit_districts(struct rd *rd, struct arena *a, int64_t parent_no, int64_t **ret, size_t *ret_n, struct err *e);
/* By number; the folded name too. */
bool unit_by_no(struct rd *rd, struct arena *a, int64_t no, struct unit *ret, struct err *e);
bool unit_fold_of(struct rd *rd, struct arena *a, int64_t no, struct str *ret_fold, int64_t *ret_parent, struct err *e);

/* ---- pages ---- */

/* unit_map.h has the picture of units. */
#endif
