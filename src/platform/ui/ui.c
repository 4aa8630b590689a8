// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/ui/ui.h"

#include "platform/assets/assets.h"
#include "platform/ui/ui_page.h"
#include "ui.html.h"

enum { PAGE_CEILING = 1024 * 1024 };

const enum lang ui_langs[LANGS] = {LANG_VI, LANG_FR, LANG_EN};

const struct ui_nav ui_portal_nav[] = {
    {"/", MSG("ui.nav.home"), "home", true},
    {"/submit", MSG("ui.nav.submit"), "pen", false},
    {"/track", MSG("ui.nav.track"), "way", false},
    {"/published", MSG("ui.nav.published"), "board", false},
    {"/units", MSG("ui.nav.units"), "map", true},
    {"/clock", MSG("ui.nav.clock"), "clock", true},
};
const size_t ui_portal_nav_n = sizeof ui_portal_nav / sizeof *ui_portal_nav;

const struct ui_nav ui_desk_nav[] = {
    {"/desk", MSG("ui.nav.queue"), "queue", false},
    {"/desk/intake", MSG("ui.nav.intake"), "pen", false},
    {"/desk/reception", MSG("ui.nav.reception"), "way", false},
    {"/desk/notices", MSG("ui.nav.notices"), "clock", false},
    {"/desk/documents", MSG("ui.nav.documents"), "print", false},
    {"/desk/reviews", MSG("ui.nav.reviews"), "chart", false},
    {"/desk/board", MSG("ui.nav.board"), "board", false},
    {"/clock", MSG("ui.nav.clock"), "clock", false},
    {"/units", MSG("ui.nav.units"), "map", false},
};
const size_t ui_desk_nav_n = sizeof ui_desk_nav / sizeof *ui_desk_nav;

const struct ui_nav ui_foot_nav[] = {
    {"/board", MSG("ui.nav.board"), "", false},
    {"/help/kinds", MSG("ui.nav.kinds"), "", false},
    {"/verify", MSG("ui.nav.verify"), "", false},
    {"/accessibility", MSG("ui.nav.accessibility"), "", false},
    {"/privacy", MSG("ui.nav.privacy"), "", false},
};
const size_t ui_foot_nav_n = sizeof ui_foot_nav / sizeof *ui_foot_nav;

const char *ui_face_word(enum ui_face f)
{
    static const char *const words[] = {"portal", "desk", "paper"};
    return words[f];
}

const char *ui_tone_word(enum ui_tone t)
{
    static const char *const words[] = {"plain", "info", "good", "warn", "bad"};
    return words[t];
}

const char *ui_tone_icon(enum ui_tone t)
{
    static const char *const words[] = {"info", "info", "good", "warn", "bad"};
    return words[t];
}

const char *ui_step_word(enum ui_step_state s)
{
    static const char *const words[] = {"done", "now", "next", "late", "stopped"};
    return words[s];
}

const char *ui_step_msg(enum ui_step_state s)
{
    static const char *const ids[] = {MSG("ui.step.done"), MSG("ui.step.now"), MSG("ui.step.next"),
                                      MSG("ui.step.late"), MSG("ui.step.stopped")};
    return ids[s];
}

const char *ui_clock_word(enum ui_clock s)
{
    static const char *const words[] = {"runs", "late", "paused", "kept", "missed"};
    return words[s];
}

const char *ui_lang_short(enum lang lang)
{
    static const char *const words[LANGS] = {"VI", "FR", "EN"};
    return words[lang];
}

struct html *ui_begin(struct request *r)
{
    struct html *h = arena_new(r->arena, struct html);
    struct strbuf *b = arena_new(r->arena, struct strbuf);
    strbuf_init(b, r->arena, PAGE_CEILING);
    *h = (struct html){b, r->arena, r->lang, r->zone_minutes, r->csrf};
    return h;
}

struct str ui_title(const struct html *h, const struct ui_page *p)
{
    struct str title = p->title_msg ? i18n_text(h->lang, p->title_msg) : p->title;
    struct msg_args args = ARGS(arg_str("title", title));
    bool wrong = p->form && p->form->errors;
    return i18n_format(h->arena, h->lang, wrong ? MSG("ui.title.wrong") : MSG("ui.title"), args);
}

bool ui_nav_here(const struct ui_page *p, const struct ui_nav *n)
{
    return p->nav && str_is(str_of(p->nav), n->path);
}

struct str ui_icon_link(struct arena *a, const char *name)
{
    struct str file = asset_link(a, "web/icons.svg");
    return str_printf(a, STR_FMT "#%s", STR_ARG(file), name);
}

struct str ui_pager_link(struct arena *a, const struct ui_pager *p, int64_t n)
{
    return str_printf(a, STR_FMT "%lld", STR_ARG(p->href), (long long)n);
}

int64_t ui_ring_share(const struct ui_deadline *d)
{
    if (d->total <= 0 || d->used >= d->total)
        return 100;
    return d->used <= 0 ? 0 : d->used * 100 / d->total;
}

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '~';
}

static void add_encoded(struct strbuf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (is_plain(c))
            strbuf_char(b, (char)c);
        else
            strbuf_printf(b, "%%%02X", c);
    }
}

struct str ui_lang_link(struct arena *a, const struct request *r, enum lang lang)
{
    struct strbuf b;
    strbuf_init(&b, a, 16 * 1024);
    strbuf_str(&b, r->path);
    strbuf_printf(&b, "?lang=%s", lang_tag(lang));
    for (size_t i = 0; i < r->query_n; i++) {
        if (str_is(r->query[i].name, "lang"))
            continue;
        strbuf_char(&b, '&');
        add_encoded(&b, r->query[i].name);
        strbuf_char(&b, '=');
        add_encoded(&b, r->query[i].value);
    }
    return strbuf_text(&b);
}

/* Only a field for long text is worth giving back on an error page. */
static struct str longest_field(const struct request *r)
{
    struct str best = STR("");
    for (size_t i = 0; i < r->form_n; i++)
        if (!str_is(r->form[i].name, "csrf") && !str_is(r->form[i].name, "password") && r->form[i].value.n > best.n)
            best = r->form[i].value;
    return best.n >= 40 ? best : STR("");
}

static const char *error_title(int status)
{
    switch (status) {
    case 403: return MSG("ui.error.403");
    case 404: return MSG("ui.error.404");
    case 409: return MSG("ui.error.409");
    case 413: return MSG("ui.error.413");
    case 429: return MSG("ui.error.429");
    case 503: return MSG("ui.error.503");
    default: return status >= 500 ? MSG("ui.error.500") : MSG("ui.error.400");
    }
}

void ui_error_answer(struct request *r, const struct err *e, struct response *p)
{
    bool desk = r->viewer.user_id && str_starts(r->path, STR("/desk"));
    struct ui_error error = {.status = err_http_status(e->code), .msg = e->msg, .request_id = r->request_id};
    if (str_is(r->method, "POST")) {
        error.kept = longest_field(r);
        error.back = r->path;
    }
    struct ui_page page = {.request = r, .face = desk ? UI_DESK : UI_PORTAL, .title_msg = error_title(error.status)};
    struct html *h = ui_begin(r);
    ui_error_page(h, &page, &error);
    response_html(p, h);
    p->status = error.status;
}
