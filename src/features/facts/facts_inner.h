// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: columns on disk or in memory, tables made of them. */
#ifndef FEATURES_FACTS_INNER_H
#define FEATURES_FACTS_INNER_H
#include <pthread.h>

#include "features/facts/facts.h"

/* An array that grows: a mapped file, or memory. */
struct column {
    void *base;
    size_t width, room; /* bytes of one value; values there is room for */
    int fd;             /* -1: memory */
};
/* With n values that a file already holds; file NULL: memory, empty. shared: changes go to the file. */
bool column_open(struct column *c, size_t width, const char *file, size_t n, bool shared, struct err *e);
/* Room for n values; new ones are 0. */
bool column_grow(struct column *c, size_t n, struct err *e);
void column_close(struct column *c);

struct dictionary {
    struct str word[FACT_WORDS + 1]; /* [0] is no word */
    unsigned n;                      /* of words, without [0] */
};

/* The rows of one kind of subject. */
struct fact_table {
    const struct fact_subject *about;
    size_t fields_n, n;
    struct column office, id, from, until, field[FACT_FIELDS];
    struct dictionary *words; /* one a field */
    struct column last;       /* of struct column: for each office the last row of each id, plus 1 */
    size_t last_n;
};

struct facts {
    struct arena arena;
    pthread_rwlock_t lock;
    const char *dir;
    int lock_fd;         /* -1: in memory, or another process keeps the directory */
    int zone_minutes;
    struct fact_table tables[FACT_SUBJECTS];
    size_t tables_n;
    struct column offices, taken; /* of int64_t; taken: last act of that office that is in */
    size_t offices_n;
    uint64_t generation;      /* of the store when last caught up; 0 unknown */
    size_t unsaved;           /* rows since the marks were written */
};

struct fact_table *facts_table(const struct facts *f, struct str subject);
/* The place of an office, new when it was not known. */
bool facts_office(struct facts *f, int64_t office_id, size_t *ret_at, struct err *e);

#define COLUMN_AT(type, column, i) (((type *)(column).base)[i])
/* What an act changes, from its day on. */
struct fact_change {
    size_t office;
    int64_t id;
    uint16_t day;
    struct str facts;
};
bool fact_apply(struct facts *f, struct fact_table *t, const struct fact_change *c, struct err *e);

/* The marks: how far the columns go. False without an error when there are none that fit. */
bool marks_read(struct facts *f, bool *ret_fit, struct err *e);
bool marks_write(struct facts *f, struct err *e);
struct str facts_path(struct facts *f, struct arena *a, const char *subject, const char *field);
#endif
