// SPDX-License-Identifier: AGPL-3.0-or-later
/* A form and facts make a document: pure, no SQL, no clock. */
#include <string.h>

#include "base/text.h"
#include "features/documents/document_inner.h"

enum { TEXT_MAX = DOC_TEXT_MAX };

struct making {
    struct arena *a;
    const struct rulebook *b;
    const struct print_facts *f;
    const struct print_paper *p;
    struct doc *d;
    int article;
    struct strbuf copies;
    struct doc_block *letterhead; /* found anew for each line: the list moves when it grows */
};

struct str print_fill(struct arena *a, struct str pattern, const struct print_fill *with, size_t n)
{
    struct strbuf b;
    strbuf_init(&b, a, TEXT_MAX);
    while (pattern.n) {
        size_t end, i = 0;
        if (*pattern.p != '{' || !str_find(pattern, STR("}"), &end)) {
            strbuf_char(&b, *pattern.p);
            pattern = str_cut(pattern, 1, pattern.n);
            continue;
        }
        struct str name = str_cut(pattern, 1, end - 1);
        while (i < n && !str_is(name, with[i].name))
            i++;
        strbuf_str(&b, i < n ? with[i].text : str_cut(pattern, 0, end + 1));
        pattern = str_cut(pattern, end + 1, pattern.n);
    }
    return strbuf_text(&b);
}

struct str print_day(struct arena *a, const struct rulebook *b, const char *key, struct day d, struct str place)
{
    int year, month, dom;
    day_parts(d, &year, &month, &dom);
    /* a small number gets a nought so that none can be put before it: days below 10, months 1 and 2 */
    const struct print_fill with[] = {
        {"day", str_printf(a, "%02d", dom)},
        {"month", str_printf(a, month < 3 ? "%02d" : "%d", month)},
        {"year", str_printf(a, "%d", year)},
        {"place", place},
    };
    return print_fill(a, rulebook_word(b, key), with, sizeof with / sizeof *with);
}

struct str document_code_shown(struct arena *a, struct str code)
{
    if (code.n != DOCUMENT_CODE)
        return code;
    return str_printf(a, "%.4s-%.4s-%.4s", code.p, code.p + 4, code.p + 8);
}

struct str document_symbol(struct arena *a, const struct rulebook *b, const struct rule_print *p, const struct office *o)
{
    struct str own = rulebook_word(b, str_printf(a, "short." STR_FMT, STR_ARG(o->kind)).p);
    if (!p->symbol.n)
        return STR("");
    if (str_is(p->symbol, "-"))
        return own;
    return own.n ? str_printf(a, STR_FMT "-" STR_FMT, STR_ARG(p->symbol), STR_ARG(own)) : p->symbol;
}

struct str document_number(struct arena *a, const struct document *d)
{
    return d->number ? str_printf(a, "%02lld/" STR_FMT, (long long)d->number, STR_ARG(d->symbol)) : STR("");
}

/* ---- values ---- */

/* Without the marks that only templates set. */
static struct str harmless(struct arena *a, struct str s)
{
    struct strbuf b;
    strbuf_init(&b, a, TEXT_MAX);
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= ' ' || s.p[i] == '\n')
            strbuf_char(&b, s.p[i]);
        else if (s.p[i] == '\t')
            strbuf_char(&b, ' ');
    }
    return str_trim(strbuf_text(&b));
}

static const char *place_name(const struct making *m, int place)
{
    return place < PRINT_PLACES ? print_places[place].name : str_z(m->a, m->p->form->asks[place - PRINT_PLACES].name);
}

static bool is_typed(const struct document_fields *f, struct str name)
{
    for (size_t i = 0; i < f->n; i++) {
        if (str_eq(f->names[i], name))
            return true;
    }
    return false;
}

/* What was typed comes before what is known. An @ask that nobody was asked yet begins with its place's text. */
static struct print_value value_of(const struct making *m, int place)
{
    struct str name = str_of(place_name(m, place));
    if (place == PLACE_BLANK)
        return (struct print_value){0};
    if (is_typed(m->p->fields, name)) {
        struct str s = document_field(m->p->fields, name);
        return (struct print_value){s, place < PRINT_PLACES && m->f->values[place].word.n ? m->f->values[place].word : s};
    }
    if (place < PRINT_PLACES)
        return m->f->values[place];
    int from = m->p->form->asks[place - PRINT_PLACES].from;
    return from == PRINT_WORDS ? (struct print_value){0} : m->f->values[from];
}

static struct str text_of(const struct making *m, int place)
{
    return harmless(m->a, value_of(m, place).text);
}

static bool holds(const struct making *m, const struct print_line *l)
{
    struct print_value v = value_of(m, l->place);
    struct str word, words = l->words;
    bool is = !words.n && str_trim(v.text).n > 0;
    while (words.n && str_split(&words, ' ', &word))
        is |= word.n && str_eq(word, v.word);
    return is != l->negate;
}

/* ---- lines ---- */

/* The line's text from piece *at up to the next cell or the end. */
static struct str line_text(const struct making *m, const struct print_line *l, size_t *at)
{
    struct strbuf b;
    strbuf_init(&b, m->a, TEXT_MAX);
    for (; *at < l->pieces_n; ++*at) {
        const struct print_piece *x = &l->pieces[*at];
        if (x->place == PRINT_CELL)
            break;
        if (x->place == PRINT_WORDS) {
            strbuf_str(&b, x->words);
            continue;
        }
        struct str s = text_of(m, x->place);
        strbuf_str(&b, s.n ? s : STR(DOC_DOTS));
    }
    return str_trim(strbuf_text(&b));
}

static struct str whole(const struct making *m, const struct print_line *l)
{
    size_t at = 0;
    return line_text(m, l, &at);
}

static void put_cells(struct making *m, enum doc_kind kind, const struct print_line *l)
{
    size_t at = 0;
    struct doc_block *b = doc_add(m->d, m->a, kind, line_text(m, l, &at));
    while (at < l->pieces_n && b->n < DOC_CELLS) {
        at++;
        b->cells[b->n++] = line_text(m, l, &at);
    }
}

/* A text of several lines becomes as many blocks. */
static void put_lines(struct making *m, enum doc_kind kind, struct str text)
{
    struct str line;
    while (m->d->n < DOC_BLOCKS_MAX - 100 && str_split(&text, '\n', &line)) {
        if (str_trim(line).n)
            doc_add(m->d, m->a, kind, str_trim(line));
    }
}

static void put_list(struct making *m, const struct print_line *l)
{
    struct str s = text_of(m, l->pieces[0].place);
    put_lines(m, DOC_ITEM, s.n ? s : STR(DOC_DOTS));
}

static void put_article(struct making *m, struct str text)
{
    struct print_fill n = {"n", str_printf(m->a, "%d", ++m->article)};
    struct str head = print_fill(m->a, rulebook_word(m->b, "article"), &n, 1);
    put_lines(m, DOC_PARAGRAPH, str_printf(m->a, DOC_BOLD STR_FMT DOC_BOLD " " STR_FMT, STR_ARG(head), STR_ARG(text)));
}

/* "A / B" on two lines, bold; room to sign; the name. */
static struct str signature(const struct making *m)
{
    struct strbuf b;
    struct str rest = m->p->signer ? m->p->signer->lines : STR(""), line;
    strbuf_init(&b, m->a, 4000);
    strbuf_z(&b, DOC_BOLD);
    while (rest.n && str_split(&rest, '/', &line)) {
        strbuf_str(&b, str_trim(line));
        strbuf_char(&b, '\n');
    }
    strbuf_z(&b, "\n\n\n\n");
    strbuf_str(&b, harmless(m->a, m->p->signer_name));
    strbuf_z(&b, DOC_BOLD);
    return strbuf_text(&b);
}

static void put_close(struct making *m)
{
    struct str list = strbuf_text(&m->copies);
    if (list.n)
        list = str_printf(m->a, STR_FMT STR_FMT, STR_ARG(rulebook_word(m->b, "copies")), STR_ARG(list));
    struct doc_block *b = doc_add(m->d, m->a, DOC_CLOSE, list);
    b->cells[b->n++] = signature(m);
    m->copies.n = 0;
}

static void put_line(struct making *m, const struct print_line *l)
{
    static const enum doc_kind kinds[] = {[PRINT_TITLE] = DOC_TITLE, [PRINT_ABOUT] = DOC_ABOUT, [PRINT_TO] = DOC_TO,
                                          [PRINT_HEADING] = DOC_HEADING, [PRINT_LINES] = DOC_LINES,
                                          [PRINT_HEAD] = DOC_HEAD_ROW, [PRINT_ROW] = DOC_ROW, [PRINT_SIGN] = DOC_SIGN};
    struct print_fill text = {"text", {0}};
    switch (l->kind) {
    case PRINT_PARAGRAPH: put_lines(m, DOC_PARAGRAPH, whole(m, l)); break;
    case PRINT_ITEM: put_lines(m, DOC_ITEM, whole(m, l)); break;
    case PRINT_BASIS:
        put_lines(m, DOC_PARAGRAPH, str_printf(m->a, DOC_ITALIC STR_FMT DOC_ITALIC, STR_ARG(whole(m, l))));
        break;
    case PRINT_CENTRE: doc_add(m->d, m->a, DOC_CENTRE, text_upper(m->a, whole(m, l))); break;
    case PRINT_ARTICLE: put_article(m, whole(m, l)); break;
    case PRINT_RE:
        text.text = whole(m, l);
        m->letterhead->cells[3] = print_fill(m->a, rulebook_word(m->b, "re"), &text, 1);
        break;
    case PRINT_LIST: put_list(m, l); break;
    case PRINT_COPY: strbuf_printf(&m->copies, "\n- " STR_FMT, STR_ARG(whole(m, l))); break;
    case PRINT_CLOSE: put_close(m); break;
    case PRINT_IF: case PRINT_ELSE: case PRINT_END: break;
    default: put_cells(m, kinds[l->kind], l); break;
    }
}

/* ---- around them ---- */

/* Capitals; broken behind the words that such names begin with. */
static struct str issuer(const struct making *m, struct str name)
{
    struct str first = rulebook_word(m->b, "issuer_break");
    struct str all = text_upper(m->a, name), head = text_upper(m->a, first);
    if (!first.n || !str_starts(all, head) || all.n == head.n)
        return all;
    return str_printf(m->a, STR_FMT "\n" STR_FMT, STR_ARG(head), STR_ARG(str_trim(str_cut(all, head.n, all.n))));
}

static struct str number_line(const struct making *m)
{
    const struct print_paper *p = m->p;
    const struct print_fill with[] = {
        {"number", str_printf(m->a, "%02lld/" STR_FMT, (long long)p->number, STR_ARG(p->symbol))},
        {"symbol", p->symbol},
    };
    if (!p->symbol.n)
        return STR("");
    return print_fill(m->a, rulebook_word(m->b, p->number ? "number" : "number_blank"), with, 2);
}

static void begin(struct making *m)
{
    const struct print_facts *f = m->f;
    struct doc_block *b = doc_add(m->d, m->a, DOC_LETTERHEAD, STR(""));
    b->n = 7;
    b->cells[1] = issuer(m, f->office.name);
    b->cells[2] = number_line(m);
    b->cells[3] = STR("");
    b->cells[4] = rulebook_word(m->b, "nation");
    b->cells[5] = rulebook_word(m->b, "motto");
    b->cells[6] = print_day(m->a, m->b, "date", m->p->day, f->place);
}

static void end(struct making *m)
{
    const struct print_paper *p = m->p;
    if (!p->code.n) {
        m->d->watermark = rulebook_word(m->b, "draft");
        return;
    }
    struct str link = str_printf(m->a, STR_FMT "/verify/" STR_FMT, STR_ARG(p->site), STR_ARG(p->code));
    const struct print_fill with[] = {{"link", str_printf(m->a, STR_FMT "/verify", STR_ARG(p->site))},
                                      {"code", document_code_shown(m->a, p->code)}};
    struct doc_block *b = doc_add(m->d, m->a, DOC_QR, link);
    b->cells[b->n++] = print_fill(m->a, rulebook_word(m->b, "verify"), with, 2);
}

void document_make(struct arena *a, const struct rulebook *b, const struct print_facts *f, const struct print_paper *p,
                   struct doc *ret)
{
    struct making m = {.a = a, .b = b, .f = f, .p = p, .d = ret};
    *ret = (struct doc){.title = p->form->name.text[LANG_VI], .author = f->office.name, .lang = str_of(lang_tag(LANG_VI)),
                        .made = p->made};
    strbuf_init(&m.copies, a, 16000);
    begin(&m);
    for (size_t i = 0; i < p->form->lines_n && ret->n < DOC_BLOCKS_MAX - 200;) {
        const struct print_line *l = &p->form->lines[i];
        m.letterhead = &ret->v[0];
        if ((l->kind == PRINT_IF && !holds(&m, l)) || l->kind == PRINT_ELSE) {
            i = l->jump;
            continue;
        }
        put_line(&m, l);
        i++;
    }
    end(&m);
}
