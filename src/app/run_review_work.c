// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh review: signed off, shown, sent. */
#include "app/run.h"
#include "app/run_review.h"
#include "base/text.h"

static struct review_order order_of(struct cli *c, const struct asking *x)
{
    struct rule_period p = {.send_by = DAY_NONE};
    const char *period = cli_value(c, "period");
    bool below = review_given(c, "below") != NULL;
    if (period)
        rulebook_period(x->o.rules, &c->arena, str_of(period), &p);
    return (struct review_order){.office_id = x->office.office_id, .below = below, .from = x->q.from, .to = x->q.to,
                                 .send_by = below ? p.forward_by : p.send_by, .period = str_of(period),
                                 .reason = str_of(review_given(c, "reason"))};
}

struct freezing {
    struct cli *c;
    struct asking *x;
    struct review_order order;
    struct review_made made;
    struct str remarks, signer; /* remarks: lines "FORM RULE TEXT" */
    struct review_sheet ret;
};

static bool say_line(const struct case_doing *d, const struct freezing *f, int64_t no, struct str line, struct err *e)
{
    struct review_saying s = {.office_id = f->order.office_id, .review_no = no};
    struct str rest = str_trim(line);
    if (!rest.n)
        return true;
    if (!str_split(&rest, ' ', &s.form) || !str_split(&rest, ' ', &s.rule) || !str_trim(rest).n)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "a remark is FORM RULE TEXT, not " STR_FMT, STR_ARG(line));
    return text_accept(&f->c->arena, rest, REVIEW_TEXT_CHARS, &s.text, e) && review_say(d, &s, e);
}

/* Prepared, explained and signed off in one command: all of it or nothing. */
static bool freeze_command(struct tx *tx, void *arg, struct err *e)
{
    struct freezing *f = arg;
    struct case_world world = f->x->o.world;
    struct str rest = f->remarks, line;
    int64_t no;
    world.today = open_today(f->c);
    struct case_doing d = {tx, &world, &f->x->program, f->c->now};
    if (!review_prepare(&d, &f->order, &no, e))
        return false;
    while (str_split(&rest, '\n', &line)) {
        if (!say_line(&d, f, no, line, e))
            return false;
    }
    struct review_freezing in = {f->order.office_id, no, &f->made, f->signer};
    struct case_look look = {tx_rd(tx), &f->c->arena, &world, &f->x->program};
    return review_freeze(&d, &in, e) && review_sheet(&look, in.office_id, no, &f->ret, e);
}

static bool print_sheet(struct cli *c, const struct review_sheet *s, struct err *e)
{
    struct strbuf *b = review_out(c);
    char day[11];
    if (c->json)
        strbuf_printf(b, "{\"number\":\"" STR_FMT "\",\"version\":%lld,\"as_of\":\"%s\",\"sha256\":\"" STR_FMT "\"}\n",
                      STR_ARG(s->number), (long long)s->version, day_format(s->as_of, day), STR_ARG(digest_hex(&c->arena, &s->digest)));
    else
        strbuf_printf(b, STR_FMT " version %lld, as known on %s, signed off by " STR_FMT "\nsha256 " STR_FMT "\n", STR_ARG(s->number),
                      (long long)s->version, day_format(s->as_of, day), STR_ARG(s->signer), STR_ARG(digest_hex(&c->arena, &s->digest)));
    return cli_print(strbuf_text(b), e);
}

static bool freeze(struct cli *c, struct freezing *f, struct err *e)
{
    if (!review_ask(c, f->x, e))
        return false;
    f->order = order_of(c, f->x);
    f->x->look.world = &f->x->o.world;
    struct review_sheet s = {.office_id = f->order.office_id, .below = f->order.below, .from = f->order.from, .to = f->order.to};
    struct day as_of;
    if (!cli_day(c, "as-of", &as_of, e))
        return false;
    if (day_is_none(as_of))
        as_of = day_add(open_today(c), -1);
    return review_make(&f->x->look, f->x->o.site.facts, &s, as_of, &f->made, e) &&
           store_run(c->store, freeze_command, f, e) && print_sheet(c, &f->ret, e);
}

bool run_review_freeze(struct cli *c, struct err *e)
{
    struct freezing *f = arena_new(&c->arena, struct freezing);
    const char *remarks = cli_value(c, "remarks");
    f->c = c;
    f->x = arena_new(&c->arena, struct asking);
    f->signer = str_of(cli_value(c, "signer"));
    if (!f->signer.n)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--signer is needed: who signs it off");
    if ((remarks && !run_read_file(c, remarks, &f->remarks, e)) || !open_site(c, &f->x->o, e))
        return false;
    bool good = freeze(c, f, e);
    open_close(&f->x->o);
    return good;
}

/* The newest frozen one of what is asked for. */
static bool newest(struct cli *c, struct asking *x, struct review_sheet *ret, struct err *e)
{
    struct review_sheets list;
    if (!review_ask(c, x, e))
        return false;
    struct review_order o = order_of(c, x);
    if (!review_versions(&x->look, &o, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].frozen) {
            *ret = list.v[i];
            return true;
        }
    }
    return FAIL(e, ERR_NOT_FOUND, "err.not_found", "no review of that range has been frozen");
}

static bool show(struct cli *c, struct asking *x, struct err *e)
{
    struct review_sheet s;
    struct str json;
    bool same = true;
    struct strbuf *b = review_out(c);
    if (!newest(c, x, &s, e) || !review_content(&x->look, &s, &json, e))
        return false;
    if (cli_flag(c, "again") && !review_again(&x->look, x->o.site.facts, &s, &same, e))
        return false;
    strbuf_str(b, json);
    strbuf_char(b, '\n');
    return cli_print(strbuf_text(b), e) &&
           (same || FAIL(e, ERR_CONFLICT, "err.conflict", STR_FMT " comes out otherwise today", STR_ARG(s.number)));
}

bool run_review_show(struct cli *c, struct err *e)
{
    struct asking *x = arena_new(&c->arena, struct asking);
    if (!open_site(c, &x->o, e))
        return false;
    bool good = show(c, x, e);
    open_close(&x->o);
    return good;
}

static bool sent(struct cli *c, struct asking *x, struct err *e)
{
    struct review_senders list;
    struct strbuf *b = review_out(c);
    if (!review_ask(c, x, e))
        return false;
    struct review_order o = order_of(c, x);
    struct case_world world = x->o.world;
    world.today = open_today(c);
    x->look.world = &world;
    if (!review_senders(&x->look, &o, &list, e))
        return false;
    for (size_t i = 0; i < list.n; i++) {
        const struct review_sender *s = &list.v[i];
        strbuf_printf(b, "%-5s %-5s %lld  %-18.*s " STR_FMT "\n", s->sheet.review_no ? "sent" : "-", s->late ? "late" : "",
                      (long long)s->office_id, STR_ARG(s->sheet.number), STR_ARG(s->name));
    }
    strbuf_printf(b, "sent %zu of %zu, late %zu\n", list.sent, list.n, list.late);
    return cli_print(strbuf_text(b), e);
}

bool run_review_sent(struct cli *c, struct err *e)
{
    struct asking *x = arena_new(&c->arena, struct asking);
    if (!open_site(c, &x->o, e))
        return false;
    bool good = sent(c, x, e);
    open_close(&x->o);
    return good;
}

/* ---- what no record gives ---- */

struct entering {
    struct cli *c;
    struct asking *x;
    struct review_entry in;
};

static bool enter_command(struct tx *tx, void *arg, struct err *e)
{
    struct entering *n = arg;
    struct case_doing d = {tx, &n->x->o.world, &n->x->program, n->c->now};
    d.actor = &(struct viewer){.system = true, .name = n->in.author};
    return review_enter(&d, &n->in, e);
}

static bool enter(struct cli *c, struct asking *x, struct err *e)
{
    struct entering n = {.c = c, .x = x, .in = {.form = str_of(cli_value(c, "form")), .author = str_of(cli_value(c, "author"))}};
    if (!cli_int(c, "column", 0, &n.in.column, e) || !cli_int(c, "figure", -1, &n.in.figure, e) || !review_ask(c, x, e))
        return false;
    n.in.office_id = x->office.office_id;
    n.in.from = x->q.from;
    n.in.to = x->q.to;
    return store_run(c->store, enter_command, &n, e);
}

bool run_review_enter(struct cli *c, struct err *e)
{
    struct asking *x = arena_new(&c->arena, struct asking);
    if (!cli_value(c, "form") || !cli_value(c, "author"))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--form and --author are needed");
    if (!open_site(c, &x->o, e))
        return false;
    bool good = enter(c, x, e);
    open_close(&x->o);
    return good;
}
