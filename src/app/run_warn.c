// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh warn: tells officials of deadlines, or says what would be told. */
#include "app/open.h"
#include "app/run.h"
#include "base/json.h"
#include "features/deadlines/deadlines.h"
#include "platform/i18n/i18n.h"

static void as_json(struct strbuf *b, const struct deadline_sweep *s)
{
    struct json j;
    json_init(&j, b);
    json_object(&j);
    json_kbool(&j, "preview", s->preview);
    json_kint(&j, "told", s->ret_told);
    json_kint(&j, "closed", s->ret_closed);
    json_key(&j, "warnings");
    json_array(&j);
    for (size_t i = 0; i < s->ret_n; i++) {
        const struct deadline_warning *w = &s->ret[i];
        json_object(&j);
        json_kint(&j, "office", w->key.office_id);
        json_kstr(&j, "number", w->number);
        json_kstr(&j, "step", w->step);
        json_kstr(&j, "mark", w->mark);
        json_kday(&j, "due", w->due);
        json_kint(&j, "people", w->told);
        json_end(&j);
    }
    json_end(&j);
    json_end(&j);
    strbuf_char(b, '\n');
}

static void as_text(struct strbuf *b, const struct deadline_sweep *s)
{
    char due[11];
    for (size_t i = 0; i < s->ret_n; i++) {
        const struct deadline_warning *w = &s->ret[i];
        strbuf_printf(b, STR_FMT "  " STR_FMT "  due %s  " STR_FMT "  %lld told\n", STR_ARG(w->number), STR_ARG(w->step),
                      day_format(w->due, due), STR_ARG(w->mark), (long long)w->told);
    }
    strbuf_printf(b, "%lld clocks %s; %lld put off, their office is closed now\n", (long long)s->ret_told,
                  s->preview ? "would be told of" : "told of", (long long)s->ret_closed);
}

bool run_warn(struct cli *c, struct err *e)
{
    struct opened o;
    struct strbuf b;
    bool run = cli_flag(c, "run");
    if (run == cli_flag(c, "preview"))
        return FAIL(e, ERR_BAD_INPUT, "err.cli", "either --preview or --run");
    if (!open_site(c, &o, e))
        return false;
    i18n_init();
    struct deadline_sweep s = {.store = c->store, .world = &o.world, .now = c->now, .arena = &c->arena, .preview = !run};
    bool good = deadlines_run(&s, e);
    strbuf_init(&b, &c->arena, 16 << 20);
    if (good && c->json)
        as_json(&b, &s);
    else if (good)
        as_text(&b, &s);
    good = good && cli_print(strbuf_text(&b), e);
    open_close(&o);
    return good;
}
