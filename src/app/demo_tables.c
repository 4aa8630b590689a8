// SPDX-License-Identifier: AGPL-3.0-or-later
/* demo/vn: tables to structs. */
#include <string.h>

#include "app/demo_tables.h"
#include "base/csv.h"
#include "platform/assets/assets.h"

enum { ROWS_MAX = 4000, STEPS_MAX = 32 };

typedef bool read_row_fn(struct csv *c, struct demo_tables *t, struct err *e);

static bool read_table(struct arena *a, const char *name, struct demo_tables *t, read_row_fn *read, struct err *e)
{
    struct csv c;
    bool row;
    struct str file = str_printf(a, "demo/vn/%s.csv", name);
    const struct asset *asset = asset_find(file);
    if (!asset)
        return FAIL(e, ERR_NOT_FOUND, "err.not_found", STR_FMT " is not in the program", STR_ARG(file));
    if (!csv_open(&c, a, file, asset->bytes, e))
        return false;
    for (size_t n = 0; csv_next(&c, &row, e); n++) {
        if (!row)
            return true;
        if (n >= ROWS_MAX)
            return csv_fail(&c, "", "err.cli", "too many rows", e);
        if (!read(&c, t, e))
            return false;
    }
    return false;
}

/* A whole number from a column; empty gives `otherwise`. */
static bool number(struct csv *c, const char *column, int64_t otherwise, int64_t *ret, struct err *e)
{
    struct str s = csv_get(c, column);
    *ret = otherwise;
    return !s.n || str_int(s, ret) || csv_fail(c, column, "err.cli", "not a whole number", e);
}

static bool read_matter(struct csv *c, struct demo_tables *t, struct err *e)
{
    struct demo_matter m = {
        .id = csv_get(c, "id"),
        .procedure = csv_get(c, "procedure"),
        .subject = csv_get(c, "subject"),
        .petitioners = csv_get(c, "petitioners"),
        .tags = csv_get(c, "tags"),
        .title = csv_get(c, "title"),
        .body = csv_get(c, "body"),
        .answer = csv_get(c, "answer"),
        .decision = csv_get(c, "decision"),
        .pub_title = csv_get(c, "pub_title"),
        .pub_body = csv_get(c, "pub_body"),
        .pub_answer = csv_get(c, "pub_answer"),
    };
    if (!m.id.n || !m.title.n || !m.body.n || !m.answer.n || !m.decision.n || !m.subject.n)
        return csv_fail(c, "id", "err.cli", "a matter needs id, title, body, answer, decision, subject", e);
    if (!number(c, "send_to", 1, &m.send_to, e))
        return false;
    t->matters[t->matters_n++] = m;
    return true;
}

static bool read_role(struct str word, enum role *ret)
{
    if (str_is(word, "person")) {
        *ret = ROLE_CITIZEN;
        return true;
    }
    return role_parse(word, ret);
}

/* action:who:FROM-TO[=with][%chance] */
static bool read_step(struct str word, struct demo_step *s)
{
    struct str part, days, rest;
    *s = (struct demo_step){.chance = 100};
    if (!str_split(&word, '%', &rest) || (word.n && !str_int(word, &s->chance)) || !str_split(&rest, '=', &part))
        return false;
    s->with = rest;
    if (!str_split(&part, ':', &s->action) || !str_split(&part, ':', &days) || !read_role(days, &s->by) ||
        !str_split(&part, '-', &days) || !str_int(days, &s->from))
        return false;
    s->to = s->from;
    return (!part.n || str_int(part, &s->to)) && s->from >= 0 && s->from <= s->to;
}

static bool read_steps(struct csv *c, struct demo_course *k, struct err *e)
{
    struct str word, rest = csv_get(c, "steps");
    struct demo_step *steps = arena_array(c->arena, struct demo_step, STEPS_MAX);
    while (rest.n && str_split(&rest, ' ', &word)) {
        if (!word.n)
            continue;
        if (k->steps_n == STEPS_MAX || !read_step(word, &steps[k->steps_n]))
            return csv_fail(c, "steps", "err.cli", "wants action:who:FROM-TO=with%chance", e);
        k->joins |= str_is(steps[k->steps_n].action, "join");
        k->steps_n++;
    }
    k->steps = steps;
    return true;
}

static bool read_course(struct csv *c, struct demo_tables *t, struct err *e)
{
    struct demo_course k = {
        .id = csv_get(c, "id"),
        .procedures = csv_get(c, "procedures"),
        .petitioner = csv_get(c, "petitioner"),
        .then = csv_get(c, "then"),
        .instead = csv_get(c, "instead"),
    };
    if (!number(c, "share", 0, &k.share, e) || !number(c, "oldest", 365, &k.oldest, e) ||
        !number(c, "newest", 0, &k.newest, e) ||
        !number(c, "show", 0, &k.show, e) || !read_steps(c, &k, e))
        return false;
    if (k.share < 0 || k.newest < 0 || k.oldest < k.newest)
        return csv_fail(c, "share", "err.cli", "share, newest and oldest are not below nought, oldest not below newest", e);
    t->courses[t->courses_n++] = k;
    return true;
}

static bool read_area(struct csv *c, struct demo_tables *t, struct err *e)
{
    (void)e;
    t->areas[t->areas_n++] = (struct demo_area){csv_get(c, "unit"), csv_get(c, "tags"), csv_get(c, "names"),
                                                csv_get(c, "hamlets"), csv_get(c, "streets")};
    return true;
}

static struct demo_word word_of(struct csv *c)
{
    return (struct demo_word){csv_get(c, "list"), csv_get(c, "key"), csv_get(c, "text")};
}

static bool read_name(struct csv *c, struct demo_tables *t, struct err *e)
{
    (void)e;
    t->names[t->names_n++] = word_of(c);
    return true;
}

static bool read_phrase(struct csv *c, struct demo_tables *t, struct err *e)
{
    (void)e;
    t->phrases[t->phrases_n++] = word_of(c);
    return true;
}

static bool read_account(struct csv *c, struct demo_tables *t, struct err *e)
{
    struct str word, rest = csv_get(c, "roles");
    struct demo_account x = {.login = csv_get(c, "login"), .title = csv_get(c, "title"), .where = csv_get(c, "where"),
                             .subtree = str_is(csv_get(c, "subtree"), "yes")};
    while (rest.n && str_split(&rest, ' ', &word)) {
        enum role role;
        if (!role_parse(word, &role))
            return csv_fail(c, "roles", "err.cli", "no such role", e);
        x.roles |= role;
    }
    t->accounts[t->accounts_n++] = x;
    return true;
}

static bool read_place(struct csv *c, struct demo_tables *t, struct err *e)
{
    struct str key = csv_get(c, "key");
    if (str_is(key, "province"))
        t->province = csv_get(c, "value");
    else if (str_is(key, "home"))
        t->home = csv_get(c, "value");
    else
        return csv_fail(c, "key", "err.cli", "province or home", e);
    return true;
}

static bool read_scene(struct csv *c, struct demo_tables *t, struct err *e)
{
    struct demo_scene x = {.scene = csv_get(c, "scene"), .by = csv_get(c, "by"), .action = csv_get(c, "action"),
                           .ground = csv_get(c, "ground"), .words = csv_get(c, "words"), .text = csv_get(c, "text")};
    if (!number(c, "before", 0, &x.before, e))
        return false;
    t->scenes[t->scenes_n++] = x;
    return true;
}

bool demo_tables_read(struct arena *a, struct demo_tables *ret, struct err *e)
{
    struct demo_tables t = {0};
    t.matters = arena_array(a, struct demo_matter, ROWS_MAX);
    t.courses = arena_array(a, struct demo_course, ROWS_MAX);
    t.areas = arena_array(a, struct demo_area, ROWS_MAX);
    t.names = arena_array(a, struct demo_word, ROWS_MAX);
    t.phrases = arena_array(a, struct demo_word, ROWS_MAX);
    t.accounts = arena_array(a, struct demo_account, ROWS_MAX);
    t.scenes = arena_array(a, struct demo_scene, ROWS_MAX);
    if (!read_table(a, "place", &t, read_place, e) || !read_table(a, "matters", &t, read_matter, e) ||
        !read_table(a, "courses", &t, read_course, e) || !read_table(a, "areas", &t, read_area, e) ||
        !read_table(a, "names", &t, read_name, e) || !read_table(a, "phrases", &t, read_phrase, e) ||
        !read_table(a, "accounts", &t, read_account, e) || !read_table(a, "scenes", &t, read_scene, e))
        return false;
    *ret = t;
    return true;
}
