// SPDX-License-Identifier: AGPL-3.0-or-later
/* Include review.h. The board: how offices do, for a steering committee, the press, everybody.
 * What each figure means stands in rules/PACK/board.csv. Matters of sealed procedures are
 * counted apart from the others, so that what everybody sees holds none of them. */
#ifndef FEATURES_REVIEW_BOARD_H
#define FEATURES_REVIEW_BOARD_H
#include "features/review/review.h"

enum board_count {
    BOARD_RECEIVED, BOARD_SETTLED, BOARD_FORWARDED, BOARD_ENDED, BOARD_OPEN, BOARD_OVERDUE,
    BOARD_ON_TIME,   /* settled, and no time limit was overrun */
    BOARD_REOPENED, BOARD_RATED, BOARD_SATISFIED, BOARD_ANNOUNCED, BOARD_HELD,
    BOARD_COUNTS
};
enum { BOARD_AGES = 8, BOARD_MONTHS = 12, BOARD_DAYS = 512 };

struct board_figures {
    int64_t n[BOARD_COUNTS];
    int64_t ages[BOARD_AGES];             /* open ones, by the bounds of board.csv */
    int64_t came[BOARD_MONTHS], went[BOARD_MONTHS]; /* received, settled; the last is the month of the last day */
    uint32_t days[BOARD_DAYS];            /* settled ones by the days they took; the last: so many or more */
};
struct board_row {
    int64_t office_id;
    struct str unit, name;
    struct board_figures open, sealed;    /* of matters that are not sealed; of those that are */
};
struct board {
    struct day from, to, day;             /* day: the last that is counted, to or today */
    struct instant at;                    /* when it was counted */
    uint64_t generation;                  /* of the store */
    struct board_row *rows;               /* of all offices that have records, by number */
    size_t rows_n;
    int64_t ages[BOARD_AGES];             /* bounds: up to and with; ages_n of them, then what is older */
    size_t ages_n;
};

struct board_question {
    struct facts *facts;
    struct store *store;
    struct day from, to;
    struct instant now;
};
/* Counts everything anew, whoever looks; lives in the look's arena. ERR_BAD_INPUT as review_compute.
 * Cost: one pass over the facts of matters, some 15 ns a row. */
bool board_count(const struct case_look *l, const struct board_question *q, struct board *ret, struct err *e);

/* Figures of several rows together. */
void board_add(struct board_figures *sum, const struct board_figures *x);
/* The days that so many per cent of the settled ones took at most (nearest rank); -1 when none was. */
int64_t board_days(const struct board_figures *f, int percent);
/* In tenths of a per cent; -1 when nothing is counted. */
int64_t board_on_time(const struct board_figures *f);
int64_t board_satisfaction(const struct board_figures *f);

/* Which of the figures stay unpublished: those from 1 to below the threshold,
 * and as many others that none can be worked out from the sum. True when the sum
 * must stay unpublished too. Pure. */
bool board_hide(int64_t threshold, const int64_t *figures, size_t n, bool *ret_hidden);

/* The period of an id; of an empty one the period of board.csv's default that a day lies in. False when there is none. */
bool board_period(const struct rulebook *b, struct arena *a, struct str id, struct day today, struct rule_period *ret);

/* ---- kept ready ---- */

/* Boards that were asked for lately. Any thread. */
struct board_shelf *board_shelf_open(struct arena *a); /* lives in a */
void board_shelf_close(struct board_shelf *s);
/* From the shelf when there is one of the range that is not older than what
 * board_refresh keeps up, else counted. Valid until the look's arena is emptied. */
bool board_get(struct board_shelf *s, const struct case_look *l, const struct board_question *q, const struct board **ret,
               struct err *e);
/* Counts anew those that were asked for in the last ten minutes and have changed; the default period when none is there. */
bool board_refresh(struct board_shelf *s, const struct case_look *l, const struct board_question *q, struct err *e);

/* The rows of an office and all below it; root 0: all of them, for everybody. */
struct board_part {
    const struct board *board;
    const struct board_row **rows;
    size_t rows_n;
    struct board_figures total, sealed_total;
    bool exact;           /* the viewer may see small numbers */
    bool sealed_shown;    /* the range is one of which sealed matters are published, and is over */
    bool *hidden;         /* by row; of its sealed matters received */
    bool total_hidden;
};
bool board_part(const struct case_look *l, const struct board *b, int64_t root, bool inner, struct board_part *ret, struct err *e);
void board_json(struct json *j, struct arena *a, const struct board_part *p);
void board_csv(struct strbuf *b, struct arena *a, const struct board_part *p);
#endif
