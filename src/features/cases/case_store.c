// SPDX-License-Identifier: AGPL-3.0-or-later
/* Rows to structs: everything that looks. What writes is in case_write_store.c. */
#include <string.h>

#include "base/text.h"
#include "features/cases/case_access.h"
#include "features/cases/case_rows.h"
#include "features/cases/cases.h"
#include "features/cases/denounce_rows.h"

#define CASE_COLUMNS \
    "c.office_id, c.case_id, c.number, c.procedure, c.kind, c.state, c.channel, c.subject, c.petitioner, c.instance," \
    " c.people, c.complexity, c.created_by, c.assigned_to, c.matter_of, c.version, c.text_id, c.sealed, c.received," \
    " c.created_at, c.step, c.due_rule, c.step_start, c.due, c.handled, c.decided, c.closed, c.eligible, c.own," \
    " c.outcome, c.ground, c.decision, t.title, c.remote, c.extensions, c.pauses"
#define CASE_FROM " FROM cases c JOIN case_texts t ON t.office_id = c.office_id AND t.case_id = c.case_id"

void case_read_row(struct rows *r, struct arena *a, struct case_facts *c)
{
    *c = (struct case_facts){
        .key = {rows_int(r, 0), rows_int(r, 1)},
        .number = rows_text(r, a, 2),
        .procedure = rows_text(r, a, 3),
        .kind = rows_text(r, a, 4),
        .state = rows_text(r, a, 5),
        .channel = rows_text(r, a, 6),
        .subject = rows_text(r, a, 7),
        .petitioner = rows_text(r, a, 8),
        .instance = rows_int(r, 9),
        .people = rows_int(r, 10),
        .complexity = rows_int(r, 11),
        .created_by = rows_int(r, 12),
        .assigned_to = rows_int(r, 13),
        .matter_of = rows_int(r, 14),
        .version = rows_int(r, 15),
        .text_id = rows_int(r, 16),
        .sealed = rows_int(r, 17) != 0,
        .received = rows_day(r, 18),
        .created_at = rows_instant(r, 19),
        .step = rows_text(r, a, 20),
        .due_rule = rows_text(r, a, 21),
        .step_start = rows_day(r, 22),
        .due = rows_day(r, 23),
        .handled = rows_day(r, 24),
        .decided = rows_day(r, 25),
        .closed = rows_day(r, 26),
        .enforced = DAY_NONE,
        .eligible = rows_int(r, 27),
        .own = rows_int(r, 28),
        .outcome = rows_text(r, a, 29),
        .ground = rows_text(r, a, 30),
        .decision = rows_text(r, a, 31),
        .title = rows_text(r, a, 32),
        .remote = rows_int(r, 33) != 0,
        .extensions = rows_int(r, 34),
        .pauses = rows_text(r, a, 35),
    };
}

bool case_read_rows(struct rows *r, struct arena *a, struct case_list *ret, struct err *e)
{
    struct case_facts *list = NULL;
    size_t n = 0, room = 0;
    while (rows_next(r)) {
        if (n == room) {
            room = room ? room * 2 : 32;
            struct case_facts *more = arena_array(a, struct case_facts, room);
            if (n)
                memcpy(more, list, n * sizeof *list);
            list = more;
        }
        case_read_row(r, a, &list[n++]);
    }
    if (!rows_end(r, e))
        return false;
    *ret = (struct case_list){list, n};
    return true;
}

bool case_load(struct rd *rd, struct arena *a, struct case_key key, struct case_facts *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT " CASE_COLUMNS CASE_FROM " WHERE c.office_id = $1 AND c.case_id = $2"),
                    VALS(V(key.office_id), V(key.case_id)), &r, e))
        return false;
    bool found = rows_next(r);
    if (found)
        case_read_row(r, a, ret);
    if (!rows_end(r, e))
        return false;
    return found || FAIL(e, ERR_NOT_FOUND, "err.not_found", NULL);
}

bool case_get(const struct case_look *l, struct case_key key, struct case_facts *ret, struct err *e)
{
    struct case_facts c;
    const struct viewer *v = l->viewer;
    if (!case_load(l->rd, l->arena, key, &c, e) || !denounce_view(l, &c, e))
        return false;
    bool may = case_may_see(v, &c);
    if (!may && !c.barred && v->track_case && !case_is_linked(l->rd, (struct case_key){v->track_office, v->track_case}, key, &may, e))
        return false;
    if (!may)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", NULL);
    *ret = c;
    return true;
}

bool case_by_number(const struct case_look *l, struct str number, struct case_key *ret, struct err *e)
{
    struct rows *r;
    struct case_key key = {0};
    if (!store_rows(l->rd, SQL("SELECT office_id, case_id FROM cases WHERE number = $1"), VALS(V(number)), &r, e))
        return false;
    if (rows_next(r))
        key = (struct case_key){rows_int(r, 0), rows_int(r, 1)};
    if (!rows_end(r, e))
        return false;
    struct case_facts c;
    if (!key.case_id)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", NULL);
    if (!case_get(l, key, &c, e))
        return false;
    *ret = key;
    return true;
}

bool case_by_code(struct rd *rd, const struct digest *code, struct case_key *ret, struct err *e)
{
    struct rows *r;
    struct case_key key = {0};
    if (!store_rows(rd, SQL("SELECT office_id, case_id FROM cases WHERE code_hash = $1 ORDER BY created_at LIMIT 1"),
                    VALS(val_blob((struct str){(const char *)code->b, sizeof code->b})), &r, e))
        return false;
    if (rows_next(r))
        key = (struct case_key){rows_int(r, 0), rows_int(r, 1)};
    if (!rows_end(r, e))
        return false;
    if (!key.case_id)
        return FAIL(e, ERR_NOT_FOUND, "err.case.code", NULL);
    *ret = key;
    return true;
}

/* Rows that a full-text answer names, in its order, of what the viewer may see. */
static bool queue_by_text(const struct case_look *l, const struct case_filter *f, struct case_list *ret, struct err *e)
{
    struct text_hit *hits;
    size_t n, kept = 0;
    struct str words = text_fold(l->arena, f->text);
    struct str query = str_printf(l->arena, "o%lld " STR_FMT, (long long)f->office_id, STR_ARG(words));
    if (!store_text_find(l->rd, l->arena, "cases", query, true, 50, &hits, &n, e))
        return false;
    struct case_facts *list = arena_array(l->arena, struct case_facts, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        struct rows *r;
        bool found = false;
        if (!store_rows(l->rd, SQL("SELECT " CASE_COLUMNS CASE_FROM " WHERE c.text_id = $1"), VALS(V(hits[i].id)), &r, e))
            return false;
        if (rows_next(r)) {
            case_read_row(r, l->arena, &list[kept]);
            found = true;
        }
        if (!rows_end(r, e) || (found && !denounce_view(l, &list[kept], e)))
            return false;
        kept += found && case_may_see(l->viewer, &list[kept]);
    }
    *ret = (struct case_list){list, kept};
    return true;
}

/* A register lists sealed matters only for who may open them. */
static bool drop_hidden(const struct case_look *l, struct case_list *list, struct err *e)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->n; i++) {
        struct case_facts *c = &list->v[i];
        if (!denounce_view(l, c, e))
            return false;
        if (!c->sealed || case_may_see(l->viewer, c))
            list->v[kept++] = *c;
    }
    list->n = kept;
    return true;
}

/* Leaves out what the account is kept out of: an account that compares totals
 * finds nothing missing. */
#define KEPT_OUT \
    " = 0 OR c.sealed = 0 OR NOT EXISTS (SELECT 1 FROM case_barred b WHERE b.office_id = c.office_id" \
    " AND b.case_id = c.case_id AND b.account_id = "

/* What a filter leaves of the register of $1. Three ways in, each by an index:
 * what is open by its due day, what is in one hand, what is closed. */
#define QUEUE_LEFT \
    " AND ($2 = '' OR c.state = $2) AND ($3 = '' OR c.kind = $3) AND ($4 = 0 OR c.assigned_to = $4)" \
    " AND ($5 = 0 OR c.due < $6) AND ($7 = 0 OR c.created_by = $7) AND ($8" KEPT_OUT "$8))"
#define QUEUE_OPEN " WHERE c.office_id = $1 AND c.closed IS NULL" QUEUE_LEFT
#define QUEUE_LATE " WHERE c.office_id = $1 AND c.closed IS NULL AND c.due < $6" QUEUE_LEFT
#define QUEUE_MINE " WHERE c.office_id = $1 AND c.assigned_to = $4 AND c.closed IS NULL" QUEUE_LEFT
#define QUEUE_CLOSED " WHERE c.office_id = $1 AND c.closed IS NOT NULL" QUEUE_LEFT
#define QUEUE_ROWS(where, order) SQL("SELECT " CASE_COLUMNS CASE_FROM where " ORDER BY " order " LIMIT $9 OFFSET $10")
#define QUEUE_COUNT(where) SQL("SELECT count(*) FROM (SELECT 1 FROM cases c" where " LIMIT $9) AS few")
#define BY_DUE "c.due NULLS LAST, c.received, c.case_id"
#define BY_DUE_OF_FEW "c.due, c.received, c.case_id" /* no index gives this order: so the hand's own is taken */

struct queue_ask {
    const struct case_look *l;
    const struct case_filter *f;
    int64_t own;
};

static bool queue_ask(const struct case_look *l, const struct case_filter *f, struct queue_ask *ret, struct err *e)
{
    int64_t own = case_own_only(l->viewer, f->office_id);
    if (!own && !case_may_read_register(l->viewer, f->office_id))
        return FAIL(e, ERR_DENIED, "err.denied", NULL);
    *ret = (struct queue_ask){l, f, own};
    return true;
}

#define QUEUE_VALS(q) \
    V((q)->f->office_id), V((q)->f->state), V((q)->f->kind), V((q)->f->mine ? (q)->l->viewer->user_id : 0), \
        V((int)(q)->f->late_only), V((q)->f->today), V((q)->own), V(denounce_viewer((q)->l->viewer))

static bool queue_rows(const struct queue_ask *q, struct sql sql, int64_t limit, int64_t offset, struct case_list *ret,
                       struct err *e)
{
    struct rows *r;
    return store_rows(q->l->rd, sql, VALS(QUEUE_VALS(q), V(limit), V(offset)), &r, e) &&
           case_read_rows(r, q->l->arena, ret, e);
}

static bool queue_count(const struct queue_ask *q, struct sql sql, int64_t most, int64_t *ret_n, struct err *e)
{
    return store_one_int(q->l->rd, sql, VALS(QUEUE_VALS(q), V(most)), ret_n, e);
}

/* The closed ones come after the open ones, the last closed first. */
static bool add_closed(const struct queue_ask *q, int64_t limit, struct case_list *list, struct err *e)
{
    int64_t open = 0, offset = q->f->offset;
    struct case_list closed;
    if (!list->n && offset && !queue_count(q, QUEUE_COUNT(QUEUE_OPEN), offset, &open, e))
        return false;
    offset = list->n ? 0 : offset - open;
    if (!queue_rows(q, QUEUE_ROWS(QUEUE_CLOSED, "c.closed DESC, c.case_id DESC"), limit - (int64_t)list->n, offset, &closed, e))
        return false;
    struct case_facts *both = arena_array(q->l->arena, struct case_facts, list->n + closed.n + 1);
    if (list->n)
        memcpy(both, list->v, list->n * sizeof *both);
    if (closed.n)
        memcpy(both + list->n, closed.v, closed.n * sizeof *both);
    *list = (struct case_list){both, list->n + closed.n};
    return true;
}

bool case_queue(const struct case_look *l, const struct case_filter *f, struct case_list *ret, struct err *e)
{
    struct queue_ask q;
    struct case_list list;
    if (!queue_ask(l, f, &q, e))
        return false;
    if (f->text.n)
        return queue_by_text(l, f, ret, e);
    int64_t limit = f->limit > 0 && f->limit <= 100 ? f->limit : 50;
    struct sql sql = f->mine        ? QUEUE_ROWS(QUEUE_MINE, "c.due IS NULL, " BY_DUE_OF_FEW)
                     : f->late_only ? QUEUE_ROWS(QUEUE_LATE, BY_DUE)
                                    : QUEUE_ROWS(QUEUE_OPEN, BY_DUE);
    if (!queue_rows(&q, sql, limit, f->offset, &list, e) ||
        (!f->open_only && !f->mine && !f->late_only && (int64_t)list.n < limit && !add_closed(&q, limit, &list, e)) ||
        !drop_hidden(l, &list, e))
        return false;
    *ret = list;
    return true;
}

bool case_count(const struct case_look *l, const struct case_filter *f, int64_t *ret_n, struct err *e)
{
    struct queue_ask q;
    int64_t open = 0, closed = 0;
    if (!queue_ask(l, f, &q, e))
        return false;
    struct sql sql = f->mine        ? QUEUE_COUNT(QUEUE_MINE)
                     : f->late_only ? QUEUE_COUNT(QUEUE_LATE)
                                    : QUEUE_COUNT(QUEUE_OPEN);
    if (!queue_count(&q, sql, CASE_COUNT_MAX, &open, e) ||
        (!f->open_only && !f->mine && !f->late_only && open < CASE_COUNT_MAX &&
         !queue_count(&q, QUEUE_COUNT(QUEUE_CLOSED), CASE_COUNT_MAX - open, &closed, e)))
        return false;
    *ret_n = open + closed;
    return true;
}

bool case_facts_between(const struct case_look *l, const struct case_range *range, struct case_list *ret, struct err *e)
{
    struct rows *r;
    if (!case_may_read_register(l->viewer, range->office_id) && !viewer_may(l->viewer, range->office_id, ROLE_STEERING))
        return FAIL(e, ERR_DENIED, "err.denied", NULL);
    return store_rows(l->rd, SQL("SELECT " CASE_COLUMNS CASE_FROM " WHERE c.office_id = $1 AND c.received <= $2"
                                 " AND (c.received >= $3 OR c.closed IS NULL OR c.closed >= $3 OR c.handled IS NULL"
                                 " OR c.handled >= $3)"
                                 " AND ($4" KEPT_OUT "$4)) ORDER BY c.case_id"),
                      VALS(V(range->office_id), V(range->to), V(range->from), V(denounce_viewer(l->viewer))), &r, e) &&
           case_read_rows(r, l->arena, ret, e);
}

/* ---- publications ---- */

#define PUBLICATION_COLUMNS \
    "p.office_id, p.case_id, c.number, c.kind, p.title, p.body, p.answer, c.decision, p.published, c.received, c.decided"
#define PUBLICATION_FROM \
    " FROM case_publications p JOIN cases c ON c.office_id = p.office_id AND c.case_id = p.case_id"

static void read_publication(struct rows *r, struct arena *a, struct case_publication *p)
{
    *p = (struct case_publication){
        .key = {rows_int(r, 0), rows_int(r, 1)},
        .number = rows_text(r, a, 2),
        .kind = rows_text(r, a, 3),
        .title = rows_text(r, a, 4),
        .body = rows_text(r, a, 5),
        .answer = rows_text(r, a, 6),
        .decision = rows_text(r, a, 7),
        .published = rows_day(r, 8),
        .received = rows_day(r, 9),
        .decided = rows_day(r, 10),
    };
}

bool case_published(struct rd *rd, struct arena *a, struct case_key key, struct case_publication *ret, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT " PUBLICATION_COLUMNS PUBLICATION_FROM
                            " WHERE p.office_id = $1 AND p.case_id = $2 AND p.withdrawn IS NULL"),
                    VALS(V(key.office_id), V(key.case_id)), &r, e))
        return false;
    bool found = rows_next(r);
    if (found)
        read_publication(r, a, ret);
    if (!rows_end(r, e))
        return false;
    return found || FAIL(e, ERR_NOT_FOUND, "err.not_found", NULL);
}

enum { PUBLISHED = 50 };

bool case_published_list(struct rd *rd, struct arena *a, int64_t office_id, struct case_publication_list *ret, struct err *e)
{
    struct rows *r;
    size_t n = 0;
    struct case_publication *list = arena_array(a, struct case_publication, PUBLISHED);
    /* office 0: the newest of all offices, a scatter query on purpose */
    bool asked = office_id ? store_rows(rd, SQL("SELECT " PUBLICATION_COLUMNS PUBLICATION_FROM
                                                " WHERE p.office_id = $1 AND p.withdrawn IS NULL"
                                                " ORDER BY p.published DESC, p.text_id DESC LIMIT 50"),
                                        VALS(V(office_id)), &r, e)
                           : store_rows(rd, SQL("SELECT " PUBLICATION_COLUMNS PUBLICATION_FROM " WHERE p.withdrawn IS NULL"
                                                " ORDER BY p.published DESC, p.text_id DESC LIMIT 50"), NO_VALS, &r, e);
    if (!asked)
        return false;
    while (n < PUBLISHED && rows_next(r))
        read_publication(r, a, &list[n++]);
    if (!rows_end(r, e))
        return false;
    *ret = (struct case_publication_list){list, n};
    return true;
}

bool case_published_find(struct rd *rd, struct arena *a, struct str words, struct case_publication_list *ret, struct err *e)
{
    struct text_hit *hits;
    size_t n, kept = 0;
    if (!store_text_find(rd, a, "published", text_fold(a, words), true, PUBLISHED, &hits, &n, e))
        return false;
    struct case_publication *list = arena_array(a, struct case_publication, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        struct rows *r;
        if (!store_rows(rd, SQL("SELECT " PUBLICATION_COLUMNS PUBLICATION_FROM " WHERE p.text_id = $1 AND p.withdrawn IS NULL"),
                        VALS(V(hits[i].id)), &r, e))
            return false;
        if (rows_next(r))
            read_publication(r, a, &list[kept++]);
        if (!rows_end(r, e))
            return false;
    }
    *ret = (struct case_publication_list){list, kept};
    return true;
}
