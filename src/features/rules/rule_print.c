// SPDX-License-Identifier: AGPL-3.0-or-later
/* The clock's answer for machines and for a terminal. */
#include "features/rules/rule_rows.h"

static void print_rule(struct json *j, struct str id, struct str article, struct str version, struct str sureness)
{
    json_object(j);
    json_kstr(j, "id", id);
    json_kstr(j, "article", article);
    json_kstr(j, "version", version);
    json_kstr(j, "sureness", sureness);
    json_end(j);
}

static void print_days(struct json *j, const struct rule_due *d)
{
    json_array(j);
    for (size_t i = 0; i < d->days_n; i++) {
        const struct rule_day *x = &d->days[i];
        json_object(j);
        json_kday(j, "date", x->day);
        json_kbool(j, "counts", x->counts);
        json_kint(j, "n", x->n);
        json_kstr(j, "why", str_of(x->why));
        if (x->name.n)
            json_kstr(j, "name", x->name);
        if (x->sureness.n)
            json_kstr(j, "sureness", x->sureness);
        json_end(j);
    }
    json_end(j);
}

void rules_clock_json(struct json *j, const struct rule_due *d)
{
    json_object(j);
    json_kday(j, "due", d->day);
    if (!day_is_none(d->paused))
        json_kday(j, "suspended_from", d->paused);
    json_key(j, "rule");
    if (d->rule.n)
        print_rule(j, d->rule, d->article, d->version, d->sureness);
    else
        json_null(j);
    json_kint(j, "value", d->value);
    json_kstr(j, "unit", d->unit);
    json_key(j, "also");
    json_array(j);
    if (d->conflict) {
        json_object(j);
        json_kday(j, "due", d->also_day);
        json_key(j, "rule");
        print_rule(j, d->also_rule, d->also_article, d->also_version, d->also_sureness);
        json_end(j);
    }
    json_end(j);
    json_key(j, "calendar");
    json_object(j);
    json_kstr(j, "sureness", d->calendar);
    json_kbool(j, "beyond", d->beyond);
    json_end(j);
    json_key(j, "days");
    print_days(j, d);
    json_end(j);
}

static struct str sureness_text(enum lang lang, struct str sureness)
{
    return str_is(sureness, "P") ? STR("") : i18n_text(lang, MSG("rules.unconfirmed"));
}

static void text_rule(struct strbuf *b, enum lang lang, struct str id, struct str article, struct str sureness)
{
    struct str mark = sureness_text(lang, sureness);
    strbuf_printf(b, STR_FMT " (" STR_FMT ")%s" STR_FMT, STR_ARG(article), STR_ARG(id), mark.n ? ", " : "", STR_ARG(mark));
}

void rules_clock_text(struct strbuf *b, struct arena *a, enum lang lang, const struct rule_due *d)
{
    if (!d->rule.n) {
        strbuf_str(b, i18n_text(lang, MSG("rules.clock.no_limit")));
        strbuf_char(b, '\n');
        return;
    }
    if (!day_is_none(d->paused))
        strbuf_str(b, i18n_format(a, lang, MSG("rules.clock.open"), ARGS(arg_str("date", i18n_day_long(a, lang, d->paused)))));
    else
        strbuf_str(b, i18n_format(a, lang, MSG("rules.clock.due"), ARGS(arg_str("date", i18n_day_long(a, lang, d->day)))));
    strbuf_z(b, "\n  ");
    text_rule(b, lang, d->rule, d->article, d->sureness);
    strbuf_char(b, '\n');
    if (d->conflict) {
        strbuf_str(b, i18n_format(a, lang, MSG("rules.clock.also"), ARGS(arg_str("date", i18n_day_long(a, lang, d->also_day)))));
        strbuf_z(b, "\n  ");
        text_rule(b, lang, d->also_rule, d->also_article, d->also_sureness);
        strbuf_char(b, '\n');
    }
    if (d->beyond)
        strbuf_printf(b, STR_FMT "\n", STR_ARG(i18n_text(lang, MSG("rules.clock.beyond"))));
    for (size_t i = 0; i < d->days_n; i++) {
        const struct rule_day *x = &d->days[i];
        char date[11];
        strbuf_printf(b, "%s  ", day_format(x->day, date));
        if (x->counts)
            strbuf_printf(b, "%4lld  ", (long long)x->n);
        else
            strbuf_z(b, "   -  ");
        strbuf_str(b, i18n_text(lang, x->why));
        if (x->name.n)
            strbuf_printf(b, ": " STR_FMT, STR_ARG(x->name));
        strbuf_char(b, '\n');
    }
}
