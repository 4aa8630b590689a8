// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh reception …: days announced and held, visits, and what the law asks. */
#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "features/reception/reception.h"
#include "platform/i18n/i18n.h"

enum { OUT = 8 << 20, BACK = 183 };

static bool range_of(struct cli *c, const struct opened *o, struct reception_range *x, struct err *e)
{
    if (!cli_int(c, "office", 0, &x->office_id, e))
        return false;
    if (x->office_id < 1)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--office is needed");
    x->to = o->world.today;
    x->from = day_add(x->to, -BACK);
    return (!cli_value(c, "from") || cli_day(c, "from", &x->from, e)) && (!cli_value(c, "to") || cli_day(c, "to", &x->to, e));
}

static void day_json(struct json *j, const struct reception_day *d)
{
    json_object(j);
    json_kint(j, "day_no", d->day_no);
    json_kday(j, "day", d->day);
    json_kday(j, "planned", d->planned);
    json_kday(j, "posted", d->posted);
    json_kstr(j, "kind", d->kind);
    json_kstr(j, "by", d->by);
    json_kstr(j, "state", d->state);
    json_kint(j, "booked", d->booked);
    json_end(j);
}

static void tally_json(struct json *j, const struct reception_tally *t)
{
    json_key(j, "tally");
    json_object(j);
    json_kint(j, "required", t->required);
    json_kint(j, "posted", t->posted);
    json_kint(j, "held", t->held);
    json_kint(j, "by_leader", t->by_leader);
    json_kint(j, "late_notices", t->late_notices);
    json_kstr(j, "rule", t->rule ? t->rule->id : STR(""));
    json_kstr(j, "article", t->rule ? t->rule->source.article : STR(""));
    json_end(j);
}

static void days_text(struct strbuf *b, const struct reception_days *days, const struct reception_tally *t)
{
    char day[11], posted[11];
    for (size_t i = 0; i < days->n; i++)
        strbuf_printf(b, "%s  posted %s  " STR_FMT "  " STR_FMT "  " STR_FMT "  %lld booked\n", day_format(days->v[i].day, day),
                      day_format(days->v[i].posted, posted), STR_ARG(days->v[i].kind), STR_ARG(days->v[i].by),
                      STR_ARG(days->v[i].state), (long long)days->v[i].booked);
    strbuf_printf(b, "by the leader in person %lld of %lld required; held in all %lld; announced too late %lld\n",
                  (long long)t->by_leader, (long long)t->required, (long long)t->held, (long long)t->late_notices);
}

static bool print_days(struct cli *c, const struct opened *o, struct rd *rd, const struct reception_range *x, struct err *e)
{
    struct reception_days days;
    struct strbuf b;
    struct json j;
    if (!reception_days(rd, &c->arena, x, &days, e))
        return false;
    struct reception_tally t = reception_tally(o->world.rules, x, &days);
    strbuf_init(&b, &c->arena, OUT);
    if (c->json) {
        json_init(&j, &b);
        json_object(&j);
        json_key(&j, "days");
        json_array(&j);
        for (size_t i = 0; i < days.n; i++)
            day_json(&j, &days.v[i]);
        json_end(&j);
        tally_json(&j, &t);
        json_end(&j);
        strbuf_char(&b, '\n');
    } else {
        days_text(&b, &days, &t);
    }
    return cli_print(strbuf_text(&b), e);
}

/* Without names: what figures need, no more. */
static bool print_visits(struct cli *c, const struct opened *o, struct rd *rd, const struct reception_range *x, struct err *e)
{
    struct viewer program = VIEWER_SYSTEM;
    struct case_look l = {rd, &c->arena, &o->world, &program};
    struct reception_visits list;
    struct strbuf b;
    struct json j;
    char day[11];
    if (!reception_visits(&l, &(struct reception_query){.range = *x}, &list, e))
        return false;
    strbuf_init(&b, &c->arena, OUT);
    json_init(&j, &b);
    if (c->json)
        json_array(&j);
    for (size_t i = 0; i < list.n; i++) {
        const struct reception_visit *v = &list.v[i];
        if (!c->json) {
            strbuf_printf(&b, STR_FMT "  %s  " STR_FMT "  %lld people  " STR_FMT "  " STR_FMT "\n", STR_ARG(v->number),
                          day_format(v->day, day), STR_ARG(v->kind), (long long)v->people, STR_ARG(v->state), STR_ARG(v->outcome));
            continue;
        }
        json_object(&j);
        json_kstr(&j, "number", v->number);
        json_kday(&j, "day", v->day);
        json_kstr(&j, "kind", v->kind);
        json_kint(&j, "people", v->people);
        json_kstr(&j, "state", v->state);
        json_kstr(&j, "outcome", v->outcome);
        json_kday(&j, "due", v->due);
        json_kstr(&j, "rule", v->due_rule);
        json_kint(&j, "matter", v->matter);
        json_kint(&j, "case", v->case_id);
        json_end(&j);
    }
    if (c->json) {
        json_end(&j);
        strbuf_char(&b, '\n');
    }
    return cli_print(strbuf_text(&b), e);
}

static bool print(struct cli *c, bool visits, struct err *e)
{
    struct opened o;
    struct reception_range x;
    struct rd *rd;
    if (!open_site(c, &o, e))
        return false;
    i18n_init();
    bool good = range_of(c, &o, &x, e) && store_read(c->store, &c->arena, &rd, e);
    if (good) {
        good = visits ? print_visits(c, &o, rd, &x, e) : print_days(c, &o, rd, &x, e);
        store_read_end(rd);
    }
    open_close(&o);
    return good;
}

bool run_reception_days(struct cli *c, struct err *e)
{
    return print(c, false, e);
}

bool run_reception_visits(struct cli *c, struct err *e)
{
    return print(c, true, e);
}
