// SPDX-License-Identifier: AGPL-3.0-or-later
/* What hangs on a matter: text, files, links, answers, ratings, likenesses. */
#include <string.h>

#include "base/text.h"
#include "features/cases/case_access.h"
#include "features/cases/case_check.h"
#include "features/cases/case_rows.h"
#include "features/cases/case_seal.h"
#include "features/units/units.h"
#include "features/vault/vault.h"
#include "features/cases/denounce_rows.h"

static void read_text(struct rows *r, struct arena *a, struct case_text *t)
{
    *t = (struct case_text){
        .title = rows_text(r, a, 0),
        .body = rows_text(r, a, 1),
        .place = rows_text(r, a, 2),
        .who = {.name = rows_text(r, a, 3), .address = rows_text(r, a, 4), .phone = rows_text(r, a, 5), .email = rows_text(r, a, 6),
                .id_number = rows_text(r, a, 7), .others = rows_text(r, a, 8)},
    };
}

/* An identity that is not under the server's own key: with the holders here, or with those of another office. */
static bool where_is_who(const struct case_look *l, const struct case_facts *c, struct case_text *t, struct err *e)
{
    if (t->who.name.n)
        return true;
    if (!vault_has(l->rd, (struct vault_place){c->key.office_id, c->key.case_id}, &t->who_vaulted, e))
        return false;
    t->who_elsewhere = !t->who_vaulted && !str_is(c->petitioner, "anonymous");
    return true;
}

bool case_load_text(const struct case_look *l, const struct case_facts *c, struct case_text *ret, struct err *e)
{
    struct rows *r;
    struct case_text t = {0};
    struct str sealed = {0};
    if (!store_rows(l->rd, SQL("SELECT title, body, place, name, address, phone, email, id_number, others, sealed"
                            " FROM case_texts WHERE office_id = $1 AND case_id = $2"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    bool found = rows_next(r);
    if (found) {
        read_text(r, l->arena, &t);
        sealed = rows_text(r, l->arena, 9);
    }
    if (!rows_end(r, e))
        return false;
    if (!found)
        return FAIL(e, ERR_STORE, "err.store.damaged", "a matter has no text");
    if (c->sealed && (!case_unseal_text(l->arena, l->world->keys, c->key, sealed, &t, e) || !where_is_who(l, c, &t, e)))
        return false;
    *ret = t;
    return true;
}

bool case_get_text(const struct case_look *l, const struct case_facts *c, struct case_text *ret, struct err *e)
{
    struct case_text t;
    if (!denounce_admits(l, c, e) || !case_load_text(l, c, &t, e))
        return false;
    if (!case_may_see_identity(l->viewer, c) && !l->viewer->track_case) {
        t.who = (struct case_identity){0};
        t.who_hidden = true;
    }
    *ret = t;
    return true;
}

bool case_files(const struct case_look *l, const struct case_facts *c, struct case_file_list *ret, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    struct case_file *list = arena_array(l->arena, struct case_file, CASE_FILES_MAX);
    if (!denounce_admits(l, c, e))
        return false;
    if (!case_may_see(l->viewer, c))
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", NULL);
    if (!store_rows(l->rd, SQL("SELECT file_no, stored, name, kind, sha256, bytes, sealed FROM case_files WHERE office_id = $1"
                            " AND case_id = $2 ORDER BY file_no"), VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    while (n < CASE_FILES_MAX && rows_next(r)) {
        list[n++] = (struct case_file){.file_no = rows_int(r, 0), .stored = rows_text(r, l->arena, 1), .name = rows_text(r, l->arena, 2),
                                       .kind = rows_text(r, l->arena, 3), .sha256 = rows_text(r, l->arena, 4), .bytes = rows_int(r, 5),
                                       .sealed = rows_int(r, 6) != 0, .own = rows_int(r, 6) == 2};
    }
    if (!rows_end(r, e))
        return false;
    *ret = (struct case_file_list){list, n};
    return true;
}

bool case_files_for_copy(struct tx *tx, const struct case_facts *c, struct case_new *in, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {tx_rd(tx), tx_arena(tx), NULL, &program};
    struct case_file_list files;
    if (!case_files(&l, c, &files, e))
        return false;
    /* what shows who wrote stays where the identity is */
    for (size_t i = 0; i < files.n; i++) {
        if (!files.v[i].own)
            files.v[in->files_n++] = files.v[i];
    }
    in->files = files.v;
    return true;
}

enum { LINKS = 50 };

/* Where a matter went on is no secret between the offices, nor from who handed
 * it in: its number is told also to those who may not open it there. */
static bool goes_on(struct str relation)
{
    return str_starts(relation, STR("forwarded")) || str_starts(relation, STR("second"));
}

static bool link_number(const struct case_look *l, struct case_link *x, struct err *e)
{
    struct rows *r;
    if (!store_rows(l->rd, SQL("SELECT number FROM cases WHERE office_id = $1 AND case_id = $2"),
                    VALS(V(x->to.office_id), V(x->to.case_id)), &r, e))
        return false;
    if (rows_next(r))
        x->number = rows_text(r, l->arena, 0);
    return rows_end(r, e);
}

bool case_links(const struct case_look *l, struct case_key key, struct case_link_list *ret, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    struct case_facts own;
    struct case_link *list = arena_array(l->arena, struct case_link, LINKS);
    if (!case_get(l, key, &own, e))
        return false;
    if (!store_rows(l->rd, SQL("SELECT relation, to_office, to_case FROM case_links WHERE office_id = $1 AND case_id = $2"
                            " ORDER BY relation, to_office, to_case LIMIT 50"),
                    VALS(V(key.office_id), V(key.case_id)), &r, e))
        return false;
    while (n < LINKS && rows_next(r))
        list[n++] = (struct case_link){.relation = rows_text(r, l->arena, 0), .to = {rows_int(r, 1), rows_int(r, 2)},
                                       .office_id = rows_int(r, 1)};
    if (!rows_end(r, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct case_facts c;
        struct err hidden;
        if (case_get(l, list[i].to, &c, &hidden)) {
            list[i].number = c.number;
            list[i].state = c.state;
        } else if (goes_on(list[i].relation) && !link_number(l, &list[i], e)) {
            return false;
        }
    }
    *ret = (struct case_link_list){list, n};
    return true;
}

enum { ANSWERS = 50 };

static bool read_answer(struct rows *r, const struct case_look *l, const struct case_facts *c, struct case_answer *x,
                        struct err *e)
{
    *x = (struct case_answer){
        .version = rows_int(r, 0),
        .author = rows_int(r, 1),
        .at = rows_instant(r, 2),
        .state = rows_text(r, l->arena, 3),
        .decision = rows_text(r, l->arena, 4),
        .body = rows_text(r, l->arena, 5),
        .remark = rows_text(r, l->arena, 7),
    };
    return !c->sealed || case_unseal_string(l->arena, l->world->keys, c->key, rows_text(r, l->arena, 6), &x->body, e);
}

bool case_answers(const struct case_look *l, const struct case_facts *c, struct case_answer_list *ret, struct err *e)
{
    struct rows *r;
    struct err end;
    size_t n = 0;
    bool good = true, worker = case_may_read_register(l->viewer, c->key.office_id) || l->viewer->system;
    struct case_answer *list = arena_array(l->arena, struct case_answer, ANSWERS);
    if (!denounce_admits(l, c, e))
        return false;
    /* who is not of the office sees what was approved, never a draft */
    if (!store_rows(l->rd, SQL("SELECT version, author, at, state, decision, body, sealed, remark FROM case_answers"
                            " WHERE office_id = $1 AND case_id = $2 AND ($3 = 1 OR state = 'approved')"
                            " ORDER BY version DESC LIMIT 50"),
                    VALS(V(c->key.office_id), V(c->key.case_id), V((int)worker)), &r, e))
        return false;
    while (good && n < ANSWERS && rows_next(r)) {
        good = read_answer(r, l, c, &list[n], e);
        n += good;
    }
    if (!rows_end(r, good ? e : &end) || !good)
        return false;
    *ret = (struct case_answer_list){list, n};
    return true;
}

bool case_rating_add(const struct case_doing *d, const struct case_facts *c, int stars, struct str remark, struct err *e)
{
    int64_t before = 0;
    if (!store_one_int(tx_rd(d->tx), SQL("SELECT count(*) FROM case_ratings WHERE office_id = $1 AND case_id = $2 AND at >= $3"),
                       VALS(V(c->key.office_id), V(c->key.case_id),
                            V(instant_of(c->decided, 0, d->world->zone_minutes))), &before, e))
        return false;
    if (before)
        return FAIL(e, ERR_CONFLICT, "err.case.rated", NULL);
    return store_exec(d->tx, SQL("INSERT INTO case_ratings (office_id, case_id, at, stars, remark) VALUES ($1, $2, $3, $4, $5)"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(d->now), V(stars), V(remark)), NULL, e);
}

/* ---- likeness ---- */

enum { CANDIDATES = 20, LIKE_AT_MOST = 5, ELSEWHERE = 60 /* per cent */ };

/* That nearly the same was handed in to another office too is no secret between offices, what it says is: of an
 * ordinary matter its number, kind and day are told to those who keep a register. */
static bool add_elsewhere(const struct case_look *l, struct case_key k, struct case_likeness *x)
{
    struct err hidden;
    struct case_facts c;
    struct office office;
    if (x->share < ELSEWHERE || !viewer_has(l->viewer, ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER) ||
        !case_load(l->rd, l->arena, k, &c, &hidden) || c.sealed || !units_office(l->rd, l->arena, k.office_id, &office, &hidden))
        return false;
    x->facts = (struct case_facts){.key = k, .number = c.number, .procedure = c.procedure, .kind = c.kind, .received = c.received,
                                   .handled = DAY_NONE, .decided = DAY_NONE, .closed = DAY_NONE, .due = DAY_NONE};
    x->office = office.name;
    return true;
}

static bool add_like(const struct case_look *l, struct case_key k, int64_t shared, struct case_likeness *x)
{
    struct err hidden;
    *x = (struct case_likeness){.share = shared * 100 / CASE_MARKS};
    return case_get(l, k, &x->facts, &hidden) || add_elsewhere(l, k, x);
}

/* All offices are looked through (a scatter query on purpose): the same
 * petition is often sent to many bodies. */
bool case_duplicates(const struct case_look *l, const struct case_new *in, struct case_likenesses *ret, struct err *e)
{
    struct rows *r;
    int64_t m[CASE_MARKS];
    struct case_key keys[CANDIDATES];
    int64_t shared[CANDIDATES];
    size_t n = 0, kept = 0;
    case_marks_of(l->arena, l->world->keys, &in->text, m);
    if (!store_rows(l->rd, SQL("SELECT office_id, case_id, count(*) FROM case_marks WHERE mark IN ($1, $2, $3, $4, $5, $6)"
                               " GROUP BY office_id, case_id ORDER BY 3 DESC, office_id = $7 DESC, case_id DESC LIMIT 20"),
                    VALS(V(m[0]), V(m[1]), V(m[2]), V(m[3]), V(m[4]), V(m[5]), V(in->office_id)), &r, e))
        return false;
    for (; n < CANDIDATES && rows_next(r); n++) {
        keys[n] = (struct case_key){rows_int(r, 0), rows_int(r, 1)};
        shared[n] = rows_int(r, 2);
    }
    if (!rows_end(r, e))
        return false;
    struct case_likeness *list = arena_array(l->arena, struct case_likeness, LIKE_AT_MOST);
    for (size_t i = 0; i < n && kept < LIKE_AT_MOST; i++) {
        if (shared[i] >= 2)
            kept += add_like(l, keys[i], shared[i], &list[kept]);
    }
    *ret = (struct case_likenesses){list, kept};
    return true;
}

bool case_all_files(struct rd *rd, struct arena *a, struct case_file **ret, size_t *ret_n, struct err *e)
{
    struct rows *r;
    int64_t total;
    size_t n = 0;
    if (!store_one_int(rd, SQL("SELECT count(*) FROM case_files"), NO_VALS, &total, e))
        return false;
    struct case_file *list = arena_array(a, struct case_file, (size_t)total + 1);
    if (!store_rows(rd, SQL("SELECT file_no, stored, kind, sha256, bytes, sealed FROM case_files ORDER BY stored"), NO_VALS, &r, e))
        return false;
    while (n < (size_t)total && rows_next(r))
        list[n++] = (struct case_file){.file_no = rows_int(r, 0), .stored = rows_text(r, a, 1), .kind = rows_text(r, a, 2),
                                       .sha256 = rows_text(r, a, 3), .bytes = rows_int(r, 4), .sealed = rows_int(r, 5) != 0,
                                       .own = rows_int(r, 5) == 2};
    if (!rows_end(r, e))
        return false;
    *ret = list;
    *ret_n = n;
    return true;
}

size_t case_distinct_files(const struct case_file *files, size_t n)
{
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++)
        distinct += i == 0 || !str_eq(files[i].stored, files[i - 1].stored);
    return distinct;
}
