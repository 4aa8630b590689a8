// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/portal/portal.h"

#include "features/portal/portal_pages.h"
#include "portal.html.h"

const struct portal_kind portal_kinds[PORTAL_KINDS] = {
    {"feedback", "info", MSG("portal.kind.feedback"), MSG("portal.kind.feedback.ask"), MSG("portal.kind.feedback.text"),
     MSG("portal.kind.feedback.example"), MSG("portal.kind.feedback.after")},
    {"recommendation", "pen", MSG("portal.kind.recommendation"), MSG("portal.kind.recommendation.ask"),
     MSG("portal.kind.recommendation.text"), MSG("portal.kind.recommendation.example"),
     MSG("portal.kind.recommendation.after")},
    {"complaint", "board", MSG("portal.kind.complaint"), MSG("portal.kind.complaint.ask"),
     MSG("portal.kind.complaint.text"), MSG("portal.kind.complaint.example"), MSG("portal.kind.complaint.after")},
    {"denunciation", "lock", MSG("portal.kind.denunciation"), MSG("portal.kind.denunciation.ask"),
     MSG("portal.kind.denunciation.text"), MSG("portal.kind.denunciation.example"),
     MSG("portal.kind.denunciation.after")},
};

const struct portal_text portal_privacy[PORTAL_TEXTS] = {
    {MSG("portal.privacy.kept"), MSG("portal.privacy.kept.text")},
    {MSG("portal.privacy.who"), MSG("portal.privacy.who.text")},
    {MSG("portal.privacy.sealed"), MSG("portal.privacy.sealed.text")},
    {MSG("portal.privacy.public"), MSG("portal.privacy.public.text")},
    {MSG("portal.privacy.cookies"), MSG("portal.privacy.cookies.text")},
    {MSG("portal.privacy.rights"), MSG("portal.privacy.rights.text")},
};

const struct portal_text portal_accessibility[4] = {
    {MSG("portal.access.goal"), MSG("portal.access.goal.text")},
    {MSG("portal.access.how"), MSG("portal.access.how.text")},
    {MSG("portal.access.paper"), MSG("portal.access.paper.text")},
    {MSG("portal.access.tell"), MSG("portal.access.tell.text")},
};

typedef void portal_template(struct html *h, const struct portal_page *p);

static bool answer(struct request *r, struct response *p, struct ui_page page, portal_template *write)
{
    struct html *h = ui_begin(r);
    page.request = r;
    write(h, &(struct portal_page){.page = page});
    response_html(p, h);
    p->shared = true;
    return true;
}

void portal_home(struct request *r, const struct portal_slots *slots, struct response *p)
{
    struct html *h = ui_begin(r);
    struct portal_page page = {.page = {.request = r, .title_msg = MSG("portal.home"), .nav = "/", .full = true},
                               .slots = *slots};
    portal_home_page(h, &page);
    response_html(p, h);
    p->shared = true;
}

static bool get_home(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    portal_home(r, &(struct portal_slots){0}, p);
    return true;
}

static bool get_kinds(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return answer(r, p, (struct ui_page){.title_msg = MSG("portal.kinds"), .nav = "/help/kinds"}, portal_kinds_page);
}

static bool get_accessibility(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return answer(r, p, (struct ui_page){.title_msg = MSG("ui.nav.accessibility")}, portal_accessibility_page);
}

static bool get_privacy(struct request *r, struct response *p, struct err *e)
{
    (void)e;
    return answer(r, p, (struct ui_page){.title_msg = MSG("ui.nav.privacy")}, portal_privacy_page);
}

const struct route portal_home_routes[] = {
    {"GET", "/", get_home, 0, ROUTE_SHARED, NULL, "The home page: find the commune, hand in, follow, read."},
    {0},
};

const struct route portal_routes[] = {
    {"GET", "/help/kinds", get_kinds, 0, ROUTE_SHARED, NULL, "Which kind of matter to choose, in plain words."},
    {"GET", "/accessibility", get_accessibility, 0, ROUTE_SHARED, NULL, "How everybody can use the site."},
    {"GET", "/privacy", get_privacy, 0, ROUTE_SHARED, NULL, "What is kept about people, and who sees it."},
    {0},
};
