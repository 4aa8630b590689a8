// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_talk.h"

#include "base/text.h"
#include "features/cases/case_access.h"
#include "features/cases/case_rows.h"
#include "features/cases/case_seal.h"
#include "features/cases/denounce_rows.h"
#include "platform/i18n/i18n.h"

enum { WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER, SHOWN = 100, WAITING = 200 };

static bool may_write(const struct viewer *v, const struct case_facts *c)
{
    return viewer_may(v, c->key.office_id, WORKERS) || c->on_team;
}

static bool read_message(struct rows *r, const struct case_look *l, const struct case_facts *c, struct case_message *x, struct err *e)
{
    *x = (struct case_message){.no = rows_int(r, 0), .day = rows_day(r, 1), .hers = rows_int(r, 2) == 0,
                               .waits = rows_int(r, 2) == 0 && rows_null(r, 3), .body = rows_text(r, l->arena, 4)};
    return rows_null(r, 5) || case_unseal_string(l->arena, l->world->keys, c->key, rows_text(r, l->arena, 5), &x->body, e);
}

static bool read_all(const struct case_look *l, const struct case_facts *c, struct case_talk *t, int64_t *authors, struct err *e)
{
    struct rows *r;
    struct err end;
    bool good = true;
    if (!store_rows(l->rd, SQL("SELECT message_no, day, author, seen, body, sealed FROM (SELECT message_no, day, author, seen, body, sealed"
                               " FROM case_messages WHERE office_id = $1 AND case_id = $2 ORDER BY message_no DESC LIMIT 100) AS last"
                               " ORDER BY message_no"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (good && t->n < SHOWN && rows_next(r)) {
        authors[t->n] = rows_int(r, 2);
        good = read_message(r, l, c, &t->v[t->n], e);
        t->n += good;
    }
    return rows_end(r, good ? e : &end) && good;
}

/* Who of the office wrote: for its own people. */
static bool name_them(const struct case_look *l, const struct case_facts *c, struct case_talk *t, const int64_t *authors, struct err *e)
{
    struct person *people;
    size_t n;
    struct viewer program = VIEWER_SYSTEM;
    struct people_query q = {.viewer = &program, .office_id = c->key.office_id};
    if (!t->n || !may_write(l->viewer, c))
        return true;
    if (!people_list(l->rd, l->arena, &q, &people, &n, e))
        return false;
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < n; k++) {
            if (authors[i] && people[k].account_id == authors[i])
                t->v[i].name = people[k].name;
        }
    }
    return true;
}

bool case_talk(const struct case_look *l, const struct case_facts *c, struct case_talk *ret, struct err *e)
{
    int64_t authors[SHOWN];
    bool hers = false;
    struct case_talk t = {.v = arena_array(l->arena, struct case_message, SHOWN)};
    if (!denounce_admits(l, c, e) || !case_holds_code(l->rd, l->viewer, c->key, &hers, e))
        return false;
    if (!hers && !case_may_see(l->viewer, c))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    t.may_write = hers || may_write(l->viewer, c);
    if (!read_all(l, c, &t, authors, e) || !name_them(l, c, &t, authors, e))
        return false;
    *ret = t;
    return true;
}

/* ---- writing ---- */

static bool load(const struct case_doing *d, struct case_key key, struct case_facts *ret, bool *ret_hers, struct err *e)
{
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, d->actor};
    if (!case_load(l.rd, l.arena, key, ret, e) || !denounce_view(&l, ret, e) || !denounce_admits(&l, ret, e) ||
        !case_holds_code(l.rd, d->actor, key, ret_hers, e))
        return false;
    if (*ret_hers)
        return true;
    if (!case_may_see(d->actor, ret))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    return may_write(d->actor, ret) || FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
}

static bool last_no(const struct case_doing *d, struct case_key k, int64_t *ret_last, int64_t *ret_unseen, struct err *e)
{
    struct rows *r;
    *ret_last = *ret_unseen = 0;
    if (!store_rows(tx_rd(d->tx), SQL("SELECT max(message_no), count(CASE WHEN author = 0 AND seen IS NULL THEN 1 END)"
                                      " FROM case_messages WHERE office_id = $1 AND case_id = $2"),
                    VALS(V(k.office_id), V(k.case_id)), &r, e))
        return false;
    if (rows_next(r)) {
        *ret_last = rows_int(r, 0);
        *ret_unseen = rows_int(r, 1);
    }
    return rows_end(r, e);
}

static bool note_hers(const struct case_doing *d, struct case_key k, struct err *e)
{
    return store_exec(d->tx, SQL("UPDATE case_messages SET seen = $3 WHERE office_id = $1 AND case_id = $2 AND author = 0"
                                 " AND seen IS NULL"), VALS(V(k.office_id), V(k.case_id), V(d->world->today)), NULL, e);
}

static bool add(const struct case_doing *d, const struct case_facts *c, int64_t no, bool hers, struct str text, struct err *e)
{
    struct str sealed = {0};
    if (c->sealed && !case_seal_string(tx_arena(d->tx), d->world->keys, c->key, text, &sealed, e))
        return false;
    return store_exec(d->tx, SQL("INSERT INTO case_messages (office_id, case_id, message_no, day, author, seen, body, sealed)"
                                 " VALUES ($1, $2, $3, $4, $5, NULL, $6, $7)"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(no), V(d->world->today), V(hers ? 0 : d->actor->user_id),
                           V(c->sealed ? STR("") : text), c->sealed ? val_blob(sealed) : val_null()),
                      NULL, e);
}

bool case_say(const struct case_doing *d, struct case_key key, struct str text, struct err *e)
{
    struct case_facts c;
    bool hers = false;
    int64_t last, unseen;
    struct str body = str_trim(text);
    if (!load(d, key, &c, &hers, e))
        return false;
    if (!body.n || text_chars(body) > CASE_MESSAGE_MAX)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.message"), NULL);
    if (!last_no(d, key, &last, &unseen, e))
        return false;
    if (hers && unseen >= CASE_TALK_UNSEEN)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.talk_full"), NULL);
    struct act act = {.verb = STR("message"), .open = true,
                      .content = c.sealed ? key_mac(d->world->keys, KEY_IDENTITY, body) : digest_of(body.p, body.n)};
    return (hers || note_hers(d, key, e)) && add(d, &c, last + 1, hers, body, e) && case_act_record(d, &c, &act, e);
}

bool case_heard(const struct case_doing *d, struct case_key key, struct err *e)
{
    struct case_facts c;
    bool hers = false;
    if (!load(d, key, &c, &hers, e))
        return false;
    struct act act = {.verb = STR("message_seen")};
    return hers ? FAIL(e, ERR_DENIED, MSG("err.denied"), NULL) : note_hers(d, key, e) && case_act_record(d, &c, &act, e);
}

bool case_talk_waiting(const struct case_look *l, int64_t office_id, int64_t **ret_ids, size_t *ret_n, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    int64_t *ids = arena_array(l->arena, int64_t, WAITING);
    if (!case_may_read_register(l->viewer, office_id))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!store_rows(l->rd, SQL("SELECT DISTINCT case_id FROM case_messages WHERE office_id = $1 AND seen IS NULL AND author = 0"
                               " ORDER BY case_id LIMIT 200"), VALS(V(office_id)), &r, e))
        return false;
    while (n < WAITING && rows_next(r))
        ids[n++] = rows_int(r, 0);
    if (!rows_end(r, e))
        return false;
    *ret_ids = ids;
    *ret_n = n;
    return true;
}
