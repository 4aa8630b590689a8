// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_import.h"

#include "base/text.h"
#include "features/units/units.h"
#include "platform/i18n/i18n.h"

static const char *const columns[] = {"office", "procedure", "received", "petitioner", "name", "address", "phone", "title", "body"};

static bool check_columns(const struct csv *c, struct err *e)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        if (csv_column(c, columns[i]) < 0)
            return csv_fail(c, columns[i], MSG("err.csv.columns"), "this column is missing", e);
    }
    return true;
}

static bool take(struct csv *c, struct arena *a, const char *column, size_t max, struct str *ret, struct err *e)
{
    struct err why;
    if (text_accept(a, str_trim(csv_get(c, column)), max, ret, &why))
        return true;
    return csv_fail(c, column, why.msg, why.detail[0] ? why.detail : "no text", e);
}

static bool take_texts(struct csv *c, struct arena *a, struct case_new *in, struct err *e)
{
    struct case_text *t = &in->text;
    return take(c, a, "title", CASE_TITLE_MAX, &t->title, e) && take(c, a, "body", CASE_BODY_MAX, &t->body, e) &&
           take(c, a, "place", 200, &t->place, e) && take(c, a, "name", 120, &t->who.name, e) &&
           take(c, a, "address", 200, &t->who.address, e) && take(c, a, "phone", 30, &t->who.phone, e) &&
           take(c, a, "email", 200, &t->who.email, e) && take(c, a, "procedure", 60, &in->procedure, e) &&
           take(c, a, "petitioner", 20, &in->petitioner, e) && take(c, a, "subject", 60, &in->subject, e);
}

static bool is_petitioner(struct str s)
{
    return str_is(s, "individual") || str_is(s, "group") || str_is(s, "organisation") || str_is(s, "anonymous");
}

static bool take_numbers(struct csv *c, const struct case_import *im, struct case_new *in, struct err *e)
{
    struct str people = str_trim(csv_get(c, "people"));
    if (!str_int(str_trim(csv_get(c, "office")), &in->office_id))
        return csv_fail(c, "office", MSG("err.csv.field"), "not a number", e);
    if (!day_parse(str_trim(csv_get(c, "received")), &in->received))
        return csv_fail(c, "received", MSG("err.csv.field"), "no such date; write 2026-07-06", e);
    if (in->received.n > im->world->today.n)
        return csv_fail(c, "received", MSG("err.case.future"), "lies in the future", e);
    in->people = str_is(in->petitioner, "anonymous") ? 0 : 1;
    if (people.n && (!str_int(people, &in->people) || in->people < 0 || in->people > 100000))
        return csv_fail(c, "people", MSG("err.csv.field"), "not a number of people", e);
    return true;
}

static bool import_row(struct case_doing *d, struct csv *c, struct case_import *im, struct err *e)
{
    struct arena *a = tx_arena(d->tx);
    struct case_new in = {.channel = STR("import")};
    struct office office;
    struct case_key key;
    struct err why;
    if (!take_texts(c, a, &in, e))
        return false;
    if (!is_petitioner(in.petitioner))
        return csv_fail(c, "petitioner", MSG("err.csv.field"), "individual, group, organisation or anonymous", e);
    if (!take_numbers(c, im, &in, e))
        return false;
    if (!units_office(tx_rd(d->tx), a, in.office_id, &office, &why))
        return csv_fail(c, "office", MSG("err.not_found"), "no such office", e);
    in.office_code = office.code;
    in.remote = office.remote;
    struct str code = code_random(a, CASE_CODE_SYMBOLS);
    in.code_hash = digest_of(code.p, code.n);
    return case_register(d, &in, &key, &why) || csv_fail(c, NULL, why.msg, why.msg, e);
}

bool case_import(struct tx *tx, void *arg, struct err *e)
{
    struct case_import *im = arg;
    struct viewer program = VIEWER_SYSTEM;
    struct case_doing d = {tx, im->world, &program, im->now};
    struct csv c;
    bool row = true;
    int64_t n = 0;
    if (!csv_open(&c, tx_arena(tx), im->file, im->text, e) || !check_columns(&c, e))
        return false;
    struct arena_mark m = arena_mark(tx_arena(tx));
    for (;; n++) {
        if (!csv_next(&c, &row, e))
            return false;
        if (!row)
            break;
        if (!import_row(&d, &c, im, e))
            return false;
        tx_rewind(tx, m);
    }
    im->ret_cases = n;
    return true;
}
