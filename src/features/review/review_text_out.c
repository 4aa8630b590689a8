// SPDX-License-Identifier: AGPL-3.0-or-later
/* The text of a review on paper and for machines. */
#include "base/text.h"
#include "features/review/review_grid.h"
#include "features/review/review_text.h"

static const char *const kind_words[] = {"title", "about", "part", "section", "point", "say", "item", "figures", "write"};

static void put_body(struct doc *d, struct arena *a, const struct rulebook *b, const struct text_line *x, enum lang lang)
{
    struct str rest = x->body, line;
    if (!x->body.n) {
        const struct rule_report_line *lines;
        struct str pattern = STR("");
        size_t n;
        rulebook_report(b, &lines, &n);
        for (size_t i = 0; i < n; i++) {
            if (lines[i].kind == REPORT_MISSING && str_eq(lines[i].report, x->of->report))
                pattern = lines[i].text.text[lang];
        }
        const struct review_fill fill = {"text", text_line_text(a, x)};
        doc_add(d, a, DOC_PARAGRAPH, str_printf(a, DOC_ITALIC STR_FMT DOC_ITALIC, STR_ARG(review_filled(a, pattern, &fill, 1))));
        return;
    }
    while (str_split(&rest, '\n', &line)) {
        if (str_trim(line).n && d->n < DOC_BLOCKS_MAX - 100)
            doc_add(d, a, DOC_PARAGRAPH, str_trim(line));
    }
}

static void letterhead(struct doc *d, struct arena *a, const struct rulebook *b, const struct office *o)
{
    struct doc_block *head = doc_add(d, a, DOC_LETTERHEAD, STR(""));
    const struct review_fill date[] = {{"place", STR("………")}, {"day", STR("……")}, {"month", STR("……")}, {"year", STR("………")}};
    struct str own = rulebook_word(b, str_printf(a, "short." STR_FMT, STR_ARG(o->kind)).p);
    const struct review_fill symbol = {"symbol", str_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(rulebook_word(b, "sheet.report")),
                                                           own.n ? "-" : "", STR_ARG(own))};
    head->n = 7;
    head->cells[1] = text_upper(a, o->name);
    head->cells[2] = review_filled(a, rulebook_word(b, "number_blank"), &symbol, 1);
    head->cells[3] = STR("");
    head->cells[4] = rulebook_word(b, "nation");
    head->cells[5] = rulebook_word(b, "motto");
    head->cells[6] = review_filled(a, rulebook_word(b, "date"), date, 4);
}

static void put_line(struct doc *d, struct arena *a, const struct rulebook *b, const struct text_line *x, enum lang lang)
{
    static const enum doc_kind kinds[] = {[REPORT_TITLE] = DOC_TITLE, [REPORT_ABOUT] = DOC_ABOUT, [REPORT_PART] = DOC_HEADING,
                                          [REPORT_SECTION] = DOC_HEADING, [REPORT_POINT] = DOC_PARAGRAPH, [REPORT_SAY] = DOC_PARAGRAPH,
                                          [REPORT_ITEM] = DOC_ITEM};
    if (x->kind == REPORT_WRITE)
        put_body(d, a, b, x, lang);
    else if (x->kind <= REPORT_ITEM)
        doc_add(d, a, kinds[x->kind], text_line_text(a, x));
}

void review_text_doc(struct arena *a, const struct rulebook *b, const struct review_text *t, const struct review_text_page *p,
                     struct doc *ret)
{
    *ret = (struct doc){.author = p->office->name, .lang = str_of(lang_tag(p->lang)), .made = p->made};
    letterhead(ret, a, b, p->office);
    for (size_t i = 0; i < t->n && ret->n < DOC_BLOCKS_MAX - 200; i++) {
        put_line(ret, a, b, &t->v[i], p->lang);
        if (t->v[i].kind == REPORT_ABOUT)
            ret->title = text_line_text(a, &t->v[i]);
    }
    struct doc_block *close = doc_add(ret, a, DOC_CLOSE, rulebook_word(b, "copies"));
    close->cells[close->n++] = str_printf(a, DOC_BOLD STR_FMT DOC_BOLD "\n\n\n\n", STR_ARG(rulebook_word(b, "sheet.head")));
    if (t->missing)
        ret->watermark = rulebook_word(b, "draft");
}

static void put_json(struct json *j, struct arena *a, const struct text_line *x)
{
    json_object(j);
    json_kstr(j, "id", x->of->id);
    json_kstr(j, "kind", str_of(kind_words[x->kind]));
    json_kstr(j, "text", text_line_text(a, x));
    json_key(j, "figures");
    json_array(j);
    for (size_t i = 0; i < x->runs_n; i++) {
        if (!x->runs[i].form)
            continue;
        json_object(j);
        json_kstr(j, "form", x->runs[i].form->id);
        json_kint(j, "column", x->runs[i].column);
        json_end(j);
    }
    json_end(j);
    if (x->kind == REPORT_WRITE) {
        json_kstr(j, "body", x->body);
        json_kstr(j, "author", x->author);
        json_key(j, "at");
        if (x->body.n)
            json_instant(j, x->at);
        else
            json_null(j);
        json_kint(j, "times", x->times);
    }
    json_end(j);
}

void review_text_json(struct json *j, struct arena *a, const struct review_text *t, struct str unit)
{
    json_object(j);
    json_kstr(j, "unit", unit);
    json_kstr(j, "report", t->report);
    json_kday(j, "from", t->set.v[0].from);
    json_kday(j, "to", t->set.v[0].to);
    json_kint(j, "missing", (int64_t)t->missing);
    json_key(j, "lines");
    json_array(j);
    for (size_t i = 0; i < t->n; i++)
        put_json(j, a, &t->v[i]);
    json_end(j);
    json_end(j);
}
