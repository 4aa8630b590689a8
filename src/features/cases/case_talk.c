// SPDX-License-Identifier: AGPL-3.0-or-later
/* The pages of the talk: hers, with her code, and the desk's. */
#include "features/cases/case_talk_pages.h"

#include "case_talk.html.h"

static const struct form_field talk_fields[] = {
    {.name = "text", .type = FORM_TEXT, .required = true, .max = CASE_MESSAGE_MAX, .label = MSG("case.talk.text")},
    {.name = NULL},
};

/* The desk's own hand, whatever code this browser has shown; and hers, whoever is signed in. */
static struct viewer hand_of(const struct request *r, bool desk)
{
    struct viewer v = r->viewer;
    if (!desk)
        return (struct viewer){.track_office = v.track_office, .track_case = v.track_case};
    v.track_office = v.track_case = 0;
    return v;
}

static bool key_of(struct request *r, bool desk, struct case_key *ret, struct err *e)
{
    bool query = str_is(r->method, "GET");
    if (desk)
        return case_key_of(r, ret, e);
    if (!r->viewer.track_case)
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    *ret = (struct case_key){r->viewer.track_office, r->viewer.track_case};
    struct case_key other;
    if (str_int(query ? request_query(r, "office") : request_form(r, "office"), &other.office_id) &&
        str_int(query ? request_query(r, "case") : request_form(r, "case"), &other.case_id))
        *ret = other;
    return true;
}

static struct str back_of(struct request *r, bool desk, struct case_key k)
{
    return desk ? case_link_path(r->arena, "/desk/cases/", k, "")
                : str_printf(r->arena, "/track/matter?office=%lld&case=%lld", (long long)k.office_id, (long long)k.case_id);
}

static struct str path_of(struct request *r, bool desk, struct case_key k)
{
    return desk ? case_link_path(r->arena, "/desk/cases/", k, "/talk")
                : str_printf(r->arena, "/track/talk?office=%lld&case=%lld", (long long)k.office_id, (long long)k.case_id);
}

static bool show(struct request *r, bool desk, struct talk_page *p, struct response *out, struct err *e)
{
    struct rd *rd;
    struct office office;
    struct case_facts c;
    struct viewer hand = hand_of(r, desk);
    if (!key_of(r, desk, &p->key, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    l.viewer = &hand;
    if (!case_get(&l, p->key, &c, e) || !case_talk(&l, &c, &p->talk, e) || !units_office(rd, r->arena, c.key.office_id, &office, e))
        return false;
    p->page = (struct ui_page){.request = r, .face = desk ? UI_DESK : UI_PORTAL, .title_msg = MSG("case.talk.title"),
                               .nav = desk ? "/desk" : "/track", .form = &p->form, .office = desk ? office.name : STR("")};
    p->desk = desk;
    p->sealed = c.sealed;
    p->number = c.number;
    p->office_name = office.name;
    p->back = back_of(r, desk, p->key);
    p->action = desk ? path_of(r, true, p->key) : STR("/track/talk");
    for (size_t i = 0; i < p->talk.n; i++)
        p->waits |= p->talk.v[i].waits;
    struct html *h = ui_begin(r);
    talk_page(h, p);
    response_html(out, h);
    return true;
}

static bool get(struct request *r, bool desk, struct response *out, struct err *e)
{
    struct talk_page p = {0};
    form_blank(&p.form, talk_fields);
    return show(r, desk, &p, out, e);
}

struct saying {
    struct case_world world;
    struct viewer hand;
    struct instant now;
    struct case_key key;
    struct str text;
    bool heard;
};

static bool do_say(struct tx *tx, void *arg, struct err *e)
{
    struct saying *x = arg;
    struct case_doing d = {tx, &x->world, &x->hand, x->now};
    return x->heard ? case_heard(&d, x->key, e) : case_say(&d, x->key, x->text, e);
}

static bool post(struct request *r, bool desk, struct response *out, struct err *e)
{
    struct talk_page p = {0};
    struct saying x = {.world = case_world_of(r), .hand = hand_of(r, desk), .now = r->now,
                       .heard = desk && str_is(request_form(r, "go"), "seen")};
    bool read = form_read(&p.form, talk_fields, r, false) || x.heard;
    if (!key_of(r, desk, &x.key, e))
        return false;
    x.text = form_get(&p.form, "text")->text;
    if (read && store_run(site_of(r)->store, do_say, &x, e)) {
        response_redirect(out, path_of(r, desk, x.key));
        return true;
    }
    int status = read ? err_http_status(e->code) : 422;
    if (read && e->code != ERR_BAD_INPUT && e->code != ERR_BUSY && e->code != ERR_STORE)
        return false;
    if (read)
        form_error(&p.form, "text", e->msg);
    if (!show(r, desk, &p, out, e))
        return false;
    out->status = status;
    return true;
}

bool talk_track_get(struct request *r, struct response *out, struct err *e)
{
    if (r->viewer.track_case)
        return get(r, false, out, e);
    response_redirect(out, STR("/track"));
    return true;
}

bool talk_track_post(struct request *r, struct response *out, struct err *e)
{
    return post(r, false, out, e);
}

bool talk_desk_get(struct request *r, struct response *out, struct err *e)
{
    return get(r, true, out, e);
}

bool talk_desk_post(struct request *r, struct response *out, struct err *e)
{
    return post(r, true, out, e);
}

bool talk_summary(struct request *r, const struct case_look *l, const struct case_facts *c, bool desk, struct talk_summary *ret,
                  struct err *e)
{
    struct case_talk t;
    if (!case_talk(l, c, &t, e))
        return false;
    *ret = (struct talk_summary){.href = path_of(r, desk, c->key), .n = (int64_t)t.n, .may_write = t.may_write};
    for (size_t i = 0; i < t.n; i++)
        ret->waits |= desk && t.v[i].waits;
    ret->waits |= !desk && t.n && !t.v[t.n - 1].hers;
    return true;
}
