// SPDX-License-Identifier: AGPL-3.0-or-later
/* Does a text that is to be published give the denouncer away? Looked at by the
 * program behind the seal: what it says is of which kind it is, never what. */
#include "base/text.h"
#include "features/cases/denounce_rows.h"

enum { PHRASE_WORDS = 6, LEAST = 3 };

struct looking {
    struct arena *arena;
    struct str all; /* folded, a blank at both ends */
};

static bool holds(const struct looking *x, struct str folded)
{
    size_t at;
    return folded.n >= LEAST && str_find(x->all, str_printf(x->arena, " " STR_FMT " ", STR_ARG(folded)), &at);
}

static bool holds_text(const struct looking *x, struct str text)
{
    return holds(x, str_trim(text_fold(x->arena, text)));
}

/* Digits alone, however they are grouped. */
static bool holds_number(const struct looking *x, struct str digits_all, struct str number)
{
    struct strbuf b;
    size_t at;
    strbuf_init(&b, x->arena, 200);
    for (size_t i = 0; i < number.n; i++) {
        if (number.p[i] >= '0' && number.p[i] <= '9')
            strbuf_str(&b, (struct str){number.p + i, 1});
    }
    return b.n >= 6 && str_find(digits_all, strbuf_text(&b), &at);
}

static struct str digits_of(struct arena *a, struct str s)
{
    struct strbuf b;
    strbuf_init(&b, a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        /* what stands between groups of a number goes; a letter parts two numbers */
        if ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'z'))
            strbuf_str(&b, (struct str){s.p + i, 1});
    }
    return strbuf_text(&b);
}

/* The last two words of a longer name: how people are called. */
static bool holds_short_name(const struct looking *x, struct str name)
{
    struct str word, rest = str_trim(text_fold(x->arena, name));
    const char *begins[2] = {0};
    size_t words = 0;
    struct str whole = rest;
    while (rest.n && str_split(&rest, ' ', &word)) {
        begins[0] = begins[1];
        begins[1] = word.p;
        words++;
    }
    return words >= 3 && holds(x, (struct str){begins[0], (size_t)(whole.p + whole.n - begins[0])});
}

static bool holds_part_of(const struct looking *x, struct str list, char between)
{
    struct str part;
    while (list.n && str_split(&list, between, &part)) {
        struct str folded = str_trim(text_fold(x->arena, part));
        size_t at;
        if (str_find(folded, STR(" "), &at) && folded.n >= 8 && holds(x, folded))
            return true;
    }
    return false;
}

/* Six words in a row as she wrote them. */
static bool holds_phrase(const struct looking *x, struct str text)
{
    struct str word, folded = str_trim(text_fold(x->arena, text)), rest = folded;
    const char *begins[PHRASE_WORDS] = {0};
    for (size_t words = 1; rest.n && str_split(&rest, ' ', &word); words++) {
        for (int i = 0; i < PHRASE_WORDS - 1; i++)
            begins[i] = begins[i + 1];
        begins[PHRASE_WORDS - 1] = word.p;
        size_t at;
        struct str phrase = {begins[0], begins[0] ? (size_t)(word.p + word.n - begins[0]) : 0};
        if (words >= PHRASE_WORDS && str_find(x->all, phrase, &at))
            return true;
    }
    return false;
}

bool case_leaks(const struct case_look *l, const struct case_facts *c, struct str text, uint32_t *ret, struct err *e)
{
    struct case_text t;
    uint32_t found = 0;
    struct viewer program = VIEWER_SYSTEM;
    struct case_look inner = {l->rd, l->arena, l->world, &program};
    struct str folded = text_fold(l->arena, text);
    struct looking x = {l->arena, str_printf(l->arena, " " STR_FMT " ", STR_ARG(folded))};
    struct str digits = digits_of(l->arena, folded);
    if (!denounce_admits(l, c, e) || !case_get_text(&inner, c, &t, e))
        return false;
    if (holds_text(&x, t.who.name) || holds_part_of(&x, t.who.others, '\n'))
        found |= CASE_LEAK_NAME;
    if (holds_short_name(&x, t.who.name))
        found |= CASE_LEAK_SHORT_NAME;
    if (holds_number(&x, digits, t.who.phone) || holds_number(&x, digits, t.who.id_number) || holds_text(&x, t.who.email))
        found |= CASE_LEAK_NUMBER;
    if (holds_text(&x, t.who.address))
        found |= CASE_LEAK_ADDRESS;
    if (holds_part_of(&x, t.who.address, ','))
        found |= CASE_LEAK_PLACE;
    if (holds_phrase(&x, t.body))
        found |= CASE_LEAK_PHRASE;
    *ret = found;
    return true;
}
