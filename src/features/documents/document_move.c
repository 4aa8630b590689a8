// SPDX-License-Identifier: AGPL-3.0-or-later
/* The papers of a matter that moves to the sealed side are sealed with it. Their
 * numbers, codes and digests stay: who holds one can still check it. */
#include "features/documents/document_inner.h"

static bool seal_one(const struct case_doing *d, struct str number, struct document *x, struct err *e)
{
    struct document_paper p;
    struct arena *a = tx_arena(d->tx);
    struct act by = {.office_id = x->key.office_id, .at = d->now, .subject = STR("document"), .subject_id = x->key.document_id};
    if (x->sealed)
        return true;
    if (!document_load_paper(tx_rd(d->tx), a, x->key, &p, e))
        return false;
    x->sealed = true;
    p.fields = document_seal(a, d->world->keys, x, "fields", p.fields);
    p.content = document_seal(a, d->world->keys, x, "content", p.content);
    p.pdf = document_seal(a, d->world->keys, x, "pdf", p.pdf);
    return document_update_paper(d, x->key, &p, e) && document_row_seal(d, x->key, number, e) && act_forget_notes(d->tx, &by, e);
}

bool document_move(const struct case_doing *d, struct case_key key, struct err *e)
{
    struct document_list list;
    struct case_facts c;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, &program};
    if (!case_get(&l, key, &c, e) || !document_rows_of_case(l.rd, l.arena, key, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        if (!seal_one(d, c.number, &list.v[i], e))
            return false;
    }
    return true;
}
