// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_move_rows.h"

#include "base/text.h"
#include "features/cases/case_move.h"
#include "features/cases/case_seal.h"
#include "features/cases/case_vault.h"

enum { ROWS = 400 };

/* ---- which ---- */

static bool is_among(const struct case_key *keys, size_t n, struct case_key k)
{
    for (size_t i = 0; i < n; i++) {
        if (keys[i].office_id == k.office_id && keys[i].case_id == k.case_id)
            return true;
    }
    return false;
}

static bool add_beside(struct rd *rd, struct case_key from, struct case_key keys[CASE_MOVED_MAX + 1], size_t *n, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT to_office, to_case FROM case_links WHERE office_id = $1 AND case_id = $2"
                            " AND relation IN ('forwarded_to', 'forwarded_from', 'split_from', 'duplicate_of')"
                            " UNION SELECT office_id, case_id FROM case_links WHERE to_office = $1 AND to_case = $2"
                            " AND relation = 'duplicate_of'"),
                    VALS(V(from.office_id), V(from.case_id)), &r, e))
        return false;
    while (rows_next(r)) {
        struct case_key k = {rows_int(r, 0), rows_int(r, 1)};
        if (*n <= CASE_MOVED_MAX && !is_among(keys, *n, k))
            keys[(*n)++] = k;
    }
    return rows_end(r, e);
}

bool case_move_beside(struct rd *rd, struct case_key key, struct case_key ret[CASE_MOVED_MAX], size_t *ret_n, struct err *e)
{
    struct case_key keys[CASE_MOVED_MAX + 1] = {key};
    size_t n = 1;
    for (size_t i = 0; i < n; i++) {
        if (!add_beside(rd, keys[i], keys, &n, e))
            return false;
    }
    for (size_t i = 1; i < n; i++)
        ret[i - 1] = keys[i];
    *ret_n = n - 1;
    return true;
}

/* ---- texts that stand one a row ---- */

struct texts {
    struct str *v;
    int64_t *no;
    size_t n;
};

static bool take_texts(const struct case_doing *d, struct case_key k, struct sql sql, struct texts *ret, struct err *e)
{
    struct rows *r;
    struct arena *a = tx_arena(d->tx);
    struct texts t = {arena_array(a, struct str, ROWS), arena_array(a, int64_t, ROWS), 0};
    if (!store_rows(tx_rd(d->tx), sql, VALS(V(k.office_id), V(k.case_id)), &r, e))
        return false;
    while (t.n < ROWS && rows_next(r)) {
        t.no[t.n] = rows_int(r, 0);
        t.v[t.n++] = rows_text(r, a, 1);
    }
    *ret = t;
    return rows_end(r, e);
}

/* read gives number and text of each row still in the clear; write seals one: $3 its number, $4 the sealed text. */
static bool seal_texts(const struct case_doing *d, struct case_key k, struct sql read, struct sql write, struct err *e)
{
    struct texts t;
    if (!take_texts(d, k, read, &t, e))
        return false;
    for (size_t i = 0; i < t.n; i++) {
        struct str sealed;
        if (!case_seal_string(tx_arena(d->tx), d->world->keys, k, t.v[i], &sealed, e) ||
            !store_exec(d->tx, write, VALS(V(k.office_id), V(k.case_id), V(t.no[i]), val_blob(sealed)), NULL, e))
            return false;
    }
    return true;
}

static bool seal_all_texts(const struct case_doing *d, struct case_key k, struct err *e)
{
    return seal_texts(d, k, SQL("SELECT version, CASE WHEN remark = '' THEN body ELSE body || ' [' || remark || ']' END"
                                " FROM case_answers WHERE office_id = $1 AND case_id = $2 AND sealed IS NULL"),
                      SQL("UPDATE case_answers SET body = '', remark = '', sealed = $4 WHERE office_id = $1 AND case_id = $2"
                          " AND version = $3"), e) &&
           seal_texts(d, k, SQL("SELECT paper_no, body FROM case_papers WHERE office_id = $1 AND case_id = $2 AND sealed IS NULL"),
                      SQL("UPDATE case_papers SET body = '', sealed = $4 WHERE office_id = $1 AND case_id = $2 AND paper_no = $3"), e) &&
           seal_texts(d, k, SQL("SELECT message_no, body FROM case_messages WHERE office_id = $1 AND case_id = $2 AND sealed IS NULL"),
                      SQL("UPDATE case_messages SET body = '', sealed = $4 WHERE office_id = $1 AND case_id = $2"
                          " AND message_no = $3"), e) &&
           store_exec(d->tx, SQL("UPDATE case_ratings SET remark = '' WHERE office_id = $1 AND case_id = $2"),
                      VALS(V(k.office_id), V(k.case_id)), NULL, e);
}

/* ---- the text itself ---- */

static bool seal_text(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct arena *a = tx_arena(d->tx);
    struct case_look l = {tx_rd(d->tx), a, d->world, &program};
    struct case_text t, rest;
    struct str sealed;
    if (!case_load_text(&l, c, &t, e) || !case_vault_put(d->tx, c->key, &t, &rest, e) ||
        !case_seal_text(a, d->world->keys, c->key, &rest, &sealed, e))
        return false;
    struct case_reading reading = case_reading_of(a, d->world->keys, false, &t);
    return (!c->text_id ||
            store_text_drop(d->tx, "cases", c->text_id, case_index_text(a, c, reading.folded, t.who.name), e)) &&
           store_exec(d->tx, SQL("UPDATE case_texts SET title = '', body = '', name = '', name_fold = '', address = '', phone = '',"
                                 " email = '', id_number = '', others = '', place = '', sealed = $3"
                                 " WHERE office_id = $1 AND case_id = $2"),
                      VALS(V(c->key.office_id), V(c->key.case_id), val_blob(sealed)), NULL, e);
}

/* A result that was published is taken off the page and out of its index. */
static bool drop_publication(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    struct rows *r;
    struct arena *a = tx_arena(d->tx);
    struct str folded = {0};
    int64_t text_id = 0;
    if (!store_rows(tx_rd(d->tx), SQL("SELECT text_id, title, body, answer FROM case_publications WHERE office_id = $1 AND case_id = $2"),
                    VALS(V(c->key.office_id), V(c->key.case_id)), &r, e))
        return false;
    if (rows_next(r)) {
        text_id = rows_int(r, 0);
        folded = case_published_text(a, c->key.office_id, rows_text(r, a, 1), rows_text(r, a, 2), rows_text(r, a, 3));
    }
    if (!rows_end(r, e))
        return false;
    return !text_id || (store_text_drop(d->tx, "published", text_id, folded, e) &&
                        store_exec(d->tx, SQL("DELETE FROM case_publications WHERE office_id = $1 AND case_id = $2"),
                                   VALS(V(c->key.office_id), V(c->key.case_id)), NULL, e));
}

/* ---- attachments ---- */

static bool seal_file(const struct case_doing *d, const struct case_facts *c, const struct case_file *f, struct err *e)
{
    struct str stored;
    return case_file_seal(tx_arena(d->tx), d->world, f, &stored, e) &&
           store_exec(d->tx, SQL("UPDATE case_files SET stored = $4, name = '', sealed = 1 WHERE office_id = $1 AND case_id = $2"
                                 " AND file_no = $3"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(f->file_no), V(stored)), NULL, e) &&
           store_exec(d->tx, SQL("INSERT INTO case_leftovers (office_id, stored) VALUES ($1, $2) ON CONFLICT DO NOTHING"),
                      VALS(V(c->key.office_id), V(f->stored)), NULL, e);
}

static bool seal_files(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, &program};
    struct case_file_list files;
    if (!case_files(&l, c, &files, e))
        return false;
    for (size_t i = 0; i < files.n; i++) {
        if (!files.v[i].sealed && !seal_file(d, c, &files.v[i], e))
            return false;
    }
    return true;
}

bool case_leftover_next(struct rd *rd, struct arena *a, int64_t *ret_office, struct str *ret_stored, bool *ret_used, struct err *e)
{
    struct rows *r;
    *ret_stored = STR("");
    if (!store_rows(rd, SQL("SELECT l.office_id, l.stored, (SELECT count(*) FROM case_files f WHERE f.stored = l.stored)"
                            " FROM case_leftovers l ORDER BY l.office_id, l.stored LIMIT 1"), NO_VALS, &r, e))
        return false;
    if (rows_next(r)) {
        *ret_office = rows_int(r, 0);
        *ret_stored = rows_text(r, a, 1);
        *ret_used = rows_int(r, 2) > 0;
    }
    return rows_end(r, e);
}

bool case_leftover_done(struct tx *tx, int64_t office_id, struct str stored, struct err *e)
{
    return store_exec(tx, SQL("DELETE FROM case_leftovers WHERE office_id = $1 AND stored = $2"), VALS(V(office_id), V(stored)), NULL, e);
}

/* ---- all of it ---- */

static bool forget_notes(const struct case_doing *d, struct case_key k, struct err *e)
{
    struct act by = {.office_id = k.office_id, .at = d->now, .subject = STR("case"), .subject_id = k.case_id};
    return act_forget_notes(d->tx, &by, e);
}

static bool seal_with_others(const struct case_doing *d, struct case_key k, struct err *e)
{
    for (const struct case_mover *m = d->world->movers; m && m->seal; m++) {
        if (!m->seal(d, k, e))
            return false;
    }
    return true;
}

bool case_move_rows(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    const struct vals key = VALS(V(c->key.office_id), V(c->key.case_id));
    return seal_text(d, c, e) && seal_all_texts(d, c->key, e) && drop_publication(d, c, e) && seal_files(d, c, e) &&
           forget_notes(d, c->key, e) && seal_with_others(d, c->key, e) &&
           /* her account lists it no more; her code opens it still */
           store_exec(d->tx, SQL("DELETE FROM case_owners WHERE office_id = $1 AND case_id = $2"), key, NULL, e) &&
           store_exec(d->tx, SQL("UPDATE cases SET sealed = 1, text_id = 0 WHERE office_id = $1 AND case_id = $2"), key, NULL, e);
}

bool case_move_head(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    return store_exec(d->tx, SQL("UPDATE cases SET procedure = $3, kind = $4, instance = $5 WHERE office_id = $1 AND case_id = $2"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(c->procedure), V(c->kind), V(c->instance)), NULL, e) &&
           store_exec(d->tx, SQL("UPDATE case_duties SET done = $3 WHERE office_id = $1 AND case_id = $2 AND done IS NULL"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(d->world->today)), NULL, e);
}
