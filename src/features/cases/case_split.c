// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_split.h"

#include "base/text.h"
#include "features/cases/case_flow.h"
#include "features/cases/denounce_rows.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

enum { PARTS_LEAST = 2, TITLE = 100 };

static bool needs(const struct rule_step *step, const char *word)
{
    struct str part, rest = step->needs;
    while (str_split(&rest, ' ', &part)) {
        if (str_is(part, word))
            return true;
    }
    return false;
}

bool case_split_into(const struct rule_procedure *p)
{
    return p && !p->sealed && p->by_person && p->instance == 1;
}

bool case_split_check(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                      const struct case_deed *deed, struct err *e)
{
    struct case_key parts[DENOUNCE_LINKED];
    size_t n;
    if (needs(step, "procedure") && !case_split_into(rulebook_procedure(d->world->rules, deed->procedure)))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.case.split.procedure"), NULL);
    if (!case_flow_has(step, "split_part") && !needs(step, "has_parts"))
        return true;
    if (!denounce_linked(tx_rd(d->tx), c->key, "split_to", parts, &n, e))
        return false;
    if (needs(step, "has_parts") && n < PARTS_LEAST)
        return FAIL(e, ERR_CONFLICT, MSG("err.case.split.parts"), NULL);
    if (case_flow_has(step, "split_part") && n == DENOUNCE_LINKED)
        return FAIL(e, ERR_CONFLICT, MSG("err.case.split.many"), NULL);
    return true;
}

/* The first line of what it is about. */
static struct str title_of(struct str text)
{
    struct str line;
    str_split(&text, '\n', &line);
    return text_clip(str_trim(line), TITLE);
}

bool case_split_write(const struct case_doing *d, const struct case_facts *c, const struct rule_step *step,
                      const struct case_deed *deed, struct err *e)
{
    struct case_text text;
    struct case_key made;
    struct digest code;
    struct office office;
    struct viewer program = VIEWER_SYSTEM;
    struct case_doing own = {d->tx, d->world, &program, d->now};
    struct case_look l = {tx_rd(d->tx), tx_arena(d->tx), d->world, &program};
    if (!case_flow_has(step, "split_part"))
        return true;
    if (!case_get_text(&l, c, &text, e) || !denounce_code(d->tx, c->key, &code, e) ||
        !units_office(l.rd, l.arena, c->key.office_id, &office, e))
        return false;
    text.title = title_of(deed->text);
    text.body = deed->text;
    struct case_new in = {.office_id = c->key.office_id, .office_code = office.code, .procedure = deed->procedure,
                          .channel = c->channel, .petitioner = c->petitioner, .people = c->people, .remote = c->remote,
                          .received = c->received, .text = text, .code_hash = code};
    return case_files_for_copy(d->tx, c, &in, e) && case_register(&own, &in, &made, e) &&
           case_link_add(d->tx, c->key, "split_to", made, e) && case_link_add(d->tx, made, "split_from", c->key, e);
}
