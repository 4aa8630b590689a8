// SPDX-License-Identifier: AGPL-3.0-or-later
/* Days on which leaders receive: announced, changed, counted against the law. */
#include <string.h>

#include "features/reception/reception_pages.h"
#include "features/reception/reception_rows.h"
#include "platform/i18n/i18n.h"

const struct migration_file reception_migrations[] = {
    {"reception/001", "src/features/reception/001_reception.sql"},
    {NULL, NULL},
};

enum { READERS = RECEPTION_WORKERS | ROLE_SUPERVISOR };
const struct route reception_routes[] = {
    {"GET", "/reception", calendar_get, 0, 0, NULL, "when the head of an office receives people; booking"},
    {"GET", "/reception/book/:office/:day", book_get, 0, 0, NULL, "the form that books a place"},
    {"POST", "/reception/book/:office/:day", book_post, 0, 0, book_fields, "books a place; answers with its code"},
    {"GET", "/reception/booking", booking_get, 0, 0, NULL, "asks for the code of a booking"},
    {"POST", "/reception/booking", booking_post, 0, ROUTE_STRICT_RATE, NULL, "shows or gives back the place of a code"},
    {"GET", "/reception/wait/:office", wait_get, 0, 0, NULL, "the waiting room's screen"},
    {"GET", "/desk/reception", desk_get, READERS, 0, NULL, "the day: queue, visits, what is due"},
    {"POST", "/desk/reception/queue", queue_post, RECEPTION_WORKERS, 0, NULL, "gives out and calls numbers"},
    {"GET", "/desk/reception/visit", visit_new_get, RECEPTION_WORKERS, 0, NULL, "the form of a visit"},
    {"POST", "/desk/reception/visit", visit_new_post, RECEPTION_WORKERS, 0, visit_fields, "registers a visit"},
    {"GET", "/desk/reception/visits/:no", visit_get, READERS, 0, NULL, "a visit"},
    {"POST", "/desk/reception/visits/:no", visit_post, RECEPTION_WORKERS, 0, NULL, "answers, tells, promises"},
    {"GET", "/desk/reception/days", days_get, READERS, 0, NULL, "the leader's days, and what the law asks"},
    {"POST", "/desk/reception/days", days_post, RECEPTION_WORKERS, 0, day_fields, "announces a day"},
    {"GET", "/desk/reception/days/:no", day_get, READERS, 0, NULL, "a day and who booked"},
    {"POST", "/desk/reception/days/:no", day_post, RECEPTION_WORKERS, 0, NULL, "held, nobody came, delegated, moved, cancelled"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};

static bool record(const struct case_doing *d, const struct reception_day *x, const char *verb, struct str basis, struct err *e)
{
    char day[11], posted[11];
    struct act act = {
        .office_id = x->office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = d->actor->name,
        .subject = STR("reception_day"), .subject_id = x->day_no, .verb = str_of(verb), .basis = basis, .note = x->reason, .open = true,
        .content = digest_of(x->content.p, x->content.n),
        .facts = str_printf(tx_arena(d->tx), "kind=" STR_FMT " by=" STR_FMT " day=%s posted=%s state=" STR_FMT, STR_ARG(x->kind),
                            STR_ARG(x->by), day_format(x->day, day), day_format(x->posted, posted), STR_ARG(x->state)),
    };
    return act_record(d->tx, &act, e);
}

static bool hour_is(struct str s)
{
    return s.n == 5 && s.p[2] == ':' && s.p[0] >= '0' && s.p[0] <= '2' && s.p[1] >= '0' && s.p[1] <= '9' && s.p[3] >= '0' &&
           s.p[3] <= '5' && s.p[4] >= '0' && s.p[4] <= '9' && (s.p[0] < '2' || s.p[1] < '4');
}

static bool check_day(const struct case_doing *d, const struct reception_day *x, const struct rule_value **ret_notice, struct err *e)
{
    struct rule_asked asked = {"notice", NULL, 0};
    bool periodic = str_is(x->kind, "periodic");
    const struct rule_value *v = periodic ? rulebook_value(d->world->rules, &asked, x->posted) : NULL;
    *ret_notice = v;
    if (!periodic && !str_is(x->kind, "urgent"))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.kind"), NULL);
    if (!x->leader.n || !x->place.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.who"), NULL);
    if (!hour_is(x->starts) || !hour_is(x->ends) || memcmp(x->starts.p, x->ends.p, 5) >= 0)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.hours"), NULL);
    if (x->day.n < x->posted.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.past"), NULL);
    /* the announcement stands so many whole working days before */
    if (v && !x->reason.n && rulebook_working_days(d->world->rules, x->posted, x->day) < v->value)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.notice"), "%s", str_z(tx_arena(d->tx), v->source.article));
    return true;
}

bool reception_post(const struct case_doing *d, const struct reception_day *in, int64_t *ret_no, struct err *e)
{
    struct reception_day x = *in;
    const struct rule_value *notice;
    x.posted = d->world->today;
    x.day = rulebook_working_day(d->world->rules, x.planned);
    x.state = STR("posted");
    x.by = x.delegate.n ? STR("delegate") : STR("leader");
    if (!reception_may_write(d, x.office_id, e) || !check_day(d, &x, &notice, e) ||
        !store_next(d->tx, x.office_id, "reception_day", &x.day_no, e) || !day_row_insert(d->tx, &x, e) ||
        !record(d, &x, "post", notice ? notice->source.article : STR(""), e))
        return false;
    *ret_no = x.day_no;
    return true;
}

/* The same day announced again for another date; bookings go along. */
static bool move(const struct case_doing *d, struct reception_day *x, const struct reception_change *in, struct err *e)
{
    struct reception_day to = *x;
    if (day_is_none(in->to))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.past"), NULL);
    to.planned = in->to;
    to.reason = in->reason;
    if (!reception_post(d, &to, &x->moved_to, e) || !day_bookings_move(d->tx, x->office_id, x->day_no, x->moved_to, e))
        return false;
    x->state = STR("moved");
    return true;
}

bool reception_change(const struct case_doing *d, const struct reception_change *in, struct err *e)
{
    struct reception_day x;
    if (!reception_may_write(d, in->office_id, e) || !day_row(tx_rd(d->tx), tx_arena(d->tx), in->office_id, in->day_no, &x, e))
        return false;
    bool went = str_is(in->action, "hold") || str_is(in->action, "nobody");
    bool changes = str_is(in->action, "delegate") || str_is(in->action, "move") || str_is(in->action, "cancel");
    if (!str_is(x.state, "posted") || (in->version && in->version != x.version))
        return FAIL(e, ERR_CONFLICT, MSG("err.case.version"), NULL);
    if (!went && !changes)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.action"), NULL);
    if (changes && !in->reason.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.reason"), NULL);
    if (went && d->world->today.n < x.day.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.early"), NULL);
    if (str_is(in->action, "delegate") && !in->who.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.reception.who"), NULL);
    x.reason = in->reason.n ? in->reason : x.reason;
    if (str_is(in->action, "move") && !move(d, &x, in, e))
        return false;
    if (str_is(in->action, "delegate")) {
        x.by = STR("delegate");
        x.delegate = in->who;
    } else if (!str_is(in->action, "move")) {
        x.state = went ? str_is(in->action, "hold") ? STR("held") : STR("nobody") : STR("cancelled");
    }
    if (str_is(in->action, "nobody") && !day_bookings_absent(d->tx, in->office_id, in->day_no, e))
        return false;
    return day_row_update(d->tx, &x, e) && record(d, &x, str_z(tx_arena(d->tx), in->action), STR(""), e);
}

/* ---- against the law ---- */

static const char *level_of(int64_t office_id)
{
    int64_t level = office_id / 10000000 % 10, place = office_id % 100;
    return place != 1 && place != 4 ? "agency" : level == 1 ? "province" : "commune";
}

/* Weeks (from Monday) or months that end in the range, by the rule of their last day. */
static int64_t required_in(const struct rulebook *b, const struct rule_asked *asked, const struct reception_range *x)
{
    int64_t n = 0;
    for (struct day d = x->from; d.n <= x->to.n; d.n++) {
        const struct rule_value *v = rulebook_value(b, asked, d);
        int y, m, day, ny, nm, nday;
        day_parts(d, &y, &m, &day);
        day_parts(day_add(d, 1), &ny, &nm, &nday);
        bool ends = v && (v->unit == VALUE_PER_WEEK ? day_weekday(d) == 7 : v->unit == VALUE_PER_MONTH && nday == 1);
        n += ends ? v->value : 0;
    }
    return n;
}

struct reception_tally reception_tally(const struct rulebook *b, const struct reception_range *range,
                                       const struct reception_days *days)
{
    struct rule_asked asked = {"leader_days", level_of(range->office_id), 0}, notice = {"notice", NULL, 0};
    struct reception_tally t = {.required = required_in(b, &asked, range), .rule = rulebook_value(b, &asked, range->to)};
    for (size_t i = 0; i < days->n; i++) {
        const struct reception_day *x = &days->v[i];
        const struct rule_value *v = rulebook_value(b, &notice, x->posted);
        if (str_is(x->state, "moved") || str_is(x->state, "cancelled"))
            continue;
        t.posted++;
        t.held += str_is(x->state, "held") || str_is(x->state, "nobody");
        t.by_leader += !str_is(x->state, "posted") && str_is(x->by, "leader");
        t.late_notices += v && str_is(x->kind, "periodic") && rulebook_working_days(b, x->posted, x->day) < v->value;
    }
    return t;
}
