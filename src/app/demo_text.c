// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/demo_text.h"

#include <string.h>

enum { TEXT_MAX = 64 * 1024 };

/* One of a;b;c. */
static struct str pick(struct str list, struct demo_dice *d)
{
    struct str part = {0}, rest = list;
    int64_t n = 0;
    while (rest.n && str_split(&rest, ';', &part))
        n++;
    if (!n)
        return list;
    for (int64_t k = demo_between(d, 0, n - 1); k >= 0; k--)
        str_split(&list, ';', &part);
    return str_trim(part);
}

static struct str name_part(const struct demo_tables *t, const char *list, struct str family, struct demo_dice *d)
{
    for (size_t i = 0; i < t->names_n; i++) {
        if (str_is(t->names[i].list, list) && str_eq(t->names[i].key, family))
            return pick(t->names[i].text, d);
    }
    return STR("");
}

struct str demo_name(struct arena *a, const struct demo_tables *t, struct str family, struct demo_dice *d)
{
    bool woman = demo_between(d, 0, 1);
    struct str first = name_part(t, woman ? "family.f" : "family.m", family, d);
    struct str middle = name_part(t, woman ? "middle.f" : "middle.m", family, d);
    struct str given = name_part(t, woman ? "given.f" : "given.m", family, d);
    return str_printf(a, STR_FMT "%s" STR_FMT " " STR_FMT, STR_ARG(first), middle.n ? " " : "", STR_ARG(middle), STR_ARG(given));
}

struct str demo_phrase(const struct demo_tables *t, const char *list, struct str key, struct demo_dice *d)
{
    int64_t n = 0;
    for (int pass = 0; pass < 2 && !n; pass++, key = n ? key : STR("")) {
        for (size_t i = 0; i < t->phrases_n; i++)
            n += str_is(t->phrases[i].list, list) && str_eq(t->phrases[i].key, key);
        if (!n)
            continue;
        int64_t k = demo_between(d, 0, n - 1);
        for (size_t i = 0; i < t->phrases_n; i++) {
            if (str_is(t->phrases[i].list, list) && str_eq(t->phrases[i].key, key) && k-- == 0)
                return t->phrases[i].text;
        }
    }
    return STR("");
}

/* ---- gaps ---- */

static uint64_t number_of(struct str word)
{
    struct digest d = digest_of(word.p, word.n);
    uint64_t n;
    memcpy(&n, d.b, sizeof n);
    return n;
}

static struct str day_text(struct arena *a, struct day d)
{
    int y, m, k;
    day_parts(d, &y, &m, &k);
    return str_printf(a, "%02d/%02d/%d", k, m, y);
}

static struct str month_text(struct arena *a, struct day d)
{
    int y, m, k;
    day_parts(d, &y, &m, &k);
    return str_printf(a, "%d/%d", m, y);
}

/* 12.500.000 */
static struct str money(struct arena *a, int64_t thousands)
{
    return thousands >= 1000 ? str_printf(a, "%lld.%03lld.000", (long long)(thousands / 1000), (long long)(thousands % 1000))
                             : str_printf(a, "%lld.000", (long long)thousands);
}

static struct str petitioner_name(struct arena *a, const struct demo_question *q, const struct demo_slot *s)
{
    struct demo_dice d = demo_dice_for(s->seed, 7);
    const struct demo_area *area = q->offices[s->place].area;
    if (str_is(s->petitioner, "anonymous"))
        return STR("");
    if (str_is(s->petitioner, "organisation"))
        return name_part(q->tables, "organisation", STR(""), &d);
    return demo_name(a, q->tables, area ? pick(area->names, &d) : STR(""), &d);
}

/* With its kind in small letters, as in the middle of a sentence; both are as long in bytes. */
static struct str unit_in_text(struct arena *a, const struct demo_office *o)
{
    return str_printf(a, STR_FMT STR_FMT, STR_ARG(o->unit_kind), STR_ARG(str_cut(o->unit_name, o->unit_kind.n, o->unit_name.n)));
}

static struct str gap(struct arena *a, const struct demo_question *q, const struct demo_slot *s, struct str word)
{
    struct demo_dice d = demo_dice_for(s->story, number_of(word));
    const struct demo_office *place = &q->offices[s->place];
    const struct demo_area *area = place->area;
    if (str_is(word, "xa"))
        return unit_in_text(a, place);
    if (str_is(word, "coquan"))
        return q->offices[s->office].name;
    if (str_is(word, "ten"))
        return petitioner_name(a, q, s);
    if (str_is(word, "noi"))
        return area ? pick(area->hamlets, &d) : place->unit_name;
    if (str_is(word, "duong"))
        return area ? pick(area->streets.n ? area->streets : area->hamlets, &d) : place->unit_name;
    if (str_is(word, "ngay"))
        return day_text(a, day_add(s->received, -(int)demo_between(&d, 3, 40)));
    if (str_is(word, "thang"))
        return month_text(a, day_add(s->received, -(int)demo_between(&d, 35, 150)));
    if (str_is(word, "m2"))
        return str_printf(a, "%lld", (long long)demo_between(&d, 6, 150) * 10);
    if (str_is(word, "tien"))
        return money(a, demo_between(&d, 50, 900) * 100);
    if (str_is(word, "tien_le"))
        return money(a, demo_between(&d, 6, 38) * 25);
    if (str_is(word, "ho"))
        return str_printf(a, "%lld", (long long)demo_between(&d, 6, 64));
    bool few = str_is(word, "so3");
    return str_printf(a, "%lld", (long long)demo_between(&d, few ? 2 : 3, few ? 6 : 40));
}

struct str demo_fill(struct arena *a, const struct demo_question *q, const struct demo_slot *s, struct str pattern)
{
    struct strbuf b;
    struct str part, word, rest = pattern;
    strbuf_init(&b, a, TEXT_MAX);
    while (rest.n && str_split(&rest, '{', &part)) {
        strbuf_str(&b, part);
        if (rest.n && str_split(&rest, '}', &word))
            strbuf_str(&b, gap(a, q, s, word));
    }
    return strbuf_text(&b);
}

/* ---- the petition ---- */

static struct case_identity identity(struct arena *a, const struct demo_question *q, const struct demo_slot *s)
{
    struct demo_dice d = demo_dice_for(s->seed, 11);
    struct case_identity who = {.name = petitioner_name(a, q, s)};
    if (!who.name.n)
        return who;
    who.address = demo_fill(a, q, s, demo_phrase(q->tables, "address", STR(""), &d));
    /* no line and no card has such a number */
    who.phone = str_printf(a, "02580000%03lld", (long long)demo_between(&d, 0, 999));
    if (!str_is(s->petitioner, "organisation"))
        who.id_number = str_printf(a, "000%09lld", (long long)demo_between(&d, 0, 999999999));
    if (str_is(s->petitioner, "group")) {
        const struct demo_area *area = q->offices[s->place].area;
        struct str family = area ? area->names : STR("");
        struct str one = demo_name(a, q->tables, pick(family, &d), &d), two = demo_name(a, q->tables, pick(family, &d), &d);
        who.others = str_printf(a, STR_FMT "\n" STR_FMT, STR_ARG(one), STR_ARG(two));
    }
    return who;
}

static struct str joined(struct arena *a, struct str one, struct str two, struct str three)
{
    return str_printf(a, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(one), one.n ? " " : "", STR_ARG(two), three.n ? " " : "",
                      STR_ARG(three));
}

struct case_text demo_petition(struct arena *a, const struct demo_question *q, const struct demo_slot *s)
{
    struct demo_dice d = demo_dice_for(s->seed, 13);
    struct str key = str_is(s->petitioner, "anonymous") ? s->petitioner : s->procedure;
    struct str body = joined(a, demo_phrase(q->tables, "open", key, &d), s->matter->body, demo_phrase(q->tables, "close", key, &d));
    return (struct case_text){
        .title = demo_fill(a, q, s, s->matter->title),
        .body = demo_fill(a, q, s, body),
        .place = demo_fill(a, q, s, STR("{noi}, {xa}")),
        .who = identity(a, q, s),
    };
}

struct str demo_answer(struct arena *a, const struct demo_question *q, const struct demo_slot *s, struct str decision)
{
    struct demo_dice d = demo_dice_for(s->seed, 17);
    struct str own = str_eq(decision, s->matter->decision) ? s->matter->answer : STR("");
    const struct rule_procedure *p = rulebook_procedure(q->rules, s->procedure);
    if (p && p->instance > 1)
        own = demo_phrase(q->tables, "answer", str_printf(a, STR_FMT "." STR_FMT, STR_ARG(s->procedure), STR_ARG(decision)), &d);
    return demo_fill(a, q, s, joined(a, demo_phrase(q->tables, "answer_open", s->procedure, &d), own.n ? own : s->matter->answer,
                                     demo_phrase(q->tables, "answer_close", s->procedure, &d)));
}

struct str demo_code(struct arena *a, const struct demo_slot *s)
{
    static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    struct demo_dice d = demo_dice_for(s->seed, 19);
    char *code = arena_alloc(a, CASE_CODE_SYMBOLS + 1);
    for (int i = 0; i < CASE_CODE_SYMBOLS; i++)
        code[i] = symbols[demo_roll(&d) & 31];
    return (struct str){code, CASE_CODE_SYMBOLS};
}
