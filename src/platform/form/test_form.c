// SPDX-License-Identifier: AGPL-3.0-or-later
/* Typed fields from what people type, and what a broken body leaves of them. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "platform/form/form.h"
#include "platform/http/test_http_world.h"
#include "platform/log/log.h"

/* ---- values ---- */

static const char *const words[] = {"complaint", "denunciation", NULL};
static const struct form_field all[] = {
    {.name = "line", .type = FORM_LINE, .required = true, .min = 2, .max = 5},
    {.name = "text", .type = FORM_TEXT, .max = 10},
    {.name = "int", .type = FORM_INT, .min = 1, .max = 9},
    {.name = "free", .type = FORM_INT},
    {.name = "day", .type = FORM_DAY},
    {.name = "choice", .type = FORM_CHOICE, .choices = words},
    {.name = "flag", .type = FORM_FLAG},
    {.name = "must", .type = FORM_FLAG, .required = true},
    {.name = "email", .type = FORM_EMAIL},
    {.name = "phone", .type = FORM_PHONE},
    {.name = "secret", .type = FORM_SECRET, .min = 3},
    {.name = NULL},
};

/* The error of one field of the table, given this value. */
static const char *error_of(const char *name, const char *value, struct form *f)
{
    struct http_field v[] = {{str_of("must"), STR("1")}, {str_of("line"), STR("abc")}, {str_of(name), str_of(value)}};
    struct request r = {.form = !strcmp(name, "line") || !strcmp(name, "must") ? v + 2 : v, .form_n = 0};
    r.form_n = r.form == v ? 3 : 1;
    form_read(f, all, &r, false);
    return form_get(f, name)->error;
}

static const struct {
    const char *name, *value, *error;
} cases[] = {
    {"line", "ab", NULL}, {"line", "  ab  ", NULL}, {"line", "", "form.err.required"}, {"line", "   ", "form.err.required"},
    {"line", "a", "form.err.short"}, {"line", "abcdef", "form.err.long"}, {"line", "a\nb", "form.err.line"},
    {"line", "\xe1\xba\xbf\xe1\xba\xbf\xe1\xba\xbf\xe1\xba\xbf\xe1\xba\xbf", NULL}, /* five letters, fifteen bytes */
    {"text", "a\nb", NULL}, {"text", "12345678901", "form.err.long"}, {"text", "", NULL},
    {"int", "5", NULL}, {"int", "0", "form.err.small"}, {"int", "10", "form.err.large"}, {"int", "5.0", "form.err.int"},
    {"int", "", NULL}, {"free", "-7", NULL}, {"free", "99999999999999999999", "form.err.int"}, {"free", "0x1", "form.err.int"},
    {"day", "2026-02-28", NULL}, {"day", "28/2/2026", NULL}, {"day", "28-02-2026", NULL}, {"day", "1.9.2026", NULL},
    {"day", "30/02/2026", "form.err.day"}, {"day", "2/28/2026", "form.err.day"}, {"day", "28/2/26", "form.err.day"},
    {"day", "28/2-2026", "form.err.day"}, {"day", "28/2/2026/", "form.err.day"}, {"day", "1/2/-202", "form.err.day"},
    {"day", "tomorrow", "form.err.day"}, {"day", "1/", "form.err.day"}, {"day", "/1/2026", "form.err.day"},
    {"choice", "complaint", NULL}, {"choice", "Complaint", "form.err.choice"}, {"choice", "", NULL},
    {"flag", "", NULL}, {"flag", "on", NULL}, {"must", "0", "form.err.required"}, {"must", "on", NULL},
    {"email", "a@b.vn", NULL}, {"email", "a.b+c@x.gov.vn", NULL}, {"email", "a@b", "form.err.email"},
    {"email", "a b@c.vn", "form.err.email"}, {"email", "a@b@c.vn", "form.err.email"}, {"email", "@b.vn", "form.err.email"},
    {"email", "a@.vn", "form.err.email"}, {"email", "a@b..vn", "form.err.email"}, {"email", "a@b.vn\r\nBcc: c@d.vn", "form.err.email"},
    {"phone", "0901 234 567", NULL}, {"phone", "+84 (90) 123.45-67", NULL}, {"phone", "1234567", "form.err.phone"},
    {"phone", "090+1234567", "form.err.phone"}, {"phone", "09o1234567", "form.err.phone"},
    {"secret", " ab", NULL}, {"secret", "ab", "form.err.short"},
};

static void values_are_read(void **state)
{
    (void)state;
    struct form f;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *error = error_of(cases[i].name, cases[i].value, &f);
        if (strcmp(error ? error : "", cases[i].error ? cases[i].error : ""))
            fail_msg("%s '%s': %s", cases[i].name, cases[i].value, error ? error : "right");
        assert_int_equal(f.errors, (error != NULL) + !strcmp(cases[i].name, "line") + !strcmp(cases[i].name, "must"));
    }
}

static void values_have_types(void **state)
{
    (void)state;
    struct form f;
    struct day d;
    assert_true(day_of(2026, 2, 28, &d));
    error_of("day", "28/2/2026", &f);
    assert_int_equal(form_get(&f, "day")->day.n, d.n);
    assert_int_equal(form_get(&f, "choice")->n, -1);
    error_of("choice", "denunciation", &f);
    assert_int_equal(form_get(&f, "choice")->n, 1);
    error_of("flag", "on", &f);
    assert_int_equal(form_get(&f, "flag")->n, 1);
    error_of("secret", " a b ", &f);
    assert_int_equal(form_get(&f, "secret")->text.n, 5);
    error_of("int", "12", &f);
    assert_int_equal(form_get(&f, "int")->n, 0);
    assert_true(str_is(form_get(&f, "int")->text, "12")); /* as typed */
}

static void forms_are_filled_by_us(void **state)
{
    (void)state;
    struct form f;
    form_blank(&f, all);
    assert_int_equal(f.errors, 0);
    assert_true(day_is_none(form_get(&f, "day")->day));
    form_set(&f, "choice", STR("denunciation"));
    assert_int_equal(form_get(&f, "choice")->n, 1);
    form_error(&f, "choice", "err.denied");
    form_error(&f, "choice", "err.denied");
    assert_int_equal(f.errors, 1);
    form_set(&f, "choice", STR("complaint"));
    assert_int_equal(f.errors, 0);
}

/* ---- over the wire ---- */

static const struct form_field note_form[] = {
    {.name = "note", .type = FORM_TEXT, .required = true, .max = 100, .label = "ui.title"},
    {.name = "born", .type = FORM_DAY, .label = "ui.title"},
    {.name = NULL},
};

static bool post_note(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    struct form f;
    bool ok = form_read(&f, note_form, r, false);
    p->content_type = STR("text/plain");
    p->body = str_printf(r->arena, "%s note=" STR_FMT " error=%s", ok ? "kept" : "again", STR_ARG(form_get(&f, "note")->text),
                          f.whole ? f.whole : form_get(&f, "note")->error ? form_get(&f, "note")->error : "");
    p->status = ok ? 200 : 422;
    return true;
}

static const struct route routes[] = {
    {"POST", "/note", post_note, 0, 0, note_form, ""},
    {"POST", "/plain", post_note, 0, 0, NULL, ""},
    {.method = NULL},
};

static void bad_text_is_given_back(void **state)
{
    (void)state;
    static const struct route *const tables[] = {routes, NULL};
    struct world *w = calloc(1, sizeof *w);
    w->options.rate_per_minute = -1;
    w->options.tables = tables;
    world_start(w);
    assert_status(post(w, "/plain", STR(CSRF "&a=%ff")), 422); /* no input table: not run */
    struct str a = post(w, "/note", STR(CSRF "&note=good%ffrest"));
    assert_status(a, 422);
    assert_has(a, "again note=goodrest error=err.http.utf8");
    assert_has(post(w, "/note", STR(CSRF "&note=a%00b")), "again note=ab error=err.http.nul");
    assert_has(post(w, "/note", STR(CSRF "&note=a%07b")), "again note=ab error=err.http.control");
    assert_has(post(w, "/note", STR(CSRF "&note=a%zzb")), "error=err.http.escape");
    assert_has(post(w, "/note", STR(CSRF "&note=fine&other=%ff")), "again note=fine error=err.http.utf8");
    assert_has(post(w, "/note", STR(CSRF "&note=fine")), "kept note=fine");
    world_stop(w);
    free(w);
}

int main(void)
{
    i18n_init();
    log_level_set(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(values_have_types),
        cmocka_unit_test(forms_are_filled_by_us),
        cmocka_unit_test(bad_text_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
