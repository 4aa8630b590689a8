// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/units/unit_pages.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "platform/site/site.h"
#include "units.html.h"

enum { HITS = 30, Q_CHARS = 200, SECTION = 256 * 1024, JSON_MAX = 1024 * 1024, FACTS = 10 };

static struct day today_of(const struct request *r)
{
    return instant_day(r->now, r->zone_minutes);
}

static struct str href_of(struct arena *a, struct str id)
{
    return str_printf(a, "/units/" STR_FMT, STR_ARG(id));
}

static const struct unit_link *links_of(struct arena *a, const struct unit *units, size_t n)
{
    struct unit_link *links = arena_array(a, struct unit_link, n + 1);
    for (size_t i = 0; i < n; i++)
        links[i] = (struct unit_link){href_of(a, units[i].id), units[i].name, units[i].path, false};
    return links;
}

/* The other ends of changes. */
static const struct unit_link *change_links(struct arena *a, const struct unit_change *c, size_t n, bool to)
{
    struct unit_link *links = arena_array(a, struct unit_link, n + 1);
    for (size_t i = 0; i < n; i++)
        links[i] = (struct unit_link){href_of(a, to ? c[i].to_id : c[i].from_id), to ? c[i].to_name : c[i].from_name,
                                      to ? c[i].to_path : c[i].from_path, c[i].part};
    return links;
}

/* ---- search ---- */

static bool hit_of(struct rd *rd, struct arena *a, const struct unit *u, struct unit_hit *hit, struct err *e)
{
    struct unit_change *after;
    *hit = (struct unit_hit){.link = {href_of(a, u->id), u->name, u->path, false}, .ended = u->valid_to};
    if (day_is_none(u->valid_to))
        return true;
    if (!units_successors(rd, a, u->id, &after, &hit->successors_n, e))
        return false;
    hit->successors = change_links(a, after, hit->successors_n, true);
    return true;
}

bool units_search_section(struct rd *rd, const struct html *h, const struct units_query *q, struct units_section *ret,
                          struct err *e)
{
    struct unit *units;
    size_t n;
    if (!units_find(rd, h->arena, q, &units, &n, e))
        return false;
    struct unit_hit *hits = arena_array(h->arena, struct unit_hit, n + 1);
    for (size_t i = 0; i < n; i++)
        if (!hit_of(rd, h->arena, &units[i], &hits[i], e))
            return false;
    struct html part = html_part_of(h, &ret->b, SECTION);
    unit_hit_list(&part, &(struct unit_hits){hits, n});
    ret->part = html_markup(&part);
    ret->hits = n;
    return true;
}

/* q, level, on, limit of the address. */
static bool read_query(const struct request *r, struct units_query *q, struct err *e)
{
    struct str on = request_query(r, "on"), limit = request_query(r, "limit");
    int64_t n = HITS;
    *q = (struct units_query){.text = str_trim(text_clip(request_query(r, "q"), Q_CHARS)),
                              .level = request_query(r, "level"), .on = DAY_NONE, .today = today_of(r)};
    if (on.n && !day_parse(on, &q->on))
        return FAIL(e, ERR_BAD_INPUT, "err.units.day", "on");
    if (q->level.n && !str_is(q->level, "province") && !str_is(q->level, "district") && !str_is(q->level, "commune"))
        return FAIL(e, ERR_BAD_INPUT, "err.units.level", "level");
    if (limit.n && (!str_int(limit, &n) || n < 1 || n > 100))
        return FAIL(e, ERR_BAD_INPUT, "err.units.limit", "limit");
    q->limit = (size_t)n;
    return true;
}

bool unit_search_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct units_query q;
    struct units_section found;
    if (!read_query(r, &q, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct html *h = ui_begin(r);
    struct unit_search_page p = {.page = {.request = r, .title_msg = MSG("unit.search"), .nav = "/units"}, .q = q.text};
    if (!units_search_section(rd, h, &q, &found, e))
        return false;
    p.hits = found.part;
    p.n = found.hits;
    unit_search(h, &p);
    response_html(out, h);
    return true;
}

/* ---- lists ---- */

bool unit_list_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct unit *units;
    struct unit_list_page p = {.page = {.request = r, .title_msg = MSG("unit.list"), .nav = "/units", .wide = true}};
    if (!store_read(site_of(r)->store, r->arena, &rd, e) ||
        !units_children(rd, r->arena, STR(""), today_of(r), &units, &p.n, e))
        return false;
    p.units = links_of(r->arena, units, p.n);
    struct html *h = ui_begin(r);
    unit_list(h, &p);
    response_html(out, h);
    out->shared = true;
    return true;
}

/* ---- one unit ---- */

/* "1-5 07:30-11:30 13:30-17:00" in words; as it stands when it is otherwise. */
static struct str hours_text(struct arena *a, enum lang lang, struct str hours)
{
    static const char *const days[] = {MSG("unit.day.1"), MSG("unit.day.2"), MSG("unit.day.3"), MSG("unit.day.4"),
                                       MSG("unit.day.5"), MSG("unit.day.6"), MSG("unit.day.7")};
    struct str from = str_cut(hours, 0, 1), to = str_cut(hours, 2, 1);
    if (hours.n < 5 || hours.p[1] != '-' || hours.p[3] != ' ' || from.p[0] < '1' || from.p[0] > '7' || to.p[0] < '1' ||
        to.p[0] > '7')
        return hours;
    struct msg_args args = ARGS(arg_str("from", i18n_text(lang, days[from.p[0] - '1'])),
                                arg_str("to", i18n_text(lang, days[to.p[0] - '1'])),
                                arg_str("times", str_cut(hours, 4, hours.n)));
    return i18n_format(a, lang, MSG("unit.hours"), args);
}

static const char *level_msg(struct str level)
{
    return str_is(level, "province")   ? MSG("unit.level.province")
           : str_is(level, "district") ? MSG("unit.level.district")
                                       : MSG("unit.level.commune");
}

static void add_fact(struct unit_page *p, struct ui_row *rows, struct ui_row row)
{
    if (p->facts_n < FACTS && (row.text.n || row.text_msg))
        rows[p->facts_n++] = row;
}

static void fill_facts(const struct request *r, struct unit_page *p, const struct unit *u)
{
    struct arena *a = r->arena;
    struct ui_row *rows = arena_array(a, struct ui_row, FACTS);
    struct str area = i18n_format(a, r->lang, u->area_ha < 1000 ? MSG("unit.ha") : MSG("unit.km2"),
                                  ARGS(arg_int("n", u->area_ha < 1000 ? u->area_ha : (u->area_ha + 50) / 100)));
    p->facts = rows;
    add_fact(p, rows, (struct ui_row){.msg = MSG("unit.level"), .text_msg = level_msg(u->level)});
    add_fact(p, rows, (struct ui_row){.msg = MSG("unit.above"), .text = u->path});
    add_fact(p, rows, (struct ui_row){.msg = MSG("unit.code"), .text = u->code});
    add_fact(p, rows, (struct ui_row){.msg = MSG("unit.from"), .text = i18n_day(a, r->lang, u->valid_from)});
    add_fact(p, rows, (struct ui_row){.msg = MSG("unit.to"), .text = i18n_day(a, r->lang, u->valid_to)});
    if (u->area_ha)
        add_fact(p, rows, (struct ui_row){.msg = MSG("unit.area"), .text = area});
    if (u->people)
        add_fact(p, rows, (struct ui_row){.msg = MSG("unit.people"), .text = i18n_number(a, r->lang, u->people)});
    if (u->remote)
        add_fact(p, rows, (struct ui_row){.msg = MSG("unit.remote"), .text_msg = MSG("unit.remote.text")});
}

static bool fill_changes(const struct request *r, struct rd *rd, struct unit_page *p, struct err *e)
{
    struct unit_change *before, *after;
    struct arena *a = r->arena;
    if (!units_predecessors(rd, a, p->unit->id, &before, &p->before_n, e) ||
        !units_successors(rd, a, p->unit->id, &after, &p->after_n, e))
        return false;
    p->before = change_links(a, before, p->before_n, false);
    p->after = change_links(a, after, p->after_n, true);
    p->changed = p->before_n ? before[0].date : DAY_NONE;
    p->ended = p->after_n ? after[0].date : DAY_NONE;
    return true;
}

static bool fill_offices(const struct request *r, struct rd *rd, struct unit_page *p, struct err *e)
{
    struct office *offices;
    if (!units_offices(rd, r->arena, p->unit->id, &offices, &p->offices_n, e))
        return false;
    struct unit_office *list = arena_array(r->arena, struct unit_office, p->offices_n + 1);
    for (size_t i = 0; i < p->offices_n; i++)
        list[i] = (struct unit_office){&offices[i], hours_text(r->arena, r->lang, offices[i].hours)};
    p->offices = list;
    if (p->offices_n) {
        p->submit = str_printf(r->arena, "/submit?office=%lld", (long long)offices[0].office_id);
        p->published = str_printf(r->arena, "/units/" STR_FMT "/published", STR_ARG(p->unit->id));
    }
    return true;
}

static bool fill_map(const struct request *r, struct rd *rd, struct unit_page *p, struct err *e)
{
    struct unit_map map;
    if (!unit_map_of(rd, r->arena, unit_no_of(p->unit->id), &map, e))
        return false;
    struct unit_region *list = arena_array(r->arena, struct unit_region, map.n + 1);
    for (size_t i = 0; i < map.n; i++) {
        const struct unit_shape *s = &map.shapes[i];
        list[i] = (struct unit_region){href_of(r->arena, s->id), s->name, s->path, s->here, s->frame};
    }
    p->regions = list;
    p->regions_n = map.n;
    p->view_box = str_printf(r->arena, "0 0 %lld %lld", (long long)map.width, (long long)map.height);
    return true;
}

static bool fill_places(const struct request *r, struct rd *rd, struct unit_page *p, struct err *e)
{
    struct unit *above, *below;
    struct arena *a = r->arena;
    size_t n;
    if (!units_above(rd, a, p->unit->id, &above, &n, e) ||
        !units_children(rd, a, p->unit->id, DAY_NONE, &below, &p->children_n, e))
        return false;
    struct ui_link *crumbs = arena_array(a, struct ui_link, n + 1);
    crumbs[0] = (struct ui_link){.href = STR("/units"), .msg = MSG("unit.list")};
    for (size_t i = 0; i < n; i++)
        crumbs[n - i] = (struct ui_link){.href = href_of(a, above[i].id), .text = above[i].name};
    p->page.crumbs = crumbs;
    p->page.crumbs_n = n + 1;
    p->children = links_of(a, below, p->children_n);
    return true;
}

bool unit_page_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct unit u;
    struct unit_page p = {.page = {.request = r, .nav = "/units"}, .unit = &u};
    if (!store_read(site_of(r)->store, r->arena, &rd, e) || !units_get(rd, r->arena, r->params[0], &u, e))
        return false;
    p.page.title = u.path.n ? str_printf(r->arena, STR_FMT ", " STR_FMT, STR_ARG(u.name), STR_ARG(u.path)) : u.name;
    fill_facts(r, &p, &u);
    if (!fill_changes(r, rd, &p, e) || !fill_offices(r, rd, &p, e) || !fill_map(r, rd, &p, e) || !fill_places(r, rd, &p, e))
        return false;
    struct html *h = ui_begin(r);
    unit_show(h, &p);
    response_html(out, h);
    out->shared = true;
    return true;
}

/* ---- for machines ---- */

bool unit_api_find(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct units_query q;
    struct strbuf *b = arena_new(r->arena, struct strbuf);
    strbuf_init(b, r->arena, JSON_MAX);
    if (!read_query(r, &q, e) || !store_read(site_of(r)->store, r->arena, &rd, e) || !units_find_json(rd, r->arena, &q, b, e))
        return false;
    response_json(out, b);
    return true;
}

static void put_changes(struct json *j, const char *key, const struct unit_change *c, size_t n, bool to)
{
    json_key(j, key);
    json_array(j);
    for (size_t i = 0; i < n; i++) {
        json_object(j);
        json_kstr(j, "id", to ? c[i].to_id : c[i].from_id);
        json_kstr(j, "name", to ? c[i].to_name : c[i].from_name);
        json_kday(j, "date", c[i].date);
        json_kbool(j, "part", c[i].part);
        json_end(j);
    }
    json_end(j);
}

static void put_offices(struct json *j, const struct office *o, size_t n)
{
    json_key(j, "offices");
    json_array(j);
    for (size_t i = 0; i < n; i++) {
        json_object(j);
        json_kint(j, "id", o[i].office_id);
        json_kint(j, "parent", o[i].parent_office_id);
        json_kstr(j, "kind", o[i].kind);
        json_kstr(j, "code", o[i].code);
        json_kstr(j, "name", o[i].name);
        json_kstr(j, "address", o[i].address);
        json_kstr(j, "phone", o[i].phone);
        json_kstr(j, "email", o[i].email);
        json_kstr(j, "hours", o[i].hours);
        json_kstr(j, "leader", o[i].leader);
        json_end(j);
    }
    json_end(j);
}

static void put_unit(struct json *j, const struct unit *u)
{
    json_kstr(j, "id", u->id);
    json_kstr(j, "code", u->code);
    json_kstr(j, "name", u->name);
    json_kstr(j, "name_en", u->name_en);
    json_kstr(j, "level", u->level);
    json_kstr(j, "kind", u->kind);
    json_kstr(j, "parent", u->parent_id);
    json_kstr(j, "path", u->path);
    json_kday(j, "valid_from", u->valid_from);
    json_kday(j, "valid_to", u->valid_to);
    json_kbool(j, "remote", u->remote);
}

bool unit_api_get(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct unit u;
    struct unit_change *before, *after;
    struct office *offices;
    struct json j;
    size_t before_n, after_n, n;
    struct arena *a = r->arena;
    if (!store_read(site_of(r)->store, a, &rd, e) || !units_get(rd, a, r->params[0], &u, e) ||
        !units_predecessors(rd, a, u.id, &before, &before_n, e) || !units_successors(rd, a, u.id, &after, &after_n, e) ||
        !units_offices(rd, a, u.id, &offices, &n, e))
        return false;
    struct strbuf *b = arena_new(a, struct strbuf);
    strbuf_init(b, a, JSON_MAX);
    json_init(&j, b);
    json_object(&j);
    put_unit(&j, &u);
    put_changes(&j, "predecessors", before, before_n, false);
    put_changes(&j, "successors", after, after_n, true);
    put_offices(&j, offices, n);
    json_end(&j);
    response_json(out, b);
    return true;
}
