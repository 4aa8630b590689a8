// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/pages.h"

#include "platform/site/site.h"

/* Well when the store answers: a look at one row. */
static bool health_get(struct request *r, struct response *p, struct err *e)
{
    struct rd *rd;
    int64_t n;
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !store_one_int(rd, SQL("SELECT 1"), NO_VALS, &n, e))
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

const struct route app_own_routes[] = {
    {"GET", "/healthz", health_get, 0, ROUTE_API, NULL, "well when the store answers"},
    {"GET", "/metrics", metrics_get, 0, ROUTE_API, NULL, "Prometheus figures of this process; no personal data"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};
