// SPDX-License-Identifier: AGPL-3.0-or-later
/* Facts: what figures are counted from. Acts carry what they change of their
 * subject ("subject=land handled=2026-07-10"); here these are laid side by side
 * in columns, one row for each state that a subject was in, with the days
 * between which that was what the records said. A review scans columns instead
 * of asking the database.
 *
 * The columns are derived: kept in DIR/facts between runs, made anew from the
 * acts whenever they are missing or do not fit. */
#ifndef FEATURES_FACTS_H
#define FEATURES_FACTS_H
#include "base/day.h"
#include "base/err.h"
#include "platform/store/store.h"

enum { FACT_FIELDS = 32, FACT_SUBJECTS = 8, FACT_WORDS = 255, FACT_FOREVER = UINT16_MAX };

enum fact_type {
    FACT_WORD,   /* uint8_t: of the field's own dictionary; 0: none */
    FACT_YES,    /* uint8_t: 1 yes, 2 no, 0 not known */
    FACT_DAY,    /* uint16_t: facts_day; 0: none */
    FACT_NUMBER, /* int64_t */
};

struct fact_field {
    const char *name;
    enum fact_type type;
};

/* What is kept of one kind of subject; fields end with name NULL. */
struct fact_subject {
    const char *subject; /* as in acts: "case" */
    const struct fact_field *fields;
};

struct facts;

/* dir NULL: in memory only. zone_minutes tells the civil day of an act. Another
 * process that holds the directory keeps it: then what this one adds is not
 * kept. Give back with facts_close. Any thread may use what this gives. */
struct facts_options {
    const char *dir;
    const struct fact_subject *const *subjects; /* ends with NULL */
    int zone_minutes;
};
bool facts_open(const struct facts_options *o, struct facts **ret_facts, struct err *e);
void facts_close(struct facts *f);

/* Takes in the acts that are new to it. Cost: two look-ups an office, and each
 * new act once (about 2 µs). A fact whose name its subject does not have fails
 * with ERR_STORE. */
bool facts_catch_up(struct facts *f, struct rd *rd, struct err *e);

/* The columns of a subject, until facts_done; nothing changes meanwhile. */
struct fact_rows {
    size_t n;
    const uint16_t *office;       /* place in offices */
    const uint32_t *id;           /* the subject's number in its office */
    const uint16_t *from, *until; /* known from the first day on, until before the second */
    const void *field[FACT_FIELDS];
    const int64_t *offices;
    size_t offices_n;
};
bool facts_rows(struct facts *f, const char *subject, struct fact_rows *ret);
void facts_done(struct facts *f);

/* The number of a word in a field; 0 when no row has it. */
unsigned facts_word(const struct facts *f, const char *subject, const char *field, struct str word);
/* The word of a number, lives as long as f. */
struct str facts_word_text(const struct facts *f, const char *subject, const char *field, unsigned word);

/* Days as columns hold them: 0 for none, never less than 1 for a day. */
uint16_t facts_day(struct day d);
struct day facts_day_of(uint16_t d);

/* Is every row of f in g, and the other way round? For `dinh check --recount`;
 * what differs goes into the report, at most 20 lines. */
bool facts_same(struct facts *f, struct facts *g, struct strbuf *report);

#include "features/facts/vocabulary.h"
#endif
