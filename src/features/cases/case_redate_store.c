// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_redate.h"

#include <string.h>

#include "platform/i18n/i18n.h"

enum { PASSES = 8 };

/* ---- steps that are alike ---- */

struct planning {
    struct arena *a;
    const struct rulebook *rules;
    struct case_redate_plan plan;
    struct case_redate_alike **slots; /* a power of two, at most half full */
    size_t slots_n, kinds, room;
};

static uint64_t mix(uint64_t h, const void *p, size_t n)
{
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++)
        h = (h ^ b[i]) * 1099511628211u;
    return h;
}

static uint64_t mix_int(uint64_t h, int64_t n)
{
    h ^= (uint64_t)n + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
    return h * 0xff51afd7ed558ccdu;
}

static uint64_t hash_of(const struct case_redate_alike *k)
{
    uint64_t h = mix(mix(mix(14695981039346656037u, k->step.p, k->step.n), k->procedure.p, k->procedure.n), k->pauses.p, k->pauses.n);
    h = mix_int(mix_int(mix(h, k->rule_before.p, k->rule_before.n), k->start.n), k->before.n);
    return mix_int(mix_int(h, k->complexity * 4 + k->remote * 2 + k->duty), k->extensions);
}

static bool alike(const struct case_redate_alike *x, const struct case_redate_alike *y)
{
    return x->start.n == y->start.n && x->before.n == y->before.n && x->complexity == y->complexity &&
           x->extensions == y->extensions && x->remote == y->remote && x->duty == y->duty &&
           str_eq(x->step, y->step) && str_eq(x->procedure, y->procedure) && str_eq(x->rule_before, y->rule_before) &&
           str_eq(x->pauses, y->pauses);
}

static const char *day_word(struct day d, char iso[11])
{
    return day_is_none(d) ? "-" : day_format(d, iso);
}

static void say(struct planning *p, struct case_redate_alike *k)
{
    char from[11], to[11];
    k->note = str_printf(p->a, STR_FMT ": %s -> %s", STR_ARG(k->step), day_word(k->before, from), day_word(k->after, to));
    if (!k->duty)
        k->facts = str_printf(p->a, "due=%s", day_is_none(k->after) ? "" : day_format(k->after, to));
}

static void work_out(struct planning *p, struct case_redate_alike *k)
{
    struct err hidden;
    struct rule_due due;
    struct rule_clock_question q = {.procedure = k->procedure, .step = k->step, .start = k->start,
                                    .complexity = k->complexity, .remote = k->remote, .extensions = k->extensions};
    k->stuck = !rulebook_procedure(p->rules, k->procedure) ||
               (k->pauses.n && !rule_pauses_parse(p->a, k->pauses, &q.suspended, &q.suspended_n, &hidden)) ||
               !rulebook_due(p->rules, p->a, &q, &due, &hidden);
    if (k->stuck)
        return;
    k->after = due.day;
    k->rule = due.rule;
    k->changes = k->after.n != k->before.n || !str_eq(k->rule, k->rule_before);
    if (k->changes)
        say(p, k);
}

static void grow(struct planning *p)
{
    size_t n = p->slots_n ? p->slots_n * 2 : 4096;
    struct case_redate_alike **slots = arena_array(p->a, struct case_redate_alike *, n);
    for (size_t i = 0; i < p->slots_n; i++) {
        if (!p->slots[i])
            continue;
        size_t at = hash_of(p->slots[i]) & (n - 1);
        while (slots[at])
            at = (at + 1) & (n - 1);
        slots[at] = p->slots[i];
    }
    p->slots = slots;
    p->slots_n = n;
}

static const struct case_redate_alike *kind_of(struct planning *p, const struct case_redate_alike *like)
{
    if (p->kinds * 2 >= p->slots_n)
        grow(p);
    size_t at = hash_of(like) & (p->slots_n - 1);
    while (p->slots[at] && !alike(p->slots[at], like))
        at = (at + 1) & (p->slots_n - 1);
    if (!p->slots[at]) {
        struct case_redate_alike *k = arena_new(p->a, struct case_redate_alike);
        *k = *like;
        k->procedure = str_copy(p->a, like->procedure);
        k->step = str_copy(p->a, like->step);
        k->pauses = str_copy(p->a, like->pauses);
        k->rule_before = str_copy(p->a, like->rule_before);
        work_out(p, k);
        p->slots[at] = k;
        p->kinds++;
    }
    return p->slots[at];
}

/* ---- looking ---- */

static void add(struct planning *p, const struct case_redate_item *item, struct str number)
{
    if (p->plan.n == p->room) {
        p->room = p->room ? p->room * 2 : 1024;
        struct case_redate_item *more = arena_array(p->a, struct case_redate_item, p->room);
        if (p->plan.n)
            memcpy(more, p->plan.v, p->plan.n * sizeof *more);
        p->plan.v = more;
    }
    struct case_redate_item *to = &p->plan.v[p->plan.n++];
    *to = *item;
    if (p->plan.n <= CASE_REDATE_LISTED)
        to->number = str_copy(p->a, number);
}

static void look_at(struct planning *p, struct rows *r, bool duty)
{
    struct case_redate_alike like = {
        .procedure = rows_peek(r, 3), .step = rows_peek(r, 4), .start = rows_day(r, 5), .before = rows_day(r, 6),
        .rule_before = rows_peek(r, 7), .complexity = rows_int(r, 8), .remote = rows_int(r, 9) != 0,
        .extensions = rows_int(r, 10), .pauses = rows_peek(r, 11), .duty = duty,
    };
    p->plan.looked++;
    if (str_ends(like.pauses, STR("..")))
        return; /* interrupted: no due day until it is taken up again, by the rulebook of then */
    const struct case_redate_alike *k = kind_of(p, &like);
    p->plan.stuck += k->stuck;
    if (k->changes)
        add(p, &(struct case_redate_item){.office_id = rows_int(r, 0), .case_id = rows_int(r, 1), .version = rows_int(r, 2),
                                          .duty_no = duty ? rows_int(r, 13) : 0, .what = k}, rows_peek(r, 12));
}

static bool look_at_all(struct planning *p, struct rows *r, bool duty, struct err *e)
{
    while (rows_next(r))
        look_at(p, r, duty);
    return rows_end(r, e);
}

static bool steps_of(struct planning *p, struct rd *rd, int64_t office_id, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT office_id, case_id, version, procedure, step, step_start, due, due_rule, complexity, remote,"
                              " extensions, pauses, number FROM cases WHERE office_id = $1 AND closed IS NULL AND step <> ''"),
                      VALS(V(office_id)), &r, e) &&
           look_at_all(p, r, false, e);
}

static bool duties_of(struct planning *p, struct rd *rd, int64_t office_id, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT d.office_id, d.case_id, c.version, c.procedure, d.step, d.start, d.due, d.due_rule,"
                              " c.complexity, c.remote, d.extensions, d.pauses, c.number, d.duty_no FROM case_duties d"
                              " JOIN cases c ON c.office_id = d.office_id AND c.case_id = d.case_id"
                              " WHERE d.office_id = $1 AND d.done IS NULL"), VALS(V(office_id)), &r, e) &&
           look_at_all(p, r, true, e);
}

static bool next_office(struct rd *rd, int64_t *office_id, bool *ret_more, struct err *e)
{
    int64_t next;
    if (!store_one_int(rd, SQL("SELECT COALESCE(MIN(office_id), 0) FROM cases WHERE office_id > $1"), VALS(V(*office_id)), &next, e))
        return false;
    bool more = next > *office_id;
    *ret_more = more;
    *office_id = next;
    return true;
}

bool case_redate_plan(struct rd *rd, struct arena *a, const struct rulebook *rules, struct case_redate_plan *ret, struct err *e)
{
    struct planning p = {.a = a, .rules = rules};
    int64_t office_id = 0;
    bool more;
    if (!next_office(rd, &office_id, &more, e))
        return false;
    while (more) {
        if (!steps_of(&p, rd, office_id, e) || !duties_of(&p, rd, office_id, e) || !next_office(rd, &office_id, &more, e))
            return false;
    }
    *ret = p.plan;
    return true;
}

/* ---- writing ---- */

struct batch {
    const struct case_redate *r;
    const struct case_redate_item *v;
    size_t n;
    int64_t written;
};

/* Nothing when somebody was quicker. */
static bool write_item(struct tx *tx, const struct case_redate_item *i, int64_t *ret_changed, struct err *e)
{
    const struct case_redate_alike *k = i->what;
    if (i->duty_no)
        return store_exec(tx, SQL("UPDATE case_duties SET due = $4, due_rule = $5 WHERE office_id = $1 AND case_id = $2"
                                  " AND duty_no = $3 AND done IS NULL AND COALESCE(due, -1) = $6 AND due_rule = $7"),
                          VALS(V(i->office_id), V(i->case_id), V(i->duty_no), V(k->after), V(k->rule),
                               V(day_is_none(k->before) ? -1 : k->before.n), V(k->rule_before)), ret_changed, e);
    return store_exec(tx, SQL("UPDATE cases SET due = $4, due_rule = $5 WHERE office_id = $1 AND case_id = $2 AND version = $3"
                              " AND COALESCE(due, -1) = $6 AND due_rule = $7"),
                      VALS(V(i->office_id), V(i->case_id), V(i->version), V(k->after), V(k->rule),
                           V(day_is_none(k->before) ? -1 : k->before.n), V(k->rule_before)), ret_changed, e);
}

static struct act act_of(const struct batch *b, const struct case_redate_item *i, const struct digest *none)
{
    const struct case_redate_alike *k = i->what;
    return (struct act){.office_id = i->office_id, .at = b->r->now, .actor_id = b->r->actor->user_id, .actor = b->r->actor->name,
                        .subject = STR("case"), .subject_id = i->case_id, .verb = STR("redate"),
                        .basis = k->rule.n ? k->rule : k->rule_before, .note = k->note, .facts = k->facts, .open = true,
                        .content = *none};
}

static bool write_batch(struct tx *tx, void *arg, struct err *e)
{
    struct batch *b = arg;
    struct digest none = digest_of("", 0);
    struct act *acts = arena_array(tx_arena(tx), struct act, b->n);
    size_t n = 0;
    b->written = 0;
    for (size_t i = 0; i < b->n; i++) {
        int64_t changed = 0;
        if (!write_item(tx, &b->v[i], &changed, e))
            return false;
        if (changed)
            acts[n++] = act_of(b, &b->v[i], &none);
        b->written += changed;
        if (n && (i + 1 == b->n || b->v[i + 1].office_id != b->v[i].office_id)) {
            if (!act_record_many(tx, acts, n, e))
                return false;
            n = 0;
        }
    }
    return true;
}

static bool write_all(struct store *s, struct case_redate *r, const struct case_redate_plan *plan, struct err *e)
{
    for (size_t i = 0; i < plan->n; i += CASE_REDATE_BATCH) {
        struct batch b = {.r = r, .v = plan->v + i, .n = plan->n - i < CASE_REDATE_BATCH ? plan->n - i : CASE_REDATE_BATCH};
        if (!store_run(s, write_batch, &b, e))
            return false;
        r->ret_changed += b.written;
    }
    return true;
}

static bool one_pass(struct store *s, struct case_redate *r, bool *ret_more, struct err *e)
{
    struct arena a;
    struct rd *rd;
    struct case_redate_plan plan = {0};
    arena_init(&a);
    bool good = store_read(s, &a, &rd, e);
    if (good) {
        good = case_redate_plan(rd, &a, r->rules, &plan, e);
        store_read_end(rd);
    }
    good = good && write_all(s, r, &plan, e);
    if (good) {
        r->ret_looked = plan.looked;
        r->ret_stuck = plan.stuck;
        *ret_more = plan.n > 0;
    }
    arena_done(&a);
    return good;
}

bool case_redate(struct store *s, struct case_redate *r, struct err *e)
{
    bool more = true;
    if (!r->actor->system && !viewer_has(r->actor, ROLE_ADMIN))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), "steps are re-dated by an administrator");
    r->ret_changed = 0;
    for (int pass = 0; more && pass < PASSES; pass++) {
        if (!one_pass(s, r, &more, e))
            return false;
    }
    return true;
}
