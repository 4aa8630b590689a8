// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/pages.h"

#include "features/cases/cases.h"
#include "features/portal/portal.h"
#include "features/units/units.h"
#include "platform/site/site.h"

enum { LATEST = 5 };

/* Well when the store answers: a look at one row. */
static bool health_get(struct request *r, struct response *p, struct err *e)
{
    struct rd *rd;
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !store_answers(rd, e))
        return false;
    p->status = 200;
    p->content_type = STR("text/plain; charset=utf-8");
    p->body = STR("ok\n");
    return true;
}

static bool metrics_get(struct request *r, struct response *p, struct err *e)
{
    struct strbuf b;
    (void)e;
    strbuf_init(&b, r->arena, 1 << 20);
    http_metrics(r->server, &b);
    strbuf_z(&b, "# HELP dinh_store_generation Commits that changed something since start.\n"
                 "# TYPE dinh_store_generation counter\n");
    strbuf_printf(&b, "dinh_store_generation %llu\n", (unsigned long long)store_generation(site_of(r)->store));
    p->status = 200;
    p->content_type = STR("text/plain; version=0.0.4; charset=utf-8");
    p->body = strbuf_text(&b);
    return true;
}

/* The front door with the newest results. */
static bool home_get(struct request *r, struct response *p, struct err *e)
{
    struct rd *rd;
    struct case_publication_list list;
    struct portal_slots slots = {0};
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !case_published_list(rd, r->arena, 0, &list, e))
        return false;
    size_t n = list.n < LATEST ? list.n : LATEST;
    struct portal_result *results = arena_array(r->arena, struct portal_result, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        struct office office;
        if (!units_office(rd, r->arena, list.v[i].key.office_id, &office, e))
            return false;
        results[i] = (struct portal_result){
            .href = str_printf(r->arena, "/published/%lld/%lld", (long long)list.v[i].key.office_id, (long long)list.v[i].key.case_id),
            .title = list.v[i].title,
            .unit = office.name,
            .day = list.v[i].published,
        };
    }
    slots.results = results;
    slots.results_n = n;
    portal_home(r, &slots, p);
    p->shared = true;
    return true;
}

const struct route app_own_routes[] = {
    {"GET", "/", home_get, 0, ROUTE_SHARED, NULL, "the front door, with the newest results"},
    {"GET", "/healthz", health_get, 0, ROUTE_API, NULL, "well when the store answers"},
    {"GET", "/metrics", metrics_get, 0, ROUTE_API, NULL, "Prometheus figures of this process; no personal data"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};
