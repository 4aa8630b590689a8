// SPDX-License-Identifier: AGPL-3.0-or-later
/* The file of a denunciation: papers, the team, what makes it complex, measures. */
#include <string.h>

#include "features/cases/case_access.h"
#include "features/cases/case_seal.h"
#include "features/cases/denounce_rows.h"
#include "platform/i18n/i18n.h"

enum { PAPERS = 200, KINDS = 40, MEASURES = 40 };

/* The look's viewer may open the matter. */
static bool may_open(const struct case_look *l, const struct case_facts *c, struct err *e)
{
    if (!denounce_admits(l, c, e))
        return false;
    return case_may_see(l->viewer, c) || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
}

/* ---- papers ---- */

bool denounce_paper(const struct case_doing *d, const struct case_facts *c, struct str kind, struct str text, struct err *e)
{
    int64_t n = 0;
    struct str sealed = {0};
    if (!store_one_int(tx_rd(d->tx), SQL("SELECT count(*) FROM case_papers WHERE office_id = $1 AND case_id = $2"),
                       VALS(V(c->key.office_id), V(c->key.case_id)), &n, e))
        return false;
    if (c->sealed && !case_seal_string(tx_arena(d->tx), d->world->keys, c->key, text, &sealed, e))
        return false;
    return store_exec(d->tx, SQL("INSERT INTO case_papers (office_id, case_id, paper_no, kind, day, at, author, body, sealed)"
                                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(n + 1), V(kind), V(d->world->today), V(d->now),
                           V(d->actor->user_id), V(c->sealed ? STR("") : text), c->sealed ? val_blob(sealed) : val_null()),
                      NULL, e);
}

static bool read_paper(struct rows *r, const struct case_look *l, const struct case_facts *c, struct case_paper *x, struct err *e)
{
    *x = (struct case_paper){.no = rows_int(r, 0), .kind = rows_text(r, l->arena, 1), .day = rows_day(r, 2),
                             .author = rows_int(r, 3), .text = rows_text(r, l->arena, 4)};
    return rows_null(r, 5) || case_unseal_string(l->arena, l->world->keys, c->key, rows_text(r, l->arena, 5), &x->text, e);
}

bool case_papers(const struct case_look *l, const struct case_facts *c, struct case_paper_list *ret, struct err *e)
{
    struct rows *r;
    struct err end;
    size_t n = 0;
    bool good = true;
    struct case_paper *list = arena_array(l->arena, struct case_paper, PAPERS);
    if (!may_open(l, c, e))
        return false;
    if (!store_rows(l->rd, SQL("SELECT paper_no, kind, day, author, body, sealed FROM case_papers WHERE office_id = $1"
                               " AND case_id = $2 ORDER BY paper_no LIMIT 200"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (good && n < PAPERS && rows_next(r)) {
        good = read_paper(r, l, c, &list[n], e);
        n += good;
    }
    if (!rows_end(r, good ? e : &end) || !good)
        return false;
    *ret = (struct case_paper_list){list, n};
    return true;
}

/* ---- what the rulebook's words ask ---- */

static bool read_words(struct rows *r, struct arena *a, struct str **ret, size_t *ret_n, struct err *e)
{
    struct str *list = arena_array(a, struct str, KINDS);
    size_t n = 0;
    while (n < KINDS && rows_next(r))
        list[n++] = rows_text(r, a, 0);
    *ret = list;
    *ret_n = n;
    return rows_end(r, e);
}

bool denounce_state(const struct case_look *l, struct case_key key, struct denounce_state *ret, struct err *e)
{
    struct rows *r;
    struct rd *rd = l->rd;
    struct arena *a = l->arena;
    struct denounce_state s = {0};
    struct vals v = VALS(V(key.office_id), V(key.case_id));
    if (!store_rows(rd, SQL("SELECT DISTINCT kind FROM case_papers WHERE office_id = $1 AND case_id = $2"), v, &r, e) ||
        !read_words(r, a, &s.kinds, &s.kinds_n, e) ||
        !store_rows(rd, SQL("SELECT DISTINCT step FROM case_duties WHERE office_id = $1 AND case_id = $2 AND done IS NULL"), v,
                    &r, e) ||
        !read_words(r, a, &s.owed, &s.owed_n, e) ||
        !store_rows(rd, SQL("SELECT DISTINCT step FROM case_duties WHERE office_id = $1 AND case_id = $2 AND done IS NULL"
                            " AND due <= $3"), VALS(V(key.office_id), V(key.case_id), V(l->world->today)), &r, e) ||
        !read_words(r, a, &s.ripe, &s.ripe_n, e) ||
        !store_one_int(rd, SQL("SELECT count(*) FROM case_team WHERE office_id = $1 AND case_id = $2 AND until IS NULL"), v,
                       &s.team, e) ||
        !store_one_int(rd, SQL("SELECT count(*) FROM case_accused WHERE office_id = $1 AND case_id = $2"), v, &s.accused, e) ||
        !store_one_int(rd, SQL("SELECT count(*) FROM case_measures WHERE office_id = $1 AND case_id = $2 AND ended IS NULL"), v,
                       &s.measures, e))
        return false;
    *ret = s;
    return true;
}

/* ---- the team ---- */

static bool add_member(const struct case_doing *d, struct case_key k, int64_t account_id, bool leads, struct err *e)
{
    return store_exec(d->tx, SQL("INSERT INTO case_team (office_id, case_id, account_id, leads, since, until)"
                                 " VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT (office_id, case_id, account_id)"
                                 " DO UPDATE SET leads = $4, until = NULL"),
                      VALS(V(k.office_id), V(k.case_id), V(account_id), V((int)leads), V(d->world->today)), NULL, e);
}

bool denounce_set_team(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *in, struct err *e)
{
    if (!store_exec(d->tx, SQL("UPDATE case_team SET until = $3 WHERE office_id = $1 AND case_id = $2 AND until IS NULL"),
                    VALS(V(c->key.office_id), V(c->key.case_id), V(d->world->today)), NULL, e))
        return false;
    for (size_t i = 0; i < in->members_n; i++) {
        if (!add_member(d, c->key, in->members[i], i == 0, e))
            return false;
    }
    return true;
}

bool case_team_of(const struct case_look *l, const struct case_facts *c, struct case_member_list *ret, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    struct case_member *list = arena_array(l->arena, struct case_member, DENOUNCE_TEAM);
    if (!may_open(l, c, e))
        return false;
    if (!store_rows(l->rd, SQL("SELECT account_id, leads, since FROM case_team WHERE office_id = $1 AND case_id = $2"
                               " AND until IS NULL ORDER BY leads DESC, account_id"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (n < DENOUNCE_TEAM && rows_next(r))
        list[n++] = (struct case_member){rows_int(r, 0), rows_int(r, 1) != 0, rows_day(r, 2)};
    if (!rows_end(r, e))
        return false;
    *ret = (struct case_member_list){list, n};
    return true;
}

/* ---- what makes it complex ---- */

bool denounce_set_criteria(const struct case_doing *d, const struct case_facts *c, const struct denounce_deed *in,
                           bool confirmed, struct err *e)
{
    if (!store_exec(d->tx, SQL("DELETE FROM case_criteria WHERE office_id = $1 AND case_id = $2"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), NULL, e))
        return false;
    for (size_t i = 0; i < in->criteria_n; i++) {
        if (!store_exec(d->tx, SQL("INSERT INTO case_criteria (office_id, case_id, criterion, confirmed, by_account, at)"
                                   " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (office_id, case_id, criterion) DO NOTHING"),
                        VALS(V(c->key.office_id), V(c->key.case_id), V(in->criteria[i]), V((int)confirmed),
                             V(d->actor->user_id), V(d->now)), NULL, e))
            return false;
    }
    return true;
}

/* The facts of a matter that criteria.csv names. */
static bool count_facts(const struct case_look *l, const struct case_facts *c, struct str fact, int64_t *ret, struct err *e)
{
    struct vals key = VALS(V(c->key.office_id), V(c->key.case_id));
    *ret = 0;
    if (str_is(fact, "people"))
        *ret = c->people;
    else if (str_is(fact, "accused_offices"))
        return store_one_int(l->rd, SQL("SELECT count(DISTINCT of_office) FROM case_accused WHERE office_id = $1 AND case_id = $2"
                                        " AND of_office > 0"), key, ret, e);
    else if (str_is(fact, "joined"))
        return store_one_int(l->rd, SQL("SELECT count(*) + 1 FROM case_links WHERE office_id = $1 AND to_office = $1"
                                        " AND to_case = $2 AND relation = 'duplicate_of'"), key, ret, e);
    return true;
}

static bool mark_chosen(const struct case_look *l, const struct case_facts *c, struct case_criterion *list, size_t n,
                        struct err *e)
{
    struct rows *r;
    if (!store_rows(l->rd, SQL("SELECT criterion, confirmed FROM case_criteria WHERE office_id = $1 AND case_id = $2"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (rows_next(r)) {
        for (size_t i = 0; i < n; i++) {
            if (str_eq(list[i].rule->id, rows_peek(r, 0))) {
                list[i].proposed = true;
                list[i].confirmed = rows_int(r, 1) != 0;
            }
        }
    }
    return rows_end(r, e);
}

bool case_criteria_of(const struct case_look *l, const struct case_facts *c, struct case_criterion_list *ret, struct err *e)
{
    const struct rule_word **words;
    size_t n;
    int64_t fact;
    if (!may_open(l, c, e))
        return false;
    rulebook_words(l->world->rules, l->arena, "criteria", c->kind, STR(""), &words, &n);
    struct case_criterion *list = arena_array(l->arena, struct case_criterion, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        list[i].rule = words[i];
        if (!count_facts(l, c, words[i]->fact, &fact, e))
            return false;
        list[i].computed = words[i]->fact.n && fact >= words[i]->least;
    }
    if (!mark_chosen(l, c, list, n, e))
        return false;
    *ret = (struct case_criterion_list){list, n};
    return true;
}

/* ---- measures of protection ---- */

bool denounce_measure(const struct case_doing *d, const struct case_facts *c, struct str measure, struct err *e)
{
    int64_t n = 0;
    return store_one_int(tx_rd(d->tx), SQL("SELECT count(*) FROM case_measures WHERE office_id = $1 AND case_id = $2"),
                         VALS(V(c->key.office_id), V(c->key.case_id)), &n, e) &&
           store_exec(d->tx, SQL("INSERT INTO case_measures (office_id, case_id, measure_no, measure, begun, ended)"
                                 " VALUES ($1, $2, $3, $4, $5, NULL)"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(n + 1), V(measure), V(d->world->today)), NULL, e);
}

bool denounce_measures_end(const struct case_doing *d, struct case_key k, struct str measure, struct err *e)
{
    return store_exec(d->tx, SQL("UPDATE case_measures SET ended = $3 WHERE office_id = $1 AND case_id = $2 AND ended IS NULL"
                                 " AND ($4 = '' OR measure = $4)"),
                      VALS(V(k.office_id), V(k.case_id), V(d->world->today), V(measure)), NULL, e);
}

bool case_measures(const struct case_look *l, const struct case_facts *c, struct case_measure_list *ret, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    struct case_measure *list = arena_array(l->arena, struct case_measure, MEASURES);
    if (!may_open(l, c, e))
        return false;
    if (!store_rows(l->rd, SQL("SELECT measure, begun, ended FROM case_measures WHERE office_id = $1 AND case_id = $2"
                               " ORDER BY measure_no LIMIT 40"), VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (n < MEASURES && rows_next(r))
        list[n++] = (struct case_measure){rows_text(r, l->arena, 0), rows_day(r, 1), rows_day(r, 2)};
    if (!rows_end(r, e))
        return false;
    *ret = (struct case_measure_list){list, n};
    return true;
}

bool denounce_linked(struct rd *rd, struct case_key key, const char *relation, struct case_key ret[DENOUNCE_LINKED],
                     size_t *ret_n, struct err *e)
{
    struct rows *r;
    *ret_n = 0;
    if (!store_rows(rd, SQL("SELECT to_office, to_case FROM case_links WHERE office_id = $1 AND case_id = $2 AND relation = $3"
                            " ORDER BY to_case"), VALS(V(key.office_id), V(key.case_id), V(relation)), &r, e))
        return false;
    while (*ret_n < DENOUNCE_LINKED && rows_next(r))
        ret[(*ret_n)++] = (struct case_key){rows_int(r, 0), rows_int(r, 1)};
    return rows_end(r, e);
}

bool case_protects(const struct case_look *l, struct case_key key, struct case_key *ret, struct err *e)
{
    struct case_key of[DENOUNCE_LINKED];
    struct case_facts c;
    size_t n;
    if (!case_get(l, key, &c, e) || !denounce_linked(l->rd, key, "protection_of", of, &n, e))
        return false;
    if (!n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    *ret = of[0];
    return true;
}

bool denounce_code(struct tx *tx, struct case_key key, struct digest *ret, struct err *e)
{
    struct rows *r;
    bool found = false;
    if (!store_rows(tx_rd(tx), SQL("SELECT code_hash FROM cases WHERE office_id = $1 AND case_id = $2"),
                    VALS(V(key.office_id), V(key.case_id)), &r, e))
        return false;
    if (rows_next(r)) {
        struct str bytes = rows_peek(r, 0);
        found = bytes.n == sizeof ret->b;
        if (found)
            memcpy(ret->b, bytes.p, bytes.n);
    }
    if (!rows_end(r, e))
        return false;
    return found || FAIL(e, ERR_STORE, MSG("err.store.damaged"), "a matter has no code");
}
