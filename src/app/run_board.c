// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh board: how offices do. */
#include <string.h>

#include "app/run.h"
#include "app/run_review.h"
#include "features/review/board.h"

/* --unit, --period or --from and --to, as review has them; of no unit, all of them. */
static bool ask(struct cli *c, struct asking *x, struct board_question *q, struct err *e)
{
    struct rule_period p;
    struct rd *rd;
    x->program = VIEWER_SYSTEM;
    x->o.world.today = open_today(c);
    if (cli_value(c, "unit") || cli_value(c, "from")) {
        if (!review_ask(c, x, e))
            return false;
        *q = (struct board_question){x->o.site.facts, c->store, x->q.from, x->q.to, c->now};
        return true;
    }
    if (!open_facts(c, &x->o, e) || !store_read(c->store, &c->arena, &rd, e))
        return false;
    if (!board_period(x->o.rules, &c->arena, str_of(cli_value(c, "period")), x->o.world.today, &p))
        return FAIL(e, ERR_BAD_INPUT, "err.review.range", "no such period");
    x->look = (struct case_look){rd, &c->arena, &x->o.world, &x->program};
    *q = (struct board_question){x->o.site.facts, c->store, p.from, p.to, c->now};
    return true;
}

static bool print(struct cli *c, struct asking *x, bool csv, struct err *e)
{
    struct board_question q;
    struct board board;
    struct board_part part;
    struct strbuf *b = review_out(c);
    struct json j;
    if (!ask(c, x, &q, e))
        return false;
    x->look.world = &x->o.world;
    if (!board_count(&x->look, &q, &board, e) ||
        !board_part(&x->look, &board, x->office.office_id, !cli_flag(c, "public"), &part, e))
        return false;
    json_init(&j, b);
    if (csv) {
        board_csv(b, &c->arena, &part);
    } else {
        board_json(&j, &c->arena, &part);
        strbuf_char(b, '\n');
    }
    return cli_print(strbuf_text(b), e);
}

bool run_board(struct cli *c, struct err *e)
{
    struct asking *x = arena_new(&c->arena, struct asking);
    const char *format = cli_value(c, "format") ? cli_value(c, "format") : "csv";
    bool csv = strcmp(format, "csv") == 0;
    c->json = !csv;
    if (!csv && strcmp(format, "json") != 0)
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "--format is json or csv, not %s", format);
    if (!open_site(c, &x->o, e))
        return false;
    bool good = print(c, x, csv, e);
    open_close(&x->o);
    return good;
}
