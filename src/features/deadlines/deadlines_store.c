// SPDX-License-Identifier: AGPL-3.0-or-later
/* Follows acts into watches; tells what is due. All in commands, so that two
 * processes never tell the same mark twice: the second finds it moved on. */
#include "features/deadlines/deadlines.h"
#include "features/people/people.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

enum { ACTS_A_SLICE = 2000, MARKS_A_SLICE = 200, TOLD_MAX = 40, CLOCKS_MAX = 64 };

struct clock_row {
    struct case_key key;
    int64_t duty_no;
    struct str step;
    struct day start, due, upto;
};

/* Who leads an office, asked once a slice. */
struct leaders {
    int64_t office_id;
    const int64_t *ids;
    size_t n;
};
enum { LEADERS_MAX = 64 };

/* One sweep, slice by slice. */
struct slice {
    struct deadline_sweep *s;
    int64_t office;              /* followed so far */
    bool followed, done;
    struct case_key at;          /* told so far, in this order: next_day, office, matter, duty */
    int64_t at_day, at_duty;
    struct leaders *leaders;     /* of this slice */
    size_t leaders_n;
};

/* ---- following acts ---- */

static bool put_watch(struct tx *tx, const struct slice *x, const struct clock_row *c, struct err *e)
{
    struct rows *r;
    bool had = false;
    struct rule_running run = {c->start, c->due, c->start};
    if (!store_rows(tx_rd(tx), SQL("SELECT step, start, due, upto FROM deadline_watches WHERE office_id = $1 AND case_id = $2"
                                   " AND duty_no = $3"), VALS(V(c->key.office_id), V(c->key.case_id), V(c->duty_no)), &r, e))
        return false;
    if (rows_next(r)) {
        struct day upto = rows_day(r, 3), yesterday = day_add(x->s->world->today, -1);
        had = true;
        if (str_eq(rows_peek(r, 0), c->step) && rows_day(r, 1).n == c->start.n) /* the same clock: what has passed has passed */
            run.upto = rows_day(r, 2).n == c->due.n || upto.n > yesterday.n ? upto : yesterday;
    }
    if (!rows_end(r, e))
        return false;
    struct day next = rulebook_next_warning(x->s->world->rules, &run);
    struct vals v = VALS(V(c->key.office_id), V(c->key.case_id), V(c->duty_no), V(c->step), V(c->start), V(c->due), V(run.upto),
                         V(next));
    return had ? store_exec(tx, SQL("UPDATE deadline_watches SET step = $4, start = $5, due = $6, upto = $7, next_day = $8"
                                    " WHERE office_id = $1 AND case_id = $2 AND duty_no = $3"), v, NULL, e)
               : store_exec(tx, SQL("INSERT INTO deadline_watches (office_id, case_id, duty_no, step, start, due, upto, next_day)"
                                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"), v, NULL, e);
}

/* The clocks of a matter that run: its open step's and those of duties. */
static bool clocks_of(struct tx *tx, struct case_key key, struct clock_row *list, size_t *n, struct err *e)
{
    struct rows *r;
    *n = 0;
    if (!store_rows(tx_rd(tx), SQL("SELECT 0, step, step_start, due FROM cases WHERE office_id = $1 AND case_id = $2"
                                   " AND closed IS NULL AND due IS NOT NULL AND step_start IS NOT NULL UNION ALL"
                                   " SELECT duty_no, step, start, due FROM case_duties WHERE office_id = $1 AND case_id = $2"
                                   " AND done IS NULL AND due IS NOT NULL"), VALS(V(key.office_id), V(key.case_id)), &r, e))
        return false;
    while (*n < CLOCKS_MAX && rows_next(r))
        list[(*n)++] = (struct clock_row){.key = key, .duty_no = rows_int(r, 0), .step = rows_text(r, tx_arena(tx), 1),
                                          .start = rows_day(r, 2), .due = rows_day(r, 3)};
    return rows_end(r, e);
}

static bool watch_case(struct tx *tx, const struct slice *x, struct case_key key, struct err *e)
{
    size_t n;
    struct clock_row *list = arena_array(tx_arena(tx), struct clock_row, CLOCKS_MAX);
    bool good = store_exec(tx, SQL("UPDATE deadline_watches SET next_day = NULL WHERE office_id = $1 AND case_id = $2"
                                   " AND next_day IS NOT NULL"), VALS(V(key.office_id), V(key.case_id)), NULL, e) &&
                clocks_of(tx, key, list, &n, e);
    for (size_t i = 0; good && i < n; i++)
        good = put_watch(tx, x, &list[i], e);
    return good;
}

static bool set_cursor(struct tx *tx, int64_t office, int64_t act, struct err *e)
{
    int64_t changed = 0;
    return store_exec(tx, SQL("UPDATE deadline_cursors SET act_id = $2 WHERE office_id = $1"), VALS(V(office), V(act)), &changed, e) &&
           (changed || store_exec(tx, SQL("INSERT INTO deadline_cursors (office_id, act_id) VALUES ($1, $2)"),
                                  VALS(V(office), V(act)), NULL, e));
}

/* The acts of an office behind its cursor, at most so many. */
static bool follow_office(struct tx *tx, const struct slice *x, int64_t office, int64_t *left, struct err *e)
{
    struct rows *r;
    int64_t from = 0, last = 0, to;
    size_t n = 0;
    if (!store_one_int(tx_rd(tx), SQL("SELECT coalesce(max(act_id), 0) FROM deadline_cursors WHERE office_id = $1"),
                       VALS(V(office)), &from, e) ||
        !store_one_int(tx_rd(tx), SQL("SELECT max(act_id) FROM acts WHERE office_id = $1"), VALS(V(office)), &last, e))
        return false;
    if (from >= last)
        return true;
    to = last - from > *left ? from + *left : last;
    int64_t *ids = arena_array(tx_arena(tx), int64_t, (size_t)(to - from));
    if (!store_rows(tx_rd(tx), SQL("SELECT DISTINCT subject_id FROM acts WHERE office_id = $1 AND act_id > $2 AND act_id <= $3"
                                   " AND subject = 'case' AND verb <> 'warn'"), VALS(V(office), V(from), V(to)), &r, e))
        return false;
    while (rows_next(r))
        ids[n++] = rows_int(r, 0);
    bool good = rows_end(r, e);
    for (size_t i = 0; good && i < n; i++) {
        struct arena_mark mark = arena_mark(tx_arena(tx));
        good = watch_case(tx, x, (struct case_key){office, ids[i]}, e);
        tx_rewind(tx, mark);
    }
    *left -= to - from;
    return good && set_cursor(tx, office, to, e);
}

static bool follow(struct tx *tx, struct slice *x, struct err *e)
{
    int64_t left = ACTS_A_SLICE, next;
    while (left > 0) {
        /* one look-up an office: the key's index is skipped through, not read */
        if (!store_one_int(tx_rd(tx), SQL("SELECT coalesce(min(office_id), -1) FROM acts WHERE office_id > $1"),
                           VALS(V(x->office)), &next, e))
            return false;
        if (next < 0) {
            x->followed = true;
            return true;
        }
        if (!follow_office(tx, x, next, &left, e))
            return false;
        if (left > 0)
            x->office = next;
    }
    return true;
}

/* ---- telling ---- */

struct told {
    int64_t ids[TOLD_MAX];
    size_t n;
};

static bool tell(struct tx *tx, const struct case_facts *c, int64_t account, struct told *t, struct err *e)
{
    bool barred = false;
    for (size_t i = 0; i < t->n; i++) {
        if (t->ids[i] == account)
            return true;
    }
    if (!account || t->n == TOLD_MAX)
        return true;
    if (c->sealed && !case_is_barred(tx_rd(tx), c->key, account, &barred, e))
        return false;
    if (!barred)
        t->ids[t->n++] = account;
    return true;
}

static bool leaders_of(struct tx *tx, struct slice *x, int64_t office, const struct leaders **ret, struct err *e)
{
    struct person *list;
    size_t n;
    const struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {&program, office, ROLE_LEADER};
    for (size_t i = 0; i < x->leaders_n; i++) {
        *ret = &x->leaders[i];
        if (x->leaders[i].office_id == office)
            return true;
    }
    if (!people_list(tx_rd(tx), tx_arena(tx), &q, &list, &n, e))
        return false;
    int64_t *ids = arena_array(tx_arena(tx), int64_t, n + 1);
    struct leaders *l = &x->leaders[x->leaders_n < LEADERS_MAX ? x->leaders_n++ : LEADERS_MAX - 1];
    *l = (struct leaders){office, ids, 0};
    for (size_t i = 0; i < n; i++) {
        if (!list[i].disabled)
            ids[l->n++] = list[i].account_id;
    }
    *ret = l;
    return true;
}

static bool tell_leaders(struct tx *tx, struct slice *x, const struct case_facts *c, int64_t office, struct told *t, struct err *e)
{
    const struct leaders *l;
    if (!office)
        return true;
    if (!leaders_of(tx, x, office, &l, e))
        return false;
    for (size_t i = 0; i < l->n; i++) {
        if (!tell(tx, c, l->ids[i], t, e))
            return false;
    }
    return true;
}

enum { LEVELS_MAX = 8 };

/* Of one matter: who is told of it at a mark. */
struct telling {
    struct slice *slice;
    const struct case_facts *facts;
    const struct office *office;
    const struct rule_warning *mark;
};

/* The leaders above: of one level, or of all. */
static bool tell_above(struct tx *tx, const struct telling *g, struct told *t, struct err *e)
{
    struct office up = *g->office;
    bool all = g->mark->tells & RULE_TELL_CHAIN;
    for (int level = 0; level < (all ? LEVELS_MAX : 1) && up.parent_office_id; level++) {
        int64_t above = up.parent_office_id;
        if (!tell_leaders(tx, g->slice, g->facts, above, t, e) || (all && !units_office(tx_rd(tx), tx_arena(tx), above, &up, e)))
            return false;
    }
    return true;
}

static bool whom(struct tx *tx, const struct telling *g, struct told *t, struct err *e)
{
    const struct case_facts *c = g->facts;
    unsigned tells = g->mark->tells;
    bool nobody = !c->assigned_to; /* not given to anybody yet: it is the leader's */
    if ((tells & RULE_TELL_OFFICER) && !tell(tx, c, c->assigned_to, t, e))
        return false;
    if (((tells & RULE_TELL_LEADER) || nobody) && !tell_leaders(tx, g->slice, c, c->key.office_id, t, e))
        return false;
    return !(tells & (RULE_TELL_ABOVE | RULE_TELL_CHAIN)) || tell_above(tx, g, t, e);
}

static bool note(struct tx *tx, const struct slice *x, const struct clock_row *k, const struct rule_warning *w, int64_t account,
                 struct err *e)
{
    int64_t no;
    return store_next(tx, k->key.office_id, "deadline_notice", &no, e) &&
           store_exec(tx, SQL("INSERT INTO deadline_notices (office_id, notice_no, account_id, case_id, duty_no, step, start, due,"
                              " mark, day, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL)"),
                      VALS(V(k->key.office_id), V(no), V(account), V(k->key.case_id), V(k->duty_no), V(k->step), V(k->start),
                           V(k->due), V(w->id), V(x->s->world->today)), NULL, e);
}

static void list_told(const struct slice *x, const struct clock_row *k, const struct case_facts *c, const struct rule_warning *w,
                      size_t told)
{
    struct deadline_sweep *s = x->s;
    if (!s->ret)
        s->ret = arena_array(s->arena, struct deadline_warning, DEADLINES_LISTED);
    if (s->ret_n < DEADLINES_LISTED)
        s->ret[s->ret_n++] = (struct deadline_warning){k->key, str_copy(s->arena, c->number), str_copy(s->arena, k->step),
                                                       str_copy(s->arena, w->id), k->due, (int64_t)told};
    s->ret_told++;
}

static bool warn(struct tx *tx, struct slice *x, const struct clock_row *k, const struct office *o, struct err *e)
{
    const struct viewer program = VIEWER_SYSTEM;
    const struct case_look look = {tx_rd(tx), tx_arena(tx), x->s->world, &program};
    struct rule_running run = {k->start, k->due, k->upto};
    struct case_facts c;
    struct told told = {.n = 0};
    const struct rule_warning *w = rulebook_warning_on(x->s->world->rules, &run, x->s->world->today);
    run.upto = x->s->world->today;
    if (!store_exec(tx, SQL("UPDATE deadline_watches SET upto = $4, next_day = $5 WHERE office_id = $1 AND case_id = $2"
                            " AND duty_no = $3"), VALS(V(k->key.office_id), V(k->key.case_id), V(k->duty_no), V(run.upto),
                                                       V(rulebook_next_warning(x->s->world->rules, &run))), NULL, e))
        return false;
    if (!w)
        return true;
    if (!case_get(&look, k->key, &c, e) || !whom(tx, &(struct telling){x, &c, o, w}, &told, e))
        return false;
    for (size_t i = 0; i < told.n; i++) {
        if (!note(tx, x, k, w, told.ids[i], e))
            return false;
    }
    list_told(x, k, &c, w, told.n);
    struct act act = {.office_id = k->key.office_id, .at = x->s->now, .subject = STR("case"), .subject_id = k->key.case_id,
                      .verb = STR("warn"), .basis = k->duty_no ? STR("") : c.due_rule,
                      .note = rulebook_warning(x->s->world->rules, w->id)->name.text[LANG_VI]};
    return act_record(tx, &act, e);
}

/* The clocks at a mark, in order, behind where the last slice ended. */
static bool next_marks(struct tx *tx, const struct slice *x, struct clock_row *list, size_t *n, struct err *e)
{
    struct rows *r;
    *n = 0;
    if (!store_rows(tx_rd(tx), SQL("SELECT office_id, case_id, duty_no, step, start, due, upto, next_day FROM deadline_watches"
                                   " WHERE next_day <= $1 AND (next_day, office_id, case_id, duty_no) > ($2, $3, $4, $5)"
                                   " ORDER BY next_day, office_id, case_id, duty_no LIMIT 200"),
                    VALS(V(x->s->world->today), V(x->at_day), V(x->at.office_id), V(x->at.case_id), V(x->at_duty)), &r, e))
        return false;
    while (*n < MARKS_A_SLICE && rows_next(r))
        list[(*n)++] = (struct clock_row){{rows_int(r, 0), rows_int(r, 1)}, rows_int(r, 2), rows_text(r, tx_arena(tx), 3),
                                          rows_day(r, 4), rows_day(r, 5), rows_day(r, 6)};
    return rows_end(r, e);
}

static bool tell_marks(struct tx *tx, struct slice *x, struct err *e)
{
    size_t n;
    struct clock_row *list = arena_array(tx_arena(tx), struct clock_row, MARKS_A_SLICE);
    int minute = instant_minute_of_day(x->s->now, x->s->world->zone_minutes);
    struct office o = {.office_id = 0};
    if (!next_marks(tx, x, list, &n, e))
        return false;
    x->done = n < MARKS_A_SLICE;
    x->leaders = arena_array(tx_arena(tx), struct leaders, LEADERS_MAX);
    x->leaders_n = 0;
    for (size_t i = 0; i < n; i++) {
        struct clock_row *k = &list[i];
        struct rule_running run = {k->start, k->due, k->upto};
        x->at_day = rulebook_next_warning(x->s->world->rules, &run).n;
        x->at = k->key;
        x->at_duty = k->duty_no;
        if (o.office_id != k->key.office_id && !units_office(tx_rd(tx), tx_arena(tx), k->key.office_id, &o, e))
            return false;
        if (!rulebook_at_work(x->s->world->rules, o.hours, x->s->world->today, minute))
            x->s->ret_closed++;
        else if (!warn(tx, x, k, &o, e))
            return false;
    }
    return true;
}

static bool slice(struct tx *tx, void *arg, struct err *e)
{
    struct slice *x = arg;
    return x->followed ? tell_marks(tx, x, e) : follow(tx, x, e);
}

/* All of it in one command that is then taken back. */
static bool preview(struct tx *tx, void *arg, struct err *e)
{
    struct slice *x = arg;
    while (!x->done) {
        if (!slice(tx, x, e))
            return false;
    }
    return FAIL(e, ERR_CONFLICT, MSG("err.conflict"), "a preview stores nothing");
}

bool deadlines_run(struct deadline_sweep *s, struct err *e)
{
    struct slice x = {.s = s, .at_day = INT32_MIN, .office = INT64_MIN};
    s->ret = NULL;
    s->ret_n = 0;
    s->ret_told = s->ret_closed = 0;
    if (s->preview)
        return store_run(s->store, preview, &x, e) || x.done;
    while (!x.done) {
        if (!store_run(s->store, slice, &x, e))
            return false;
    }
    return true;
}

/* ---- the desk ---- */

static bool read_notices(const struct case_look *l, struct deadline_notices *ret, struct err *e)
{
    struct rows *r;
    enum { SHOWN = 200 };
    struct deadline_notice *list = arena_array(l->arena, struct deadline_notice, SHOWN);
    size_t n = 0;
    if (!store_rows(l->rd, SQL("SELECT n.office_id, n.notice_no, n.case_id, n.step, n.start, n.due, n.mark, n.day, c.number, o.name,"
                               " c.procedure FROM deadline_notices n JOIN cases c ON c.office_id = n.office_id AND c.case_id = n.case_id"
                               " JOIN offices o ON o.office_id = n.office_id WHERE n.account_id = $1 AND n.seen_at IS NULL"
                               " ORDER BY n.day DESC, n.office_id, n.notice_no DESC LIMIT 200"),
                    VALS(V(l->viewer->user_id)), &r, e))
        return false;
    while (n < SHOWN && rows_next(r))
        list[n++] = (struct deadline_notice){.office_id = rows_int(r, 0), .no = rows_int(r, 1),
            .key = {rows_int(r, 0), rows_int(r, 2)}, .step = rows_text(r, l->arena, 3), .start = rows_day(r, 4),
            .due = rows_day(r, 5), .mark = rows_text(r, l->arena, 6), .day = rows_day(r, 7), .number = rows_text(r, l->arena, 8),
            .office = rows_text(r, l->arena, 9), .procedure = rows_text(r, l->arena, 10)};
    *ret = (struct deadline_notices){list, n};
    return rows_end(r, e);
}

bool deadlines_notices(const struct case_look *l, struct deadline_notices *ret, struct err *e)
{
    struct deadline_notices all;
    size_t n = 0;
    if (!read_notices(l, &all, e))
        return false;
    for (size_t i = 0; i < all.n; i++) {
        struct case_facts c;
        struct err no;
        bool barred = false;
        if (!case_is_barred(l->rd, all.v[i].key, l->viewer->user_id, &barred, e))
            return false;
        if (barred) /* kept out since she was told: she learns nothing more of it */
            continue;
        all.v[i].may_open = case_get(l, all.v[i].key, &c, &no);
        all.v[n++] = all.v[i];
    }
    *ret = (struct deadline_notices){all.v, n};
    return true;
}

bool deadlines_see(struct tx *tx, void *seen, struct err *e)
{
    const struct deadline_seen *x = seen;
    int64_t changed = 0;
    if (!x->actor->user_id)
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!x->no)
        return store_exec(tx, SQL("UPDATE deadline_notices SET seen_at = $2 WHERE account_id = $1 AND seen_at IS NULL"),
                          VALS(V(x->actor->user_id), V(x->now)), NULL, e);
    return store_exec(tx, SQL("UPDATE deadline_notices SET seen_at = $4 WHERE office_id = $1 AND notice_no = $2"
                              " AND account_id = $3 AND seen_at IS NULL"),
                      VALS(V(x->office_id), V(x->no), V(x->actor->user_id), V(x->now)), &changed, e) &&
           (changed || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL));
}
