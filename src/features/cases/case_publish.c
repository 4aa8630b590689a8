// SPDX-License-Identifier: AGPL-3.0-or-later
/* Publication: the officer writes what will be public beside the original, sees
 * which words of the identity still stand in it, and looks at the page as
 * everybody will see it before she publishes. Nothing is taken out silently. */
#include "base/text.h"
#include "case_desk.html.h"
#include "features/cases/case_access.h"
#include "features/cases/case_desk.h"
#include "platform/log/log.h"

static const struct form_field publish_fields[] = {
    {.name = "title", .type = FORM_LINE, .required = true, .min = 3, .max = CASE_TITLE_MAX, .label = MSG("case.title")},
    {.name = "body", .type = FORM_TEXT, .max = CASE_BODY_MAX, .label = MSG("case.body")},
    {.name = "answer", .type = FORM_TEXT, .required = true, .min = 3, .max = CASE_BODY_MAX, .label = MSG("case.answer")},
    {.name = "version", .type = FORM_INT, .max = INT64_MAX, .label = MSG("case.version")},
    {.name = NULL},
};

enum { LEAKS = 12 };

/* Is the part, as folded words, in the folded text? */
static bool stands_in(struct arena *a, struct str folded, struct str part)
{
    size_t at;
    struct str f = text_fold(a, part);
    return f.n > 2 && str_find(str_printf(a, " " STR_FMT " ", STR_ARG(folded)), str_printf(a, " " STR_FMT " ", STR_ARG(f)), &at);
}

/* Of a denunciation: of which kind, not what. */
static void find_sealed_leaks(struct request *r, struct desk_publish *p)
{
    static const struct { uint32_t bits; const char *msg; } kinds[] = {
        {CASE_LEAK_NAME | CASE_LEAK_SHORT_NAME, MSG("denounce.leak.name")}, {CASE_LEAK_NUMBER, MSG("denounce.leak.phone")},
        {CASE_LEAK_ADDRESS | CASE_LEAK_PLACE, MSG("denounce.leak.address")}, {CASE_LEAK_PHRASE, MSG("denounce.leak.phrase")},
    };
    struct rd *rd;
    struct err e;
    uint32_t found = 0;
    struct str all = str_printf(r->arena, STR_FMT "\n" STR_FMT "\n" STR_FMT, STR_ARG(p->title), STR_ARG(p->body), STR_ARG(p->answer));
    struct str *leaks = arena_array(r->arena, struct str, LEAKS);
    if (!store_read(site_of(r)->store, r->arena, &rd, &e))
        return;
    struct case_look l = case_look_of(r, rd);
    if (!case_leaks(&l, &p->facts, all, &found, &e))
        log_err("case.leaks", &e);
    store_read_end(rd);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (found & kinds[i].bits)
            leaks[p->leaks_n++] = i18n_text(r->lang, kinds[i].msg);
    }
    p->leaks = leaks;
}

/* The parts of the identity, and long numbers, that the public text still has. */
static void find_leaks(struct request *r, struct desk_publish *p)
{
    struct str all = str_printf(r->arena, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(p->title), STR_ARG(p->body), STR_ARG(p->answer));
    struct str folded = text_fold(r->arena, all), word, rest = folded;
    const struct str parts[] = {p->text.who.name, p->text.who.address, p->text.who.phone, p->text.who.email, p->text.who.id_number};
    struct str *leaks = arena_array(r->arena, struct str, LEAKS);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (stands_in(r->arena, folded, parts[i]))
            leaks[p->leaks_n++] = parts[i];
    }
    int64_t n;
    while (str_split(&rest, ' ', &word) && p->leaks_n < LEAKS) {
        if (word.n >= 9 && word.n <= 12 && str_int(word, &n))
            leaks[p->leaks_n++] = word;
    }
    p->leaks = leaks;
}

static bool load_publish(struct request *r, struct desk_publish *p, struct case_answer_list *ret_answers, struct err *e)
{
    struct rd *rd;
    struct case_key key;
    struct office office;
    p->page = (struct ui_page){.request = r, .face = UI_DESK, .title_msg = MSG("desk.publish"), .nav = "/desk", .form = &p->form,
                               .wide = true};
    if (!case_key_of(r, &key, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!case_get(&l, key, &p->facts, e) || !case_get_text(&l, &p->facts, &p->text, e) ||
        !case_answers(&l, &p->facts, ret_answers, e) || !units_office(rd, r->arena, key.office_id, &office, e))
        return false;
    store_read_end(rd);
    p->page.office = office.name;
    if (!viewer_may(&r->viewer, key.office_id, ROLE_SETTLING | ROLE_LEADER))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    p->path = case_link_path(r->arena, "/desk/cases/", key, "");
    return true;
}

static void show_publish(struct request *r, struct desk_publish *p, struct response *out)
{
    if (p->facts.sealed)
        find_sealed_leaks(r, p);
    else
        find_leaks(r, p);
    struct html *h = ui_begin(r);
    desk_publish_page(h, p);
    response_html(out, h);
}

bool desk_publish_get(struct request *r, struct response *out, struct err *e)
{
    struct desk_publish p = {0};
    struct case_answer_list answers;
    form_blank(&p.form, publish_fields);
    if (!load_publish(r, &p, &answers, e))
        return false;
    p.title = p.text.title;
    /* a denouncer's own words are not offered: she could be known by them */
    p.body = p.facts.sealed ? STR("") : p.text.body;
    p.answer = answers.n ? answers.v[0].body : STR("");
    form_set(&p.form, "title", p.facts.sealed ? STR("") : p.title);
    form_set(&p.form, "body", p.body);
    form_set(&p.form, "answer", p.answer);
    form_set(&p.form, "version", str_printf(r->arena, "%lld", (long long)p.facts.version));
    show_publish(r, &p, out);
    return true;
}

bool desk_publish_post(struct request *r, struct response *out, struct err *e)
{
    struct desk_publish p = {0};
    struct case_answer_list answers;
    struct case_key made;
    if (!load_publish(r, &p, &answers, e))
        return false;
    bool good = form_read(&p.form, publish_fields, r, false);
    p.title = form_get(&p.form, "title")->text;
    p.body = form_get(&p.form, "body")->text;
    p.answer = form_get(&p.form, "answer")->text;
    p.preview = good;
    if (good && str_is(request_form(r, "go"), "publish")) {
        struct case_deed deed = {.action = STR("publish"), .version = form_get(&p.form, "version")->n,
                                 .title = p.title, .body = p.body, .answer = p.answer};
        if (case_run_deed(r, p.facts.key, &deed, &made, e)) {
            response_redirect(out, case_link_path(r->arena, "/published/", p.facts.key, ""));
            return true;
        }
        p.page.notice_msg = e->msg;
        p.page.notice_tone = UI_BAD;
    }
    show_publish(r, &p, out);
    out->status = good && !p.page.notice_msg ? 200 : 422;
    return true;
}
