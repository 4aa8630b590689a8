// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/acts/acts.h"
#include "features/review/review_inner.h"
#include "platform/i18n/i18n.h"

static bool same_cell(const struct review_entry *a, const struct review_entry *b)
{
    return a->office_id == b->office_id && a->column == b->column && str_eq(a->form, b->form);
}

/* A later entry takes the place of an earlier one of its cell. They come by office. */
static void put(struct review_entries *list, size_t room, const struct review_entry *x)
{
    for (size_t i = list->n; i-- > 0 && list->v[i].office_id == x->office_id;) {
        if (same_cell(&list->v[i], x)) {
            list->v[i] = *x;
            return;
        }
    }
    if (list->n < room)
        list->v[list->n++] = *x;
}

bool review_entries(const struct case_look *l, const struct review_question *q, struct review_entries *ret, struct err *e)
{
    struct rows *r;
    struct instant end = instant_of(day_add(q->as_of, 1), 0, l->world->zone_minutes);
    int64_t upto = q->entries_upto ? q->entries_upto : INT64_MAX, before = q->entries_upto ? INT64_MAX : end.ms;
    int64_t room = 0;
    if (!store_one_int(l->rd, SQL("SELECT count(*) FROM review_entries WHERE from_day = $1 AND to_day = $2"),
                       VALS(V(q->from), V(q->to)), &room, e))
        return false;
    *ret = (struct review_entries){.v = arena_array(l->arena, struct review_entry, room ? (size_t)room : 1)};
    if (!store_rows(l->rd, SQL("SELECT office_id, entry_no, form, col, figure, author, entered_at FROM review_entries"
                               " WHERE from_day = $1 AND to_day = $2 AND entry_no <= $3 AND entered_at < $4 ORDER BY office_id, entry_no"),
                    VALS(V(q->from), V(q->to), V(upto), V(before)), &r, e))
        return false;
    while (rows_next(r)) {
        struct review_entry x = {.office_id = rows_int(r, 0), .entry_no = rows_int(r, 1), .form = rows_text(r, l->arena, 2),
                                 .column = rows_int(r, 3), .figure = rows_int(r, 4), .author = rows_text(r, l->arena, 5),
                                 .at = rows_instant(r, 6), .from = q->from, .to = q->to};
        if (q->subtree || x.office_id == q->office_id)
            put(ret, (size_t)room, &x);
    }
    return rows_end(r, e);
}

bool review_entries_upto(struct rd *rd, int64_t office_id, int64_t *ret_no, struct err *e)
{
    return store_one_int(rd, SQL("SELECT coalesce(max(entry_no), 0) FROM review_entries WHERE office_id = $1"), VALS(V(office_id)),
                         ret_no, e);
}

bool review_level_fits(const struct rule_column *c, int64_t office_id)
{
    static const char *const levels[] = {"", "province", "commune"};
    int64_t level = office_id / 10000000 % 10;
    struct str rest = c->levels, word;
    bool any = false;
    while (str_split(&rest, ' ', &word)) {
        if (level > 0 && level < 3 && str_is(word, levels[level]))
            return true;
        any |= word.n > 0;
    }
    return !any;
}

static bool check_entry(const struct case_doing *d, const struct review_entry *in, struct err *e)
{
    const struct rule_form *form = rulebook_form(d->world->rules, in->form);
    if (!viewer_may(d->actor, in->office_id, REVIEW_WORKERS))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), "figures of office %lld", (long long)in->office_id);
    if (day_is_none(in->from) || day_is_none(in->to) || in->from.n > in->to.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.range"), "the range runs backwards");
    if (!form || in->column < 1 || (size_t)in->column > form->columns_n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.review.form"), "no column %lld", (long long)in->column);
    if (form->columns[in->column - 1].about)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.derived"), "column %lld is counted from records", (long long)in->column);
    if (!review_level_fits(&form->columns[in->column - 1], in->office_id))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.level"), "that column is for another level");
    if (in->figure < 0 || in->figure > REVIEW_FIGURE_MAX)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.review.figure"), "a figure is 0 to %d", REVIEW_FIGURE_MAX);
    return true;
}

/* The figure that counts now; 0 when none was entered. */
static bool last_figure(const struct case_doing *d, const struct review_entry *in, bool *ret_known, int64_t *ret_figure, struct err *e)
{
    struct rows *r;
    *ret_known = false;
    if (!store_rows(tx_rd(d->tx), SQL("SELECT figure FROM review_entries WHERE office_id = $1 AND from_day = $2 AND to_day = $3"
                                      " AND form = $4 AND col = $5 ORDER BY entry_no DESC LIMIT 1"),
                    VALS(V(in->office_id), V(in->from), V(in->to), V(in->form), V(in->column)), &r, e))
        return false;
    if (rows_next(r)) {
        *ret_known = true;
        *ret_figure = rows_int(r, 0);
    }
    return rows_end(r, e);
}

bool review_enter(const struct case_doing *d, const struct review_entry *in, struct err *e)
{
    int64_t no, had = 0;
    bool known;
    if (!check_entry(d, in, e) || !last_figure(d, in, &known, &had, e))
        return false;
    if (known && had == in->figure)
        return true;
    if (!store_next(d->tx, in->office_id, "review_entry", &no, e) ||
        !store_exec(d->tx, SQL("INSERT INTO review_entries (office_id, entry_no, from_day, to_day, form, col, figure, author, account_id,"
                               " entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
                    VALS(V(in->office_id), V(no), V(in->from), V(in->to), V(in->form), V(in->column), V(in->figure),
                         V(d->actor->name), V(d->actor->user_id), V(d->now)), NULL, e))
        return false;
    struct act act = {.office_id = in->office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = d->actor->name,
                      .subject = STR("review_entry"), .subject_id = no, .verb = STR("enter"),
                      .note = str_printf(tx_arena(d->tx), STR_FMT ".%lld = %lld", STR_ARG(in->form), (long long)in->column,
                                         (long long)in->figure)};
    return act_record(d->tx, &act, e);
}
