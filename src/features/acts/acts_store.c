// SPDX-License-Identifier: AGPL-3.0-or-later
#include <string.h>

#include "base/crypt.h"
#include "features/acts/acts.h"

static void put_text(struct strbuf *b, struct str s)
{
    strbuf_int(b, (int64_t)s.n);
    strbuf_char(b, ':');
    strbuf_str(b, s);
}

/* The row's fields after a length each, so that no two rows have one text. */
static struct digest chain_hash(struct arena *a, const struct digest *before, const struct act *act)
{
    struct strbuf b;
    const struct str texts[] = {act->actor, act->subject, act->verb, act->basis, act->note};
    const int64_t numbers[] = {act->office_id, act->act_id, act->at.ms, act->actor_id, act->subject_id, act->open};
    strbuf_init(&b, a, 1 << 22);
    strbuf_add(&b, before->b, sizeof before->b);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        strbuf_int(&b, numbers[i]);
        strbuf_char(&b, '\n');
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_text(&b, texts[i]);
    if (act->facts.n)
        put_text(&b, act->facts);
    strbuf_add(&b, act->content.b, sizeof act->content.b);
    return digest_of(b.p, b.n);
}

static struct str digest_str(const struct digest *d)
{
    return (struct str){(const char *)d->b, sizeof d->b};
}

static void digest_read(struct rows *r, int column, struct digest *ret)
{
    struct str s = rows_peek(r, column);
    *ret = (struct digest){{0}};
    if (s.n == sizeof ret->b)
        memcpy(ret->b, s.p, s.n);
}

/* The last act of the chain: its number and hash; zeros when there is none. */
static bool chain_end(struct rd *rd, int64_t office_id, int64_t *ret_id, struct digest *ret_hash, struct err *e)
{
    struct rows *r;
    *ret_id = 0;
    *ret_hash = (struct digest){{0}};
    if (!store_rows(rd, SQL("SELECT act_id, hash FROM acts WHERE office_id = $1 ORDER BY act_id DESC LIMIT 1"),
                    VALS(V(office_id)), &r, e))
        return false;
    if (rows_next(r)) {
        *ret_id = rows_int(r, 0);
        digest_read(r, 1, ret_hash);
    }
    return rows_end(r, e);
}

static bool insert_act(struct tx *tx, const struct act *act, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO acts (office_id, act_id, at, actor_id, actor, subject, subject_id, verb, basis,"
                              " note, open, content, hash, facts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"),
                      VALS(V(act->office_id), V(act->act_id), V(act->at), V(act->actor_id), V(act->actor), V(act->subject),
                           V(act->subject_id), V(act->verb), V(act->basis), V(act->note), V((int)act->open),
                           val_blob(digest_str(&act->content)), val_blob(digest_str(&act->hash)), V(act->facts)),
                      NULL, e);
}

bool act_record(struct tx *tx, struct act *act, struct err *e)
{
    return act_record_many(tx, act, 1, e);
}

bool act_record_many(struct tx *tx, struct act *acts, size_t n, struct err *e)
{
    int64_t last;
    struct digest before;
    bool good = !n || chain_end(tx_rd(tx), acts->office_id, &last, &before, e);
    struct arena_mark m = arena_mark(tx_arena(tx));
    for (size_t i = 0; good && i < n; i++) {
        acts[i].act_id = ++last;
        acts[i].hash = before = chain_hash(tx_arena(tx), &before, &acts[i]);
        arena_rewind(tx_arena(tx), m);
        good = insert_act(tx, &acts[i], e);
    }
    return good;
}

static void read_act(struct rows *r, struct arena *a, struct act *act)
{
    *act = (struct act){
        .office_id = rows_int(r, 0),
        .act_id = rows_int(r, 1),
        .at = rows_instant(r, 2),
        .actor_id = rows_int(r, 3),
        .actor = rows_text(r, a, 4),
        .subject = rows_text(r, a, 5),
        .subject_id = rows_int(r, 6),
        .verb = rows_text(r, a, 7),
        .basis = rows_text(r, a, 8),
        .note = rows_text(r, a, 9),
        .open = rows_int(r, 10) != 0,
        .facts = rows_text(r, a, 13),
        .forgotten = rows_int(r, 14),
    };
    digest_read(r, 11, &act->content);
    digest_read(r, 12, &act->hash);
}

static bool collect(struct rows *r, struct arena *a, struct act_list *ret, struct err *e)
{
    struct act *acts = NULL;
    size_t n = 0, room = 0;
    while (rows_next(r)) {
        if (n == room) {
            room = room ? room * 2 : 16;
            struct act *more = arena_array(a, struct act, room);
            if (n)
                memcpy(more, acts, n * sizeof *acts);
            acts = more;
        }
        read_act(r, a, &acts[n++]);
    }
    if (!rows_end(r, e))
        return false;
    *ret = (struct act_list){acts, n};
    return true;
}

bool act_list(struct rd *rd, struct arena *a, const struct act_query *q, struct act_list *ret, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT office_id, act_id, at, actor_id, actor, subject, subject_id, verb, basis, note, open,"
                              " content, hash, facts, forgotten FROM acts WHERE office_id = $1 AND subject = $2 AND subject_id = $3"
                              " AND open >= $4 ORDER BY act_id"),
                      VALS(V(q->office_id), V(q->subject), V(q->subject_id), V((int)q->open_only)), &r, e) &&
           collect(r, a, ret, e);
}

/* ---- taking notes away ---- */

static struct str forgets(struct arena *a, int64_t act_id)
{
    return str_printf(a, "act=%lld", (long long)act_id);
}

static bool hash_of_act(struct rd *rd, int64_t office_id, int64_t act_id, struct digest *ret, struct err *e)
{
    struct rows *r;
    *ret = (struct digest){{0}};
    if (!store_rows(rd, SQL("SELECT hash FROM acts WHERE office_id = $1 AND act_id = $2"), VALS(V(office_id), V(act_id)), &r, e))
        return false;
    if (rows_next(r))
        digest_read(r, 0, ret);
    return rows_end(r, e);
}

static bool forget_one(struct tx *tx, const struct act *by, struct act *gone, struct err *e)
{
    struct digest before;
    struct act forget = *by;
    gone->note = STR("");
    if (!hash_of_act(tx_rd(tx), gone->office_id, gone->act_id - 1, &before, e))
        return false;
    forget.verb = STR("forget");
    forget.basis = forgets(tx_arena(tx), gone->act_id);
    forget.note = forget.facts = STR("");
    forget.open = false;
    forget.content = chain_hash(tx_arena(tx), &before, gone);
    return act_record(tx, &forget, e) &&
           store_exec(tx, SQL("UPDATE acts SET note = '', forgotten = $3 WHERE office_id = $1 AND act_id = $2"),
                      VALS(V(gone->office_id), V(gone->act_id), V(forget.act_id)), NULL, e);
}

bool act_forget_notes(struct tx *tx, const struct act *by, struct err *e)
{
    struct act_list acts;
    struct act_query q = {by->office_id, str_z(tx_arena(tx), by->subject), by->subject_id, false};
    if (!act_list(tx_rd(tx), tx_arena(tx), &q, &acts, e))
        return false;
    for (size_t i = 0; i < acts.n; i++) {
        if (acts.v[i].note.n && !forget_one(tx, by, &acts.v[i], e))
            return false;
    }
    return true;
}

/* ---- checking ---- */

/* A note that was taken away, until its act comes by. */
struct missing {
    int64_t office_id, act_id, by;
    struct digest rest;
    struct missing *next;
};

struct walk {
    struct act last;
    struct arena *scratch, *kept;
    struct missing *missing;
    struct strbuf *report;
    bool sound;
};

static void broken(struct walk *w, int64_t office_id, int64_t act_id)
{
    w->sound = false;
    strbuf_printf(w->report, "acts: office %lld act %lld: the chain is broken here\n", (long long)office_id, (long long)act_id);
}

/* Does this act say of an earlier one that its note was taken away, and what was left? */
static void find_missing(struct walk *w, const struct act *act)
{
    for (struct missing **m = &w->missing; *m; m = &(*m)->next) {
        if ((*m)->office_id == act->office_id && (*m)->by == act->act_id && digest_eq(&(*m)->rest, &act->content) &&
            str_eq(act->basis, forgets(w->scratch, (*m)->act_id))) {
            *m = (*m)->next;
            return;
        }
    }
}

/* One act against the chain so far; moves the chain on. */
static void check_act(struct walk *w, const struct act *act)
{
    struct digest before = w->last.hash;
    int64_t expected = w->last.act_id + 1;
    if (act->office_id != w->last.office_id) {
        before = (struct digest){{0}};
        expected = 1;
    }
    struct digest hash = chain_hash(w->scratch, &before, act);
    if (act->forgotten && !act->note.n) {
        struct missing *m = arena_new(w->kept, struct missing);
        *m = (struct missing){act->office_id, act->act_id, act->forgotten, hash, w->missing};
        w->missing = m;
    } else if (!digest_eq(&hash, &act->hash)) {
        broken(w, act->office_id, act->act_id);
    }
    if (act->act_id != expected)
        broken(w, act->office_id, act->act_id);
    if (str_is(act->verb, "forget"))
        find_missing(w, act);
    w->last = (struct act){.office_id = act->office_id, .act_id = act->act_id, .hash = act->hash};
}

bool acts_check(struct rd *rd, struct strbuf *report, int64_t *ret_acts, bool *ret_sound, struct err *e)
{
    struct rows *r;
    struct arena scratch, kept;
    struct walk w = {.last = {.office_id = -1}, .scratch = &scratch, .kept = &kept, .report = report, .sound = true};
    int64_t n = 0;
    if (!store_rows(rd, SQL("SELECT office_id, act_id, at, actor_id, actor, subject, subject_id, verb, basis, note, open,"
                            " content, hash, facts, forgotten FROM acts ORDER BY office_id, act_id"), NO_VALS, &r, e))
        return false;
    arena_init(&scratch);
    arena_init(&kept);
    for (; rows_next(r); n++) {
        struct act act;
        read_act(r, &scratch, &act);
        check_act(&w, &act);
        arena_reset(&scratch);
    }
    for (const struct missing *m = w.missing; m; m = m->next)
        broken(&w, m->office_id, m->act_id);
    arena_done(&kept);
    arena_done(&scratch);
    if (!rows_end(r, e))
        return false;
    *ret_acts = n;
    *ret_sound = w.sound;
    return true;
}
