// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rule_expr.h"

#include <string.h>

#include "platform/i18n/i18n.h"

enum { TERMS_MAX = 200, DEPTH_MAX = 30 };
enum op { OP_AND, OP_OR, OP_NOT, OP_FLAG, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

struct expr {
    enum op op;
    const struct expr *left, *right;
    size_t fact;
    bool is_word;
    int64_t n;
    struct str word;
};

struct parse {
    struct arena *arena;
    struct str all;
    size_t at;
    size_t terms;
    int depth;
    const struct expr_fact *facts;
    const char *wrong; /* the first thing that did not fit */
};

static struct expr *parse_any(struct parse *p);

static struct expr *fail(struct parse *p, const char *why)
{
    if (!p->wrong)
        p->wrong = why;
    return NULL;
}

static char peek(struct parse *p)
{
    while (p->at < p->all.n && strchr(" \t\n", p->all.p[p->at]) && p->all.p[p->at])
        p->at++;
    return p->at < p->all.n ? p->all.p[p->at] : 0;
}

static bool take(struct parse *p, const char *sign)
{
    size_t n = strlen(sign);
    peek(p);
    if (p->all.n - p->at < n || memcmp(p->all.p + p->at, sign, n) != 0)
        return false;
    p->at += n;
    return true;
}

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_.-", c));
}

static struct str take_word(struct parse *p)
{
    peek(p);
    size_t from = p->at;
    while (p->at < p->all.n && word_char(p->all.p[p->at]))
        p->at++;
    return str_cut(p->all, from, p->at - from);
}

static struct expr *node(struct parse *p, enum op op, const struct expr *left, const struct expr *right)
{
    if (++p->terms > TERMS_MAX)
        return fail(p, "too many terms");
    struct expr *x = arena_new(p->arena, struct expr);
    x->op = op;
    x->left = left;
    x->right = right;
    return x;
}

static bool take_op(struct parse *p, enum op *ret_op)
{
    static const struct {
        const char *sign;
        enum op op;
    } signs[] = {{"!=", OP_NE}, {"<=", OP_LE}, {">=", OP_GE}, {"=", OP_EQ}, {"<", OP_LT}, {">", OP_GT}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (take(p, signs[i].sign)) {
            *ret_op = signs[i].op;
            return true;
        }
    }
    return false;
}

static struct expr *compare(struct parse *p, size_t fact, enum op op)
{
    struct str value = take_word(p);
    struct expr *x = node(p, op, NULL, NULL);
    if (!x)
        return NULL;
    x->fact = fact;
    if (!value.n)
        return fail(p, "a value is missing");
    switch (p->facts[fact].type) {
    case EXPR_FLAG:
        return fail(p, "yes or no: it stands alone, without a value");
    case EXPR_WORD:
        x->is_word = true;
        x->word = value;
        return op == OP_EQ || op == OP_NE ? x : fail(p, "a word is only = or !=");
    case EXPR_NUMBER:
        break;
    }
    return str_int(value, &x->n) ? x : fail(p, "not a number");
}

static struct expr *parse_fact(struct parse *p)
{
    enum op op;
    size_t i = 0, at = p->at;
    struct str name = take_word(p);
    if (!name.n)
        return fail(p, "a fact, ! or ( is missing");
    while (p->facts[i].name && !str_is(name, p->facts[i].name))
        i++;
    if (!p->facts[i].name) {
        p->at = at;
        return fail(p, "no such fact");
    }
    if (take_op(p, &op))
        return compare(p, i, op);
    if (p->facts[i].type != EXPR_FLAG)
        return fail(p, "this fact needs a value");
    struct expr *x = node(p, OP_FLAG, NULL, NULL);
    if (x)
        x->fact = i;
    return x;
}

static struct expr *parse_one(struct parse *p)
{
    struct expr *x;
    if (p->depth >= DEPTH_MAX)
        return fail(p, "nested too deep");
    p->depth++;
    if (peek(p) == '!' && take(p, "!")) {
        x = parse_one(p);
        x = x ? node(p, OP_NOT, x, NULL) : NULL;
    } else if (take(p, "(")) {
        x = parse_any(p);
        if (x && !take(p, ")"))
            x = fail(p, ") is missing");
    } else {
        x = parse_fact(p);
    }
    p->depth--;
    return x;
}

static struct expr *parse_all(struct parse *p)
{
    struct expr *x = parse_one(p);
    while (x && take(p, "&")) {
        const struct expr *y = parse_one(p);
        x = y ? node(p, OP_AND, x, y) : NULL;
    }
    return x;
}

static struct expr *parse_any(struct parse *p)
{
    struct expr *x = parse_all(p);
    while (x && take(p, "|")) {
        const struct expr *y = parse_all(p);
        x = y ? node(p, OP_OR, x, y) : NULL;
    }
    return x;
}

bool expr_compile(struct arena *a, struct str text, const struct expr_fact *facts, struct expr **ret, struct err *e)
{
    struct parse p = {.arena = a, .all = text, .facts = facts};
    struct expr *x = parse_any(&p);
    if (x && peek(&p))
        x = fail(&p, "& or | is missing");
    if (!x)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.rules.expr"), "at %zu: %s", p.at + 1, p.wrong ? p.wrong : "does not fit");
    *ret = x;
    return true;
}

static bool compare_holds(const struct expr *x, const struct expr_value *v)
{
    if (x->is_word)
        return str_eq(v->word, x->word) == (x->op == OP_EQ);
    switch (x->op) {
    case OP_EQ: return v->n == x->n;
    case OP_NE: return v->n != x->n;
    case OP_LT: return v->n < x->n;
    case OP_LE: return v->n <= x->n;
    case OP_GT: return v->n > x->n;
    default: return v->n >= x->n;
    }
}

bool expr_holds(const struct expr *x, const struct expr_value *values)
{
    if (!x)
        return true;
    switch (x->op) {
    case OP_AND: return expr_holds(x->left, values) && expr_holds(x->right, values);
    case OP_OR: return expr_holds(x->left, values) || expr_holds(x->right, values);
    case OP_NOT: return !expr_holds(x->left, values);
    case OP_FLAG: return values[x->fact].n != 0;
    default: return compare_holds(x, &values[x->fact]);
    }
}

bool expr_uses(const struct expr *x, size_t fact)
{
    if (!x)
        return false;
    if (x->op == OP_AND || x->op == OP_OR)
        return expr_uses(x->left, fact) || expr_uses(x->right, fact);
    return x->op == OP_NOT ? expr_uses(x->left, fact) : x->fact == fact;
}

static bool add_number(struct expr_numbers *list, int64_t n)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i] == n)
            return true;
    }
    if (list->n == list->room)
        return false;
    list->v[list->n++] = n;
    return true;
}

bool expr_numbers(const struct expr *x, size_t fact, struct expr_numbers *list)
{
    if (!x)
        return true;
    if (x->op == OP_AND || x->op == OP_OR)
        return expr_numbers(x->left, fact, list) && expr_numbers(x->right, fact, list);
    if (x->op == OP_NOT)
        return expr_numbers(x->left, fact, list);
    return x->fact != fact || x->is_word || x->op == OP_FLAG || add_number(list, x->n);
}

/* can: might it hold; else: might it not? */
static bool might(const struct expr *x, const struct expr_value *values, const bool *known, bool can)
{
    if (!x)
        return can;
    if (x->op == OP_NOT)
        return might(x->left, values, known, !can);
    if (x->op != OP_AND && x->op != OP_OR)
        return !known[x->fact] || expr_holds(x, values) == can;
    bool left = might(x->left, values, known, can), right = might(x->right, values, known, can);
    return (x->op == OP_AND) == can ? left && right : left || right;
}

bool expr_might(const struct expr *x, const struct expr_value *values, const bool *known)
{
    return might(x, values, known, true);
}

struct expr *expr_and(struct arena *a, struct expr *x, struct expr *y)
{
    if (!x || !y)
        return x ? x : y;
    struct expr *both = arena_new(a, struct expr);
    both->op = OP_AND;
    both->left = x;
    both->right = y;
    return both;
}
