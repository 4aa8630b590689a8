// SPDX-License-Identifier: AGPL-3.0-or-later
/* Rows of the register of documents. Without a viewer: the callers check. */
#include <string.h>

#include "base/text.h"
#include "features/documents/document_inner.h"
#include "platform/i18n/i18n.h"

enum { CASE_MAX = 200, REGISTER_SCAN = 20000 };

#define COLUMNS "office_id, document_id, case_id, form, name, reader, state, sealed, identity, subject, symbol, year, number, code," \
                " signer, signer_name, day, created_by, issued_by, issued_at, paper_hash, text_hash, replaces, replaced_by, ended," \
                " end_reason, version"

static void read_hash(struct rows *r, int column, struct digest *to)
{
    struct str s = rows_peek(r, column);
    if (s.n == sizeof to->b)
        memcpy(to->b, s.p, sizeof to->b);
}

static void read_row(struct rows *r, struct arena *a, struct document *d)
{
    *d = (struct document){
        .key = {rows_int(r, 0), rows_int(r, 1)}, .case_id = rows_int(r, 2), .form = rows_text(r, a, 3), .name = rows_text(r, a, 4),
        .reader = rows_text(r, a, 5), .state = rows_text(r, a, 6), .sealed = rows_int(r, 7) != 0, .identity = rows_int(r, 8) != 0,
        .subject = rows_text(r, a, 9), .symbol = rows_text(r, a, 10), .year = rows_int(r, 11), .number = rows_int(r, 12),
        .code = rows_text(r, a, 13), .signer = rows_text(r, a, 14), .signer_name = rows_text(r, a, 15), .day = rows_day(r, 16),
        .created_by = rows_int(r, 17), .issued_by = rows_int(r, 18), .issued_at = rows_instant(r, 19),
        .replaces = rows_int(r, 22), .replaced_by = rows_int(r, 23), .ended = rows_day(r, 24), .end_reason = rows_text(r, a, 25),
        .version = rows_int(r, 26),
    };
    read_hash(r, 20, &d->paper_hash);
    read_hash(r, 21, &d->text_hash);
}

static bool read_one(struct rows *r, struct arena *a, struct document *ret, struct err *e)
{
    struct document d;
    bool found = rows_next(r);
    if (found)
        read_row(r, a, &d);
    if (!rows_end(r, e))
        return false;
    if (!found)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    *ret = d;
    return true;
}

bool document_load(struct rd *rd, struct arena *a, struct document_key key, struct document *ret, struct err *e)
{
    struct rows *r;
    return store_rows(rd, SQL("SELECT " COLUMNS " FROM documents WHERE office_id = $1 AND document_id = $2"),
                      VALS(V(key.office_id), V(key.document_id)), &r, e) &&
           read_one(r, a, ret, e);
}

bool document_by_code(struct rd *rd, struct arena *a, struct str code, struct document *ret, struct err *e)
{
    struct rows *r;
    if (code.n != DOCUMENT_CODE)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    return store_rows(rd, SQL("SELECT " COLUMNS " FROM documents WHERE code = $1 AND state <> 'draft'"), VALS(V(code)), &r, e) &&
           read_one(r, a, ret, e);
}

bool document_load_paper(struct rd *rd, struct arena *a, struct document_key key, struct document_paper *ret, struct err *e)
{
    struct rows *r;
    struct document_paper p;
    if (!store_rows(rd, SQL("SELECT fields, content, pdf FROM document_papers WHERE office_id = $1 AND document_id = $2"),
                    VALS(V(key.office_id), V(key.document_id)), &r, e))
        return false;
    bool found = rows_next(r);
    if (found)
        p = (struct document_paper){rows_text(r, a, 0), rows_text(r, a, 1), rows_text(r, a, 2)};
    if (!rows_end(r, e))
        return false;
    if (!found)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    *ret = p;
    return true;
}

bool document_insert(const struct case_doing *d, const struct document *x, struct str fields, struct err *e)
{
    return store_exec(d->tx, SQL("INSERT INTO documents (office_id, document_id, case_id, form, name, reader, state, sealed, identity,"
                                 " subject, symbol, year, number, code, signer, signer_name, day, created_by, created_at, issued_by,"
                                 " issued_at, paper_hash, text_hash, replaces, replaced_by, ended, end_reason, version) VALUES ($1, $2,"
                                 " $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, '', $13, $14, NULL, $15, $16, 0, NULL, NULL, NULL,"
                                 " $17, 0, NULL, '', 1)"),
                      VALS(V(x->key.office_id), V(x->key.document_id), V(x->case_id), V(x->form), V(x->name), V(x->reader),
                           V(x->state), V((int)x->sealed), V((int)x->identity), V(x->subject), V(x->symbol), V(x->year),
                           V(x->signer), V(x->signer_name), V(x->created_by), V(d->now), V(x->replaces)), NULL, e) &&
           store_exec(d->tx, SQL("INSERT INTO document_papers (office_id, document_id, fields, content, pdf) VALUES ($1, $2, $3, $4, $5)"),
                      VALS(V(x->key.office_id), V(x->key.document_id), val_blob(fields), val_blob(STR("")), val_blob(STR(""))),
                      NULL, e);
}

static struct val hash_val(const struct digest *h, bool there)
{
    return there ? val_blob((struct str){(const char *)h->b, sizeof h->b}) : val_null();
}

bool document_update(const struct case_doing *d, const struct document *x, struct err *e)
{
    bool issued = x->code.n > 0;
    int64_t changed = 0;
    if (!store_exec(d->tx, SQL("UPDATE documents SET state = $3, identity = $4, subject = $5, symbol = $6, year = $7, number = $8,"
                               " code = $9, signer = $10, signer_name = $11, day = $12, issued_by = $13, issued_at = $14,"
                               " paper_hash = $15, text_hash = $16, replaced_by = $17, ended = $18, end_reason = $19,"
                               " version = version + 1 WHERE office_id = $1 AND document_id = $2 AND version = $20"),
                    VALS(V(x->key.office_id), V(x->key.document_id), V(x->state), V((int)x->identity), V(x->subject), V(x->symbol),
                         V(x->year), x->number ? V(x->number) : val_null(), V(x->code), V(x->signer), V(x->signer_name), V(x->day),
                         V(x->issued_by), issued ? V(x->issued_at) : val_null(), hash_val(&x->paper_hash, issued),
                         hash_val(&x->text_hash, issued), V(x->replaced_by), V(x->ended), V(x->end_reason), V(x->version)),
                    &changed, e))
        return false;
    return changed == 1 || FAIL(e, ERR_CONFLICT, MSG("err.document.version"), NULL);
}

bool document_update_paper(const struct case_doing *d, struct document_key key, const struct document_paper *p, struct err *e)
{
    return store_exec(d->tx, SQL("UPDATE document_papers SET fields = $3, content = $4, pdf = $5 WHERE office_id = $1"
                                 " AND document_id = $2"),
                      VALS(V(key.office_id), V(key.document_id), val_blob(p->fields), val_blob(p->content), val_blob(p->pdf)), NULL, e);
}

bool document_row_seal(const struct case_doing *d, struct document_key key, struct str number, struct err *e)
{
    return store_exec(d->tx, SQL("UPDATE documents SET sealed = 1, identity = 1, subject = $3, version = version + 1"
                                 " WHERE office_id = $1 AND document_id = $2"),
                      VALS(V(key.office_id), V(key.document_id), V(number)), NULL, e);
}

bool document_delete(const struct case_doing *d, struct document_key key, struct err *e)
{
    struct vals v = VALS(V(key.office_id), V(key.document_id));
    return store_exec(d->tx, SQL("DELETE FROM document_papers WHERE office_id = $1 AND document_id = $2"), v, NULL, e) &&
           store_exec(d->tx, SQL("DELETE FROM documents WHERE office_id = $1 AND document_id = $2 AND state = 'draft'"), v, NULL, e);
}

bool document_rows_of_case(struct rd *rd, struct arena *a, struct case_key key, struct document_list *ret, struct err *e)
{
    struct rows *r;
    struct document_list list = {arena_array(a, struct document, CASE_MAX), 0};
    if (!store_rows(rd, SQL("SELECT " COLUMNS " FROM documents WHERE office_id = $1 AND case_id = $2 ORDER BY document_id DESC"),
                    VALS(V(key.office_id), V(key.case_id)), &r, e))
        return false;
    while (list.n < CASE_MAX && rows_next(r))
        read_row(r, a, &list.v[list.n++]);
    if (!rows_end(r, e))
        return false;
    *ret = list;
    return true;
}

/* Every word of the question, folded, somewhere in the row. */
static bool row_holds(struct arena *a, const struct document *d, struct str words)
{
    struct str word, number = document_number(a, d);
    struct str all = text_fold(a, str_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(number), STR_ARG(d->subject), STR_ARG(d->name)));
    size_t at;
    while (words.n && str_split(&words, ' ', &word)) {
        if (word.n && !str_find(all, word, &at))
            return false;
    }
    return true;
}

/* Who may not know of a sealed matter sees that a number was given, and no more. */
static bool neutral(const struct case_look *l, struct document *d, struct err *e)
{
    if (!d->sealed || document_may_see(l, d, e))
        return true;
    if (e->code != ERR_NOT_FOUND && e->code != ERR_DENIED)
        return false;
    *d = (struct document){.state = d->state, .symbol = d->symbol, .number = d->number, .year = d->year, .day = d->day, .ended = d->ended,
                           .sealed = true};
    return true;
}

static bool open_register(const struct case_look *l, const struct document_query *q, struct rows **r, struct err *e)
{
    if (q->drafts)
        return store_rows(l->rd, SQL("SELECT " COLUMNS " FROM documents WHERE office_id = $1 AND state = 'draft'"
                                     " ORDER BY document_id DESC LIMIT $2"), VALS(V(q->office_id), V((int)REGISTER_SCAN)), r, e);
    if (q->year)
        return store_rows(l->rd, SQL("SELECT " COLUMNS " FROM documents WHERE office_id = $1 AND year = $2 AND state <> 'draft'"
                                     " ORDER BY issued_at DESC, document_id DESC LIMIT $3"),
                          VALS(V(q->office_id), V(q->year), V((int)REGISTER_SCAN)), r, e);
    return store_rows(l->rd, SQL("SELECT " COLUMNS " FROM documents WHERE office_id = $1 AND state <> 'draft'"
                                 " ORDER BY issued_at DESC, document_id DESC LIMIT $2"),
                      VALS(V(q->office_id), V((int)REGISTER_SCAN)), r, e);
}

bool document_register(const struct case_look *l, struct document_query *q, struct document_list *ret, struct err *e)
{
    struct rows *r;
    int64_t limit = q->limit > 0 && q->limit <= 5000 ? q->limit : 50, seen = 0;
    struct document_list list = {arena_array(l->arena, struct document, (size_t)limit), 0};
    struct str words = text_fold(l->arena, q->text);
    if (!viewer_may(l->viewer, q->office_id, ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER | ROLE_SUPERVISOR) && !l->viewer->system)
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!open_register(l, q, &r, e))
        return false;
    while (rows_next(r)) {
        struct document d;
        read_row(r, l->arena, &d);
        if (!neutral(l, &d, e)) {
            (void)rows_end(r, &(struct err){0});
            return false;
        }
        if (words.n && !row_holds(l->arena, &d, words))
            continue;
        if (seen >= q->offset && list.n < (size_t)limit)
            list.v[list.n++] = d;
        seen++;
    }
    if (!rows_end(r, e))
        return false;
    q->ret_total = seen;
    *ret = list;
    return true;
}
