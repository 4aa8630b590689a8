// SPDX-License-Identifier: AGPL-3.0-or-later
/* Templates of printed forms: a line is a paragraph, or begins with a word that
 * says what it is. The language stands in rules/README.md. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "features/rules/rule_rows.h"
#include "platform/pdf/pdf.h"

enum { DEEP = 10, ASKS_MAX = 30, LINES_MAX = 1000, ROWS_MAX = 40 };

const struct print_place_about print_places[PRINT_PLACES] = {
    [PLACE_OFFICE] = {"office.name", PRINT_OPEN, "the office"},
    [PLACE_OFFICE_HEAD] = {"office.head", PRINT_OPEN, "the office's head, as an authority (head.KIND of print_words.csv)"},
    [PLACE_OFFICE_ADDRESS] = {"office.address", PRINT_OPEN, ""},
    [PLACE_OFFICE_PHONE] = {"office.phone", PRINT_OPEN, ""},
    [PLACE_OFFICE_PLACE] = {"office.place", PRINT_OPEN, "name of its unit, for date lines"},
    [PLACE_TODAY] = {"today", PRINT_OPEN, "the day of the document, in words"},
    [PLACE_AUTHOR] = {"author", PRINT_OPEN, "who prepares it"},
    [PLACE_OFFICER] = {"case.officer", PRINT_OPEN, "who the matter is assigned to"},
    [PLACE_NUMBER] = {"case.number", PRINT_OPEN, "of the register"},
    [PLACE_PROCEDURE] = {"case.procedure", PRINT_OPEN, "procedure; word: its id"},
    [PLACE_KIND] = {"case.kind", PRINT_OPEN, "the same in small letters; word: the kind"},
    [PLACE_RECEIVED] = {"case.received", PRINT_OPEN, ""},
    [PLACE_SUBJECT] = {"case.subject", PRINT_OPEN, "word: of subjects.csv"},
    [PLACE_PEOPLE] = {"case.people", PRINT_OPEN, "how many handed it in"},
    [PLACE_STATE] = {"case.state", PRINT_OPEN, "word: of states.csv"},
    [PLACE_CHANNEL] = {"case.channel", PRINT_OPEN, "word alone: web counter post reception forwarded"},
    [PLACE_DUE] = {"case.due", PRINT_OPEN, "last day of the running limit"},
    [PLACE_STEP_START] = {"case.step_start", PRINT_OPEN, "first day of the running limit"},
    [PLACE_LIMIT_ARTICLE] = {"case.limit_article", PRINT_OPEN, "article of the running limit"},
    [PLACE_HANDLED] = {"case.handled", PRINT_OPEN, "the day it was accepted, refused, forwarded…"},
    [PLACE_DECIDED] = {"case.decided", PRINT_OPEN, ""},
    [PLACE_GROUND] = {"case.ground", PRINT_OPEN, "word: of grounds.csv"},
    [PLACE_GROUND_ARTICLE] = {"case.ground_article", PRINT_OPEN, ""},
    [PLACE_DECISION] = {"case.decision", PRINT_OPEN, "word: of decisions.csv"},
    [PLACE_SENT_TO] = {"case.sent_to", PRINT_OPEN, "the office that it was sent on to"},
    [PLACE_SENT_FROM] = {"case.sent_from", PRINT_OPEN, "the office that it came from"},
    [PLACE_FIRST_NUMBER] = {"case.first_number", PRINT_OPEN, "number of the matter that it appeals"},
    [PLACE_FILES] = {"case.files", PRINT_STORY, "names of the papers handed in, one a line"},
    [PLACE_TITLE] = {"case.title", PRINT_STORY, ""},
    [PLACE_BODY] = {"case.body", PRINT_STORY, ""},
    [PLACE_WHERE] = {"case.place", PRINT_STORY, "where it happened"},
    [PLACE_ANSWER] = {"case.answer", PRINT_STORY, "text of the newest draft of the answer"},
    [PLACE_NAME] = {"person.name", PRINT_IDENTITY, ""},
    [PLACE_ADDRESS] = {"person.address", PRINT_IDENTITY, ""},
    [PLACE_PHONE] = {"person.phone", PRINT_IDENTITY, ""},
    [PLACE_EMAIL] = {"person.email", PRINT_IDENTITY, ""},
    [PLACE_ID_NUMBER] = {"person.id_number", PRINT_IDENTITY, ""},
    [PLACE_OTHERS] = {"person.others", PRINT_IDENTITY, "further representatives, one a line"},
    [PLACE_BLANK] = {"blank", PRINT_OPEN, "always dotted, to be filled by hand"},
};

struct parser {
    struct arena *arena;
    struct str file;
    size_t line, problems_n, open_n;
    size_t open[DEEP];   /* lines of @if and @else that wait for their end */
    struct strbuf *problems;
    struct print_template *to;
    bool closed;
};

static void problem(struct parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void problem(struct parser *p, const char *format, ...)
{
    char reason[160];
    va_list args;
    if (++p->problems_n > 20)
        return;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    strbuf_printf(p->problems, STR_FMT ":%zu: %s\n", STR_ARG(p->file), p->line, reason);
}

/* "case.number", or the name of an @ask further up. */
static int place_of(struct parser *p, struct str name)
{
    for (int i = 0; i < PRINT_PLACES; i++) {
        if (str_is(name, print_places[i].name))
            return i;
    }
    for (size_t i = 0; i < p->to->asks_n; i++) {
        if (str_eq(name, p->to->asks[i].name))
            return PRINT_PLACES + (int)i;
    }
    problem(p, "no such place: {%.40s}", str_z(p->arena, name));
    return PRINT_WORDS;
}

static void add_words(struct parser *p, struct print_line *l, struct strbuf *words)
{
    if (!words->n)
        return;
    LIST_ADD(p->arena, l->pieces, l->pieces_n) = (struct print_piece){PRINT_WORDS, str_copy(p->arena, strbuf_text(words))};
    words->n = 0;
}

/* "{case.number}" at the front of s; gives the bytes taken. */
static size_t take_place(struct parser *p, struct str s, struct print_line *l)
{
    size_t end;
    if (!str_find(s, STR("}"), &end)) {
        problem(p, "{ without }");
        return s.n;
    }
    int place = place_of(p, str_trim(str_cut(s, 1, end - 1)));
    if (place != PRINT_WORDS)
        LIST_ADD(p->arena, l->pieces, l->pieces_n) = (struct print_piece){.place = place};
    return end + 1;
}

/* Words, places, **bold**, __italic__, and cells where they are taken. */
static void take_text(struct parser *p, struct str s, bool cells, struct print_line *l)
{
    struct strbuf words;
    int bold = 0, italic = 0;
    strbuf_init(&words, p->arena, s.n + 1);
    while (s.n) {
        size_t used = 1;
        if (*s.p == '{') {
            add_words(p, l, &words);
            used = take_place(p, s, l);
        } else if (cells && *s.p == '|') {
            add_words(p, l, &words);
            LIST_ADD(p->arena, l->pieces, l->pieces_n) = (struct print_piece){.place = PRINT_CELL};
        } else if (str_starts(s, STR("**")) || str_starts(s, STR("__"))) {
            strbuf_z(&words, *s.p == '*' ? DOC_BOLD : DOC_ITALIC);
            *(*s.p == '*' ? &bold : &italic) ^= 1;
            used = 2;
        } else if (*s.p == '}') {
            problem(p, "} without {");
        } else if (cells && *s.p == '/' && s.n > 1 && s.p[1] == '/') {
            strbuf_char(&words, '\n');
            used = 2;
        } else {
            strbuf_char(&words, *s.p);
        }
        s = str_cut(s, used, s.n);
    }
    add_words(p, l, &words);
    if (bold || italic)
        problem(p, "%s is not closed", bold ? "**" : "__");
}

/* ---- @ask, @if, @else, @end ---- */

static struct str take_word(struct str *s)
{
    struct str word;
    *s = str_trim(*s);
    if (!s->n || !str_split(s, ' ', &word))
        return STR("");
    return word;
}

/* NAME ROWS vi | fr | en = {place} */
static void parse_ask(struct parser *p, struct str s)
{
    size_t at;
    struct str part, name = take_word(&s), rows = take_word(&s);
    struct print_ask ask = {.name = name, .from = PRINT_WORDS};
    bool good = name.n > 0 && name.n <= 30;
    for (size_t i = 0; i < name.n; i++)
        good &= (name.p[i] >= 'a' && name.p[i] <= 'z') || name.p[i] == '_';
    if (!good || !str_int(rows, &ask.rows) || ask.rows < 1 || ask.rows > ROWS_MAX) {
        problem(p, "@ask NAME LINES LABEL | FRENCH | ENGLISH = {place}: a name of a-z and _, then 1 to %d lines", ROWS_MAX);
        return;
    }
    for (size_t i = 0; i < p->to->asks_n; i++) {
        if (str_eq(p->to->asks[i].name, name))
            problem(p, "asked twice: %.30s", str_z(p->arena, name));
    }
    if (str_find(s, STR(" = {"), &at)) {
        struct str from = str_trim(str_cut(s, at + 4, s.n));
        ask.from = str_ends(from, STR("}")) ? place_of(p, str_cut(from, 0, from.n - 1)) : PRINT_WORDS;
        if (ask.from == PRINT_WORDS || ask.from >= PRINT_PLACES)
            problem(p, "what it begins with is one {place}");
        s = str_cut(s, 0, at);
    }
    for (int i = 0; i < LANGS; i++) {
        ask.label.text[i] = str_split(&s, '|', &part) && str_trim(part).n ? str_trim(part) : ask.label.text[0];
        if (!ask.label.text[i].n && i == 0)
            problem(p, "@ask needs a label");
    }
    if (p->to->asks_n >= ASKS_MAX)
        problem(p, "at most %d @ask", ASKS_MAX);
    else
        LIST_ADD(p->arena, p->to->asks, p->to->asks_n) = ask;
}

/* [not] PLACE [= WORD WORD…] */
static void parse_if(struct parser *p, struct str s, struct print_line *l)
{
    struct str word = take_word(&s);
    if (str_is(word, "not")) {
        l->negate = true;
        word = take_word(&s);
    }
    l->place = place_of(p, word);
    s = str_trim(s);
    if (s.n && *s.p != '=')
        problem(p, "@if PLACE, @if not PLACE, or @if PLACE = WORD WORD");
    else if (s.n)
        l->words = str_trim(str_cut(s, 1, s.n));
    if (p->open_n == DEEP)
        problem(p, "@if at most %d deep", DEEP);
    else
        p->open[p->open_n++] = p->to->lines_n;
}

/* The last open line now leads behind this one; an @else stays open. */
static void parse_close(struct parser *p, struct print_line *l)
{
    if (!p->open_n) {
        problem(p, "%s without @if", l->kind == PRINT_ELSE ? "@else" : "@end");
        return;
    }
    struct print_line *from = &p->to->lines[p->open[p->open_n - 1]];
    if (l->kind == PRINT_ELSE && from->kind == PRINT_ELSE)
        problem(p, "a second @else");
    from->jump = p->to->lines_n + 1;
    if (l->kind == PRINT_ELSE)
        p->open[p->open_n - 1] = p->to->lines_n;
    else
        p->open_n--;
}

/* ---- lines ---- */

static const struct {
    const char *word;
    enum print_line_kind kind;
    bool cells;
} keywords[] = {
    {"title", PRINT_TITLE, true}, {"about", PRINT_ABOUT, true}, {"re", PRINT_RE, false}, {"to", PRINT_TO, true},
    {"basis", PRINT_BASIS, false}, {"centre", PRINT_CENTRE, true}, {"article", PRINT_ARTICLE, false},
    {"heading", PRINT_HEADING, false}, {"lines", PRINT_LINES, false}, {"head", PRINT_HEAD, true}, {"row", PRINT_ROW, true},
    {"list", PRINT_LIST, false}, {"copy", PRINT_COPY, false}, {"sign", PRINT_SIGN, true}, {"close", PRINT_CLOSE, false},
    {"if", PRINT_IF, false}, {"else", PRINT_ELSE, false}, {"end", PRINT_END, false},
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

static void check_line(struct parser *p, const struct print_line *l)
{
    int64_t n;
    size_t cells = 1;
    for (size_t i = 0; i < l->pieces_n; i++)
        cells += l->pieces[i].place == PRINT_CELL;
    bool bare = l->kind == PRINT_CLOSE || l->kind == PRINT_ELSE || l->kind == PRINT_END || l->kind == PRINT_IF;
    if (!bare && !l->pieces_n)
        problem(p, "this line needs a text");
    if ((l->kind == PRINT_CLOSE || l->kind == PRINT_ELSE || l->kind == PRINT_END) && l->pieces_n)
        problem(p, "this word stands alone");
    if (cells > (size_t)(l->kind == PRINT_HEAD || l->kind == PRINT_ROW ? DOC_CELLS : l->kind == PRINT_SIGN ? 4 : 1))
        problem(p, "too many cells");
    if (l->kind == PRINT_LINES && (l->pieces_n != 1 || !str_int(l->pieces[0].words, &n) || n < 1 || n > ROWS_MAX))
        problem(p, "@lines 1 to %d", ROWS_MAX);
    if (l->kind == PRINT_LIST && (l->pieces_n != 1 || l->pieces[0].place < 0))
        problem(p, "@list {place}");
}

static void parse_keyword(struct parser *p, struct str word, struct str rest)
{
    struct print_line l = {.line = p->line};
    size_t k = 0;
    if (str_is(word, "ask")) {
        parse_ask(p, rest);
        return;
    }
    while (k < KEYWORDS && !str_is(word, keywords[k].word))
        k++;
    if (k == KEYWORDS) {
        problem(p, "no such word: @%.30s", str_z(p->arena, word));
        return;
    }
    l.kind = keywords[k].kind;
    if (l.kind == PRINT_IF)
        parse_if(p, rest, &l);
    else
        take_text(p, rest, keywords[k].cells, &l);
    if (l.kind == PRINT_ELSE || l.kind == PRINT_END)
        parse_close(p, &l);
    p->closed |= l.kind == PRINT_CLOSE || l.kind == PRINT_SIGN;
    check_line(p, &l);
    LIST_ADD(p->arena, p->to->lines, p->to->lines_n) = l;
}

static void parse_line(struct parser *p, struct str s)
{
    struct print_line l = {.kind = PRINT_PARAGRAPH, .line = p->line};
    struct str word;
    if (!s.n || *s.p == '#')
        return;
    if (p->to->lines_n >= LINES_MAX) {
        problem(p, "more than %d lines", LINES_MAX);
        return;
    }
    if (*s.p == '@') {
        s = str_cut(s, 1, s.n);
        word = take_word(&s);
        parse_keyword(p, word, str_trim(s));
        return;
    }
    if (str_starts(s, STR("- "))) {
        l.kind = PRINT_ITEM;
        s = str_cut(s, 2, s.n);
    }
    take_text(p, s, false, &l);
    LIST_ADD(p->arena, p->to->lines, p->to->lines_n) = l;
}

/* A line that begins with a blank goes on with the one before it. */
static bool next_line(struct parser *p, struct str *rest, size_t *number, struct str *ret)
{
    struct str line;
    struct strbuf all;
    if (!str_split(rest, '\n', &line))
        return false;
    p->line = ++*number;
    strbuf_init(&all, p->arena, 1 << 20);
    strbuf_str(&all, str_trim(line));
    while (rest->n && (*rest->p == ' ' || *rest->p == '\t') && str_split(rest, '\n', &line)) {
        ++*number;
        if (str_trim(line).n)
            strbuf_char(&all, ' ');
        strbuf_str(&all, str_trim(line));
    }
    *ret = strbuf_text(&all);
    return true;
}

size_t print_template_parse(struct arena *a, struct str file, struct str text, struct print_template *ret,
                            struct strbuf *problems)
{
    struct parser p = {.arena = a, .file = file, .problems = problems, .to = ret};
    size_t number = 0;
    struct str line;
    *ret = (struct print_template){0};
    while (next_line(&p, &text, &number, &line))
        parse_line(&p, line);
    p.line = number;
    if (p.open_n)
        problem(&p, "an @if without its @end");
    if (!p.closed)
        problem(&p, "neither @close nor @sign: nobody signs it");
    return p.problems_n;
}
