// SPDX-License-Identifier: AGPL-3.0-or-later
/* What is done with documents, and looking at them. */
#include <string.h>

#include "base/text.h"
#include "features/documents/document_inner.h"
#include "platform/i18n/i18n.h"

enum { WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER, FIELDS_MAX = 512 * 1024 };

/* ---- fields ---- */

struct str document_field(const struct document_fields *f, struct str name)
{
    for (size_t i = 0; i < f->n; i++) {
        if (str_eq(f->names[i], name))
            return f->texts[i];
    }
    return (struct str){0};
}

void document_field_set(struct document_fields *f, struct str name, struct str text)
{
    size_t i = 0;
    while (i < f->n && !str_eq(f->names[i], name))
        i++;
    if (i == DOCUMENT_FIELDS)
        return;
    f->names[i] = name;
    f->texts[i] = text;
    f->n += i == f->n;
}

/* "4:more12:twelve bytes" */
struct str document_fields_text(struct arena *a, const struct document_fields *f)
{
    struct strbuf b;
    strbuf_init(&b, a, FIELDS_MAX);
    for (size_t i = 0; i < f->n; i++) {
        strbuf_printf(&b, "%zu:", f->names[i].n);
        strbuf_str(&b, f->names[i]);
        strbuf_printf(&b, "%zu:", f->texts[i].n);
        strbuf_str(&b, f->texts[i]);
    }
    return strbuf_text(&b);
}

static bool take_part(struct str *rest, struct str *ret)
{
    struct str digits;
    int64_t n;
    if (!rest->n || !str_split(rest, ':', &digits) || !str_int(digits, &n) || n < 0 || (uint64_t)n > rest->n)
        return false;
    *ret = str_cut(*rest, 0, (size_t)n);
    *rest = str_cut(*rest, (size_t)n, rest->n);
    return true;
}

bool document_fields_parse(struct str text, struct document_fields *ret)
{
    struct document_fields f = {0};
    while (text.n) {
        if (f.n == DOCUMENT_FIELDS || !take_part(&text, &f.names[f.n]) || !take_part(&text, &f.texts[f.n]))
            return false;
        f.n++;
    }
    *ret = f;
    return true;
}

/* ---- the seal: of a sealed matter's papers ---- */

static struct str place_of(struct arena *a, const struct document *x, const char *part)
{
    return str_printf(a, "document/%lld/%lld/%s", (long long)x->key.office_id, (long long)x->key.document_id, part);
}

struct str document_seal(struct arena *a, const struct keys *keys, const struct document *x, const char *part, struct str s)
{
    return x->sealed && s.n ? key_seal(keys, KEY_IDENTITY, a, place_of(a, x, part), s) : s;
}

bool document_unseal(const struct case_look *l, const struct document *x, const char *part, struct str s, struct str *ret,
                     struct err *e)
{
    if (!x->sealed || !s.n) {
        *ret = s;
        return true;
    }
    return key_unseal(l->world->keys, KEY_IDENTITY, l->arena, place_of(l->arena, x, part), s, ret) ||
           FAIL(e, ERR_STORE, MSG("err.store.damaged"), "a sealed document does not open");
}

/* ---- looking ---- */

static struct case_look look_of(const struct case_doing *d)
{
    return (struct case_look){tx_rd(d->tx), tx_arena(d->tx), d->world, d->actor};
}

static bool is_hers(const struct viewer *v, const struct document *d)
{
    return v->track_case && v->track_case == d->case_id && v->track_office == d->key.office_id;
}

/* The matter must be seen; what names the person of a sealed one, by who may
 * know her; the person herself sees what was issued to her. */
bool document_may_see(const struct case_look *l, const struct document *d, struct err *e)
{
    struct case_facts c;
    struct case_text t;
    const struct viewer *v = l->viewer;
    bool worker = v->system || viewer_may(v, d->key.office_id, WORKERS | ROLE_SUPERVISOR);
    bool hers = is_hers(v, d) && !str_is(d->state, "draft") && (str_is(d->reader, "person") || str_is(d->reader, "public"));
    if (!worker && !hers)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    if (!d->case_id)
        return true;
    if (!case_get(l, (struct case_key){d->key.office_id, d->case_id}, &c, e))
        return false;
    if (!d->sealed || !d->identity || hers || v->system)
        return true;
    if (!case_get_text(l, &c, &t, e))
        return false;
    return !t.who_hidden || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
}

bool document_get(const struct case_look *l, struct document_key key, struct document *ret, struct err *e)
{
    struct document d;
    if (!document_load(l->rd, l->arena, key, &d, e) || !document_may_see(l, &d, e))
        return false;
    *ret = d;
    return true;
}

bool document_of_case(const struct case_look *l, struct case_key key, struct document_list *ret, struct err *e)
{
    struct case_facts c;
    struct document_list all, kept = {0};
    if (!case_get(l, key, &c, e) || !document_rows_of_case(l->rd, l->arena, key, &all, e))
        return false;
    kept.v = all.v;
    for (size_t i = 0; i < all.n; i++) {
        if (document_may_see(l, &all.v[i], e))
            kept.v[kept.n++] = all.v[i];
        else if (e->code != ERR_NOT_FOUND && e->code != ERR_DENIED)
            return false;
    }
    *ret = kept;
    return true;
}

bool document_fields_of(const struct case_look *l, const struct document *d, struct document_fields *ret, struct err *e)
{
    struct document_paper p;
    struct str s;
    if (!document_may_see(l, d, e) || !document_load_paper(l->rd, l->arena, d->key, &p, e) ||
        !document_unseal(l, d, "fields", p.fields, &s, e))
        return false;
    return document_fields_parse(s, ret) || FAIL(e, ERR_STORE, MSG("err.store.damaged"), "fields of a document");
}

static const struct rule_print *form_of(const struct case_look *l, struct str id, struct err *e)
{
    const struct rule_print *p = rulebook_print(l->world->rules, id);
    if (!p)
        err_set(e, ERR_BAD_INPUT, MSG("err.document.form"), NULL);
    return p;
}

static bool draft_doc(const struct case_look *l, const struct document *d, struct doc *ret, struct err *e)
{
    struct document_draft in = {.form = d->form, .signer = d->signer, .signer_name = d->signer_name};
    return document_fields_of(l, d, &in.fields, e) &&
           document_print(l, (struct case_key){d->key.office_id, d->case_id}, &in, ret, e);
}

bool document_read(const struct case_look *l, const struct document *d, struct str site, struct doc *ret, struct err *e)
{
    struct document_paper p;
    struct str s;
    (void)site;
    if (str_is(d->state, "draft"))
        return draft_doc(l, d, ret, e);
    return document_may_see(l, d, e) && document_load_paper(l->rd, l->arena, d->key, &p, e) &&
           document_unseal(l, d, "content", p.content, &s, e) && doc_read(l->arena, s, ret, e);
}

bool document_pdf(const struct case_look *l, const struct document *d, struct str *ret, struct err *e)
{
    struct document_paper p;
    if (str_is(d->state, "draft"))
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), NULL);
    return document_may_see(l, d, e) && document_load_paper(l->rd, l->arena, d->key, &p, e) &&
           document_unseal(l, d, "pdf", p.pdf, ret, e);
}

bool document_print(const struct case_look *l, struct case_key key, const struct document_draft *in, struct doc *ret, struct err *e)
{
    struct print_facts f;
    const struct rule_print *form = form_of(l, in->form, e);
    if (!form || !document_facts(l, key, &f, e))
        return false;
    struct print_paper p = {.form = form, .signer = rulebook_signer(l->world->rules, in->signer), .signer_name = in->signer_name,
                            .symbol = document_symbol(l->arena, l->world->rules, form, &f.office), .fields = &in->fields,
                            .day = l->world->today, .made = instant_of(l->world->today, 0, l->world->zone_minutes)};
    document_make(l->arena, l->world->rules, &f, &p, ret);
    return true;
}

bool document_beginnings(const struct case_look *l, const struct document *d, const struct rule_print *form, struct str *ret,
                         struct err *e)
{
    struct print_facts f;
    if (!document_facts(l, (struct case_key){d->key.office_id, d->case_id}, &f, e))
        return false;
    for (size_t i = 0; i < form->asks_n; i++)
        ret[i] = form->asks[i].from == PRINT_WORDS ? STR("") : f.values[form->asks[i].from].text;
    return true;
}

/* ---- commands ---- */

static bool record(const struct case_doing *d, const struct document *x, const char *verb, struct str note, struct err *e)
{
    struct act act = {
        .office_id = x->key.office_id, .at = d->now, .actor_id = d->actor->user_id, .actor = d->actor->name,
        .subject = STR("document"), .subject_id = x->key.document_id, .verb = str_of(verb), .basis = x->form, .note = note,
        .content = x->paper_hash,
    };
    return act_record(d->tx, &act, e);
}

static bool may_do(const struct case_doing *d, int64_t office_id, const struct rule_print *p, struct err *e)
{
    return d->actor->system || viewer_may(d->actor, office_id, p->roles & WORKERS) || FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
}

static bool among(struct str words, struct str word)
{
    struct str part;
    while (words.n && str_split(&words, ' ', &part)) {
        if (part.n && str_eq(part, word))
            return true;
    }
    return false;
}

/* The capacity must be one of the form's, and one that the actor's office has. */
static bool check_signer(const struct rule_print *p, struct str signer, struct err *e)
{
    return !signer.n || among(p->signers, signer) || FAIL(e, ERR_BAD_INPUT, MSG("err.document.signer"), NULL);
}

/* Of a sealed matter nothing but its number stands in the register. */
static struct str subject_of(struct arena *a, const struct rule_print *p, const struct print_facts *f)
{
    struct str title = f->sealed ? STR("") : f->values[PLACE_TITLE].text;
    if (!f->case_number.n)
        return p->name.text[LANG_VI];
    return str_printf(a, STR_FMT "%s" STR_FMT, STR_ARG(f->case_number), title.n ? ": " : "", STR_ARG(text_clip(title, 160)));
}

static bool names_person(const struct rule_print *p, const struct print_facts *f)
{
    return f->identity && (str_is(p->reader, "person") || str_is(p->reader, "office"));
}

static bool new_draft(const struct case_doing *d, const struct document_draft *in, struct document *x, struct err *e)
{
    struct print_facts f;
    struct document old;
    struct case_look l = look_of(d);
    const struct rule_print *p = form_of(&l, in->form, e);
    if (!p || !may_do(d, in->office_id, p, e) || !check_signer(p, in->signer, e) ||
        !document_facts(&l, (struct case_key){in->office_id, in->case_id}, &f, e))
        return false;
    if (in->replaces && (!document_get(&l, (struct document_key){in->office_id, in->replaces}, &old, e) ||
                         (!str_is(old.state, "issued") && !FAIL(e, ERR_CONFLICT, MSG("err.document.version"), NULL))))
        return false;
    *x = (struct document){.key = {in->office_id, 0}, .case_id = in->case_id, .form = p->id, .name = p->name.text[LANG_VI],
                           .reader = p->reader, .state = STR("draft"), .sealed = f.sealed, .identity = names_person(p, &f),
                           .subject = subject_of(l.arena, p, &f), .signer = in->signer, .signer_name = in->signer_name,
                           .day = DAY_NONE, .ended = DAY_NONE, .created_by = d->actor->user_id, .replaces = in->replaces};
    return store_next(d->tx, in->office_id, "document", &x->key.document_id, e) &&
           document_insert(d, x, document_seal(l.arena, d->world->keys, x, "fields", document_fields_text(l.arena, &in->fields)), e) &&
           record(d, x, "draft", STR(""), e);
}

/* The draft, when the actor may work on it and nobody was quicker. */
static bool open_draft(const struct case_doing *d, struct document_key key, int64_t version, struct document *x,
                       const struct rule_print **ret_form, struct err *e)
{
    struct case_look l = look_of(d);
    if (!document_get(&l, key, x, e))
        return false;
    *ret_form = form_of(&l, x->form, e);
    if (!*ret_form || !may_do(d, key.office_id, *ret_form, e))
        return false;
    if (!str_is(x->state, "draft") || (version && version != x->version))
        return FAIL(e, ERR_CONFLICT, MSG("err.document.version"), NULL);
    return true;
}

bool document_save(const struct case_doing *d, const struct document_draft *in, int64_t *ret_id, struct err *e)
{
    struct document x;
    const struct rule_print *p;
    struct document_paper paper = {.content = STR(""), .pdf = STR("")};
    if (!in->document_id) {
        if (!new_draft(d, in, &x, e))
            return false;
    } else {
        if (!open_draft(d, (struct document_key){in->office_id, in->document_id}, in->version, &x, &p, e) ||
            !check_signer(p, in->signer, e))
            return false;
        x.signer = in->signer;
        x.signer_name = in->signer_name;
        paper.fields = document_seal(tx_arena(d->tx), d->world->keys, &x, "fields", document_fields_text(tx_arena(d->tx), &in->fields));
        if (!document_update(d, &x, e) || !document_update_paper(d, x.key, &paper, e) || !record(d, &x, "draft", STR(""), e))
            return false;
    }
    *ret_id = x.key.document_id;
    return true;
}

/* A word of who handed a sealed matter in, in what was typed for others? Looked
 * at with the program's own eyes: the actor need not know the name. */
static bool leaks(const struct case_doing *d, const struct document *x, const struct document_fields *f, bool *ret, struct err *e)
{
    const struct viewer program = VIEWER_SYSTEM;
    struct case_look l = look_of(d);
    struct case_facts c;
    struct case_text t;
    struct arena *a = l.arena;
    size_t at;
    *ret = false;
    l.viewer = &program;
    if (!x->sealed || !x->case_id || str_is(x->reader, "person") || str_is(x->reader, "office"))
        return true;
    if (!case_get(&l, (struct case_key){x->key.office_id, x->case_id}, &c, e) || !case_get_text(&l, &c, &t, e))
        return false;
    const struct str told[] = {t.who.name, t.who.phone, t.who.email, t.who.id_number, t.who.address};
    for (size_t k = 0; k < sizeof told / sizeof *told; k++) {
        struct str part = text_fold(a, told[k]);
        for (size_t i = 0; i < f->n && part.n >= 4; i++)
            *ret |= str_find(text_fold(a, f->texts[i]), part, &at);
    }
    return true;
}

/* The next number of office, year and symbol. */
static bool take_number(const struct case_doing *d, struct document *x, struct err *e)
{
    int year, month, dom;
    day_parts(x->day, &year, &month, &dom);
    x->year = year;
    if (!x->symbol.n)
        return true;
    struct str counter = str_printf(tx_arena(d->tx), "document/%d/" STR_FMT, year, STR_ARG(x->symbol));
    return store_next(d->tx, x->key.office_id, counter.p, &x->number, e);
}

static bool freeze(const struct case_doing *d, const struct print_facts *f, const struct print_paper *how, struct document *x,
                   struct document_paper *p, struct err *e)
{
    struct doc doc;
    struct strbuf b;
    struct arena *a = tx_arena(d->tx);
    document_make(a, d->world->rules, f, how, &doc);
    strbuf_init(&b, a, 2 * DOC_TEXT_MAX);
    doc_save(&b, &doc);
    if (b.full)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.doc.long"), NULL);
    p->content = strbuf_text(&b);
    if (!pdf_write(a, &doc, &p->pdf, e))
        return false;
    x->text_hash = digest_of(p->content.p, p->content.n);
    x->paper_hash = digest_of(p->pdf.p, p->pdf.n);
    return true;
}

/* What it takes the place of ends with it. */
static bool end_replaced(const struct case_doing *d, const struct document *x, struct err *e)
{
    struct document old;
    struct case_look l = look_of(d);
    if (!x->replaces)
        return true;
    if (!document_load(l.rd, l.arena, (struct document_key){x->key.office_id, x->replaces}, &old, e))
        return false;
    if (!str_is(old.state, "issued"))
        return FAIL(e, ERR_CONFLICT, MSG("err.document.version"), NULL);
    old.state = STR("replaced");
    old.replaced_by = x->key.document_id;
    old.ended = x->day;
    return document_update(d, &old, e) && record(d, &old, "replace", document_number(l.arena, x), e);
}

bool document_issue(const struct case_doing *d, struct document_key key, int64_t version, struct str site, struct err *e)
{
    struct document x;
    struct document_fields fields;
    struct print_facts f;
    struct document_paper p;
    const struct rule_print *form;
    bool leak;
    struct case_look l = look_of(d);
    if (!open_draft(d, key, version, &x, &form, e) || !document_fields_of(&l, &x, &fields, e) || !leaks(d, &x, &fields, &leak, e))
        return false;
    if (leak)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.document.leak"), NULL);
    if (form->signers.n && !x.signer.n)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.document.signer"), NULL);
    if (!document_facts(&l, (struct case_key){key.office_id, x.case_id}, &f, e))
        return false;
    x.day = d->world->today;
    x.symbol = document_symbol(l.arena, d->world->rules, form, &f.office);
    if (!take_number(d, &x, e))
        return false;
    x.code = code_random(l.arena, DOCUMENT_CODE);
    x.identity = names_person(form, &f);
    struct print_paper how = {form, rulebook_signer(d->world->rules, x.signer), x.signer_name, x.symbol, &fields, x.number,
                              x.code, site, x.day, d->now};
    if (!freeze(d, &f, &how, &x, &p, e))
        return false;
    p.fields = document_seal(l.arena, d->world->keys, &x, "fields", document_fields_text(l.arena, &fields));
    p.content = document_seal(l.arena, d->world->keys, &x, "content", p.content);
    p.pdf = document_seal(l.arena, d->world->keys, &x, "pdf", p.pdf);
    x.state = STR("issued");
    x.issued_by = d->actor->user_id;
    x.issued_at = d->now;
    return document_update(d, &x, e) && document_update_paper(d, key, &p, e) && end_replaced(d, &x, e) &&
           record(d, &x, "issue", document_number(l.arena, &x), e);
}

bool document_revoke(const struct case_doing *d, struct document_key key, struct str reason, struct err *e)
{
    struct document x;
    struct case_look l = look_of(d);
    if (!document_get(&l, key, &x, e))
        return false;
    if (!d->actor->system && !viewer_may(d->actor, key.office_id, ROLE_LEADER))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), NULL);
    if (!str_is(x.state, "issued"))
        return FAIL(e, ERR_CONFLICT, MSG("err.document.version"), NULL);
    if (str_trim(reason).n < 3)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.document.reason"), NULL);
    x.state = STR("revoked");
    x.ended = d->world->today;
    x.end_reason = reason;
    return document_update(d, &x, e) && record(d, &x, "revoke", x.sealed ? STR("") : reason, e);
}

bool document_drop(const struct case_doing *d, struct document_key key, struct err *e)
{
    struct document x;
    const struct rule_print *form;
    return open_draft(d, key, 0, &x, &form, e) && document_delete(d, key, e) && record(d, &x, "drop", STR(""), e);
}
