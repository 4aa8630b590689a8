// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_texts.h"

#include <stdio.h>

#include "features/cases/case_move.h"
#include "features/cases/case_rows.h"
#include "features/cases/case_seal.h"
#include "platform/store/store_copy.h"

enum { BATCH = 4000 };

const char *const case_text_indexes[] = {"cases", "published", NULL};

struct batch {
    const char *index; /* also the name of its mark */
    struct sql sql;    /* text_id and what makes the text, behind $1, at most $2 */
    struct str (*text)(struct arena *a, struct rows *r);
    int64_t last, n, all;
    char mark[40];
};

static struct str text_of_case(struct arena *a, struct rows *r)
{
    struct case_facts c = {.key = {rows_int(r, 1), 0}, .number = rows_text(r, a, 2)};
    struct case_text t = {.title = rows_text(r, a, 3), .body = rows_text(r, a, 4)};
    return case_index_text(a, &c, case_folded(a, &t), rows_text(r, a, 5));
}

static struct str text_of_publication(struct arena *a, struct rows *r)
{
    return case_published_text(a, rows_int(r, 1), rows_text(r, a, 2), rows_text(r, a, 3), rows_text(r, a, 4));
}

static bool put_batch(struct tx *tx, void *arg, struct err *e)
{
    struct batch *b = arg;
    struct rows *r;
    bool ok = store_copy_marked(tx_rd(tx), b->mark, &b->last, e);
    b->n = 0;
    if (!ok || !store_rows(tx_rd(tx), b->sql, VALS(V(b->last), V((int64_t)BATCH)), &r, e))
        return false;
    for (; ok && rows_next(r); b->n++) {
        b->last = rows_int(r, 0);
        ok = store_text_put(tx, b->index, b->last, b->text(tx_arena(tx), r), e);
    }
    return rows_end(r, e) && ok && (!b->n || store_copy_mark(tx, b->mark, b->last, e));
}

static bool fill(const struct case_texts_fill *f, struct batch *b, struct err *e)
{
    snprintf(b->mark, sizeof b->mark, "#%s", b->index);
    do {
        if (!store_run(f->to, put_batch, b, e))
            return false;
        b->all += b->n;
        if (f->progress)
            f->progress(f->arg, b->mark, b->all);
    } while (b->n);
    return true;
}

bool case_texts_fill(const struct case_texts_fill *f, int64_t *ret_n, struct err *e)
{
    struct batch cases = {.index = "cases", .text = text_of_case,
                          .sql = SQL("SELECT c.text_id, c.office_id, c.number, t.title, t.body, t.name FROM cases c"
                                     " JOIN case_texts t ON t.office_id = c.office_id AND t.case_id = c.case_id"
                                     " WHERE c.text_id > $1 AND c.sealed = 0 ORDER BY c.text_id LIMIT $2")};
    struct batch published = {.index = "published", .text = text_of_publication,
                              .sql = SQL("SELECT text_id, office_id, title, body, answer FROM case_publications"
                                         " WHERE text_id > $1 ORDER BY text_id LIMIT $2")};
    if (!fill(f, &cases, e) || !fill(f, &published, e))
        return false;
    *ret_n = cases.all + published.all;
    return true;
}
