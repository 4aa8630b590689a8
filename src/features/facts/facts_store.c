// SPDX-License-Identifier: AGPL-3.0-or-later
/* From the acts into the columns. */
#include "features/facts/facts_inner.h"

/* A fact row is worth keeping on disk once so many have come. */
enum { SAVE_ROWS = 20000 };

static bool take_act(struct facts *f, size_t office, struct rows *r, struct arena *scratch, struct err *e)
{
    struct fact_table *t = facts_table(f, rows_peek(r, 2));
    struct fact_change c = {.office = office, .id = rows_int(r, 3),
                            .day = facts_day(instant_day(rows_instant(r, 1), f->zone_minutes)),
                            .facts = rows_text(r, scratch, 4)};
    bool good = !t || fact_apply(f, t, &c, e);
    arena_reset(scratch);
    return good;
}

/* The acts of one office that are new, in their order. */
static bool take_office(struct facts *f, struct rd *rd, size_t at, int64_t last, struct err *e)
{
    struct rows *r;
    struct arena scratch;
    bool good = true;
    int64_t taken = COLUMN_AT(int64_t, f->taken, at);
    if (!store_rows(rd, SQL("SELECT act_id, at, subject, subject_id, facts FROM acts"
                            " WHERE office_id = $1 AND act_id > $2 AND act_id <= $3 AND facts <> '' ORDER BY act_id"),
                    VALS(V(COLUMN_AT(int64_t, f->offices, at)), V(taken), V(last)), &r, e))
        return false;
    arena_init(&scratch);
    while (good && rows_next(r)) {
        good = take_act(f, at, r, &scratch, e);
        if (good)
            COLUMN_AT(int64_t, f->taken, at) = rows_int(r, 0);
    }
    arena_done(&scratch);
    struct err end;
    if (!rows_end(r, &end) && good) {
        *e = end;
        good = false;
    }
    if (good)
        COLUMN_AT(int64_t, f->taken, at) = last;
    return good;
}

static bool take_all(struct facts *f, struct rd *rd, struct err *e)
{
    int64_t office = INT64_MIN, next, last;
    for (;;) {
        /* one look-up an office: the key's index is skipped through, not read */
        if (!store_one_int(rd, SQL("SELECT coalesce(min(office_id), -1) FROM acts WHERE office_id > $1"), VALS(V(office)), &next, e))
            return false;
        if (next < 0)
            return true;
        size_t at;
        if (!store_one_int(rd, SQL("SELECT max(act_id) FROM acts WHERE office_id = $1"), VALS(V(next)), &last, e) ||
            !facts_office(f, next, &at, e))
            return false;
        if (last > COLUMN_AT(int64_t, f->taken, at) && !take_office(f, rd, at, last, e))
            return false;
        office = next;
    }
}

bool facts_catch_up(struct facts *f, struct rd *rd, struct err *e)
{
    pthread_rwlock_wrlock(&f->lock);
    bool good = take_all(f, rd, e);
    if (good && f->lock_fd >= 0 && f->unsaved >= SAVE_ROWS)
        good = marks_write(f, e);
    pthread_rwlock_unlock(&f->lock);
    return good;
}
