// SPDX-License-Identifier: AGPL-3.0-or-later
/* Opening a denouncer's identity at the desk: shown on the one answer to the
 * form, and nowhere else. */
#include "features/cases/case_vault.h"
#include "features/cases/denounce_pages.h"
#include "platform/auth/session.h"

static const struct form_field open_fields[] = {
    {.name = "reason", .type = FORM_TEXT, .required = true, .max = CASE_REASON_MAX, .label = MSG("denounce.open.reason")},
    {.name = "secret", .type = FORM_LINE, .required = true, .max = 200, .label = MSG("denounce.open.secret")},
    {.name = "with", .type = FORM_INT, .min = 0, .max = INT64_MAX, .label = MSG("denounce.open.with")},
    {.name = "secret2", .type = FORM_LINE, .max = 200, .label = MSG("denounce.open.secret2")},
    {.name = NULL},
};

static bool take_choices(struct request *r, const struct vault_holders *all, struct denounce_opening *p)
{
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, VAULT_HOLDERS_MAX);
    bool own = false;
    for (size_t i = 0; i < all->n; i++) {
        if (all->v[i].account_id == r->viewer.user_id)
            own = true;
        else
            list[p->others_n++] = (struct desk_choice){str_printf(r->arena, "%lld", (long long)all->v[i].account_id), all->v[i].name};
    }
    p->others = list;
    return own;
}

bool denounce_opening_load(struct request *r, const struct case_look *l, const struct case_facts *c, struct denounce_opening *ret,
                           struct err *e)
{
    struct vault_holders all;
    struct case_text t;
    struct denounce_opening p = {0};
    if (!c->sealed) {
        *ret = p;
        return true;
    }
    if (!case_get_text(l, c, &t, e) || !vault_holders(l->rd, r->arena, c->key.office_id, &all, e))
        return false;
    p.vaulted = t.who_vaulted;
    p.elsewhere = t.who_elsewhere;
    p.ready = all.n >= VAULT_HOLDERS_MIN;
    p.holder = take_choices(r, &all, &p);
    p.together = all.together;
    p.reason = request_form(r, "reason");
    p.path = case_link_path(r->arena, "/desk/cases/", c->key, "/open");
    *ret = p;
    return true;
}

static void add(struct ui_row *rows, size_t *n, const char *msg, struct str text)
{
    if (text.n)
        rows[(*n)++] = (struct ui_row){.msg = msg, .text = text};
}

static const struct ui_row *rows_of(struct request *r, const struct case_identity *w, size_t *ret_n)
{
    struct ui_row *rows = arena_array(r->arena, struct ui_row, 9);
    *ret_n = 0;
    add(rows, ret_n, MSG("case.name"), w->name);
    add(rows, ret_n, MSG("case.address"), w->address);
    add(rows, ret_n, MSG("case.phone"), w->phone);
    add(rows, ret_n, MSG("case.email"), w->email);
    add(rows, ret_n, MSG("case.id_number"), w->id_number);
    add(rows, ret_n, MSG("case.others"), w->others);
    add(rows, ret_n, MSG("case.marked"), w->marked);
    return rows;
}

/* ---- her attachments: each by a pass of its own, which the answer carries and the server does not keep ---- */

enum { PASS_MS = 15 * 60 * 1000 };

static struct str pass_of(const struct request *r, struct case_key k, struct str no, struct str key)
{
    struct str text = str_printf(r->arena, "%lld/%lld/%lld/" STR_FMT "/" STR_FMT, (long long)r->viewer.user_id, (long long)k.office_id,
                                 (long long)k.case_id, STR_ARG(no), STR_ARG(key));
    return cookie_seal(site_of(r)->keys, r->arena, "own_file", text, r->now.ms + PASS_MS);
}

static void list_files(struct request *r, struct case_key k, struct str lines, struct denounce_shown *p)
{
    struct str line, no, key;
    struct desk_choice *list = arena_array(r->arena, struct desk_choice, CASE_FILES_MAX);
    while (p->files_n < CASE_FILES_MAX && str_split(&lines, '\n', &line)) {
        if (str_split(&line, ' ', &no) && str_split(&line, ' ', &key))
            list[p->files_n++] = (struct desk_choice){pass_of(r, k, no, key), line};
    }
    p->files = list;
    p->files_path = case_link_path(r->arena, "/desk/cases/", k, "/held");
}

/* Whose, of which matter, which file, and its key. */
static bool read_pass(const struct request *r, struct case_key k, struct case_file *ret)
{
    struct str text, part;
    int64_t n[4];
    if (!cookie_unseal(site_of(r)->keys, r->arena, "own_file", request_form(r, "pass"), r->now.ms, &text))
        return false;
    for (int i = 0; i < 4; i++) {
        if (!str_split(&text, '/', &part) || !str_int(part, &n[i]))
            return false;
    }
    ret->file_no = n[3];
    ret->key = text;
    return r->viewer.user_id && n[0] == r->viewer.user_id && n[1] == k.office_id && n[2] == k.case_id;
}

bool denounce_held_post(struct request *r, struct response *out, struct err *e)
{
    struct rd *rd;
    struct case_key key;
    struct case_facts c;
    struct case_file_list files;
    struct case_file pass = {0};
    if (!case_key_of(r, &key, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_look l = case_look_of(r, rd);
    if (!case_get(&l, key, &c, e) || !case_files(&l, &c, &files, e))
        return false;
    store_read_end(rd);
    if (!read_pass(r, key, &pass) || pass.file_no < 1 || (size_t)pass.file_no > files.n || !files.v[pass.file_no - 1].own)
        return FAIL(e, ERR_DENIED, MSG("err.file.holders"), NULL);
    struct case_file *f = &files.v[pass.file_no - 1];
    f->key = pass.key;
    return case_file_load(r, f, &out->body, e) && desk_file_answer(r, &c, f, out);
}

bool denounce_open_post(struct request *r, struct response *out, struct err *e)
{
    struct form f;
    struct case_identity who;
    struct denounce_shown shown = {0};
    struct vault_doing d = {site_of(r)->store, r->arena, &r->viewer, r->now};
    struct case_world w = case_world_of(r);
    struct case_opening in;
    bool read = form_read(&f, open_fields, r, false);
    in = (struct case_opening){.turns = {{r->viewer.user_id, form_get(&f, "secret")->text}}, .reason = form_get(&f, "reason")->text};
    if (form_get(&f, "with")->n)
        in.turns[1] = (struct vault_turn){form_get(&f, "with")->n, form_get(&f, "secret2")->text};
    if (!case_key_of(r, &in.key, e))
        return false;
    if (!read)
        err_set(e, ERR_BAD_INPUT, MSG("err.case.form"), NULL);
    if (read && case_open_identity(&d, &w, &in, &who, e)) {
        shown.rows = rows_of(r, &who, &shown.rows_n);
        list_files(r, in.key, who.files, &shown);
        return denounce_file_show(r, in.key, NULL, &shown, out, e);
    }
    struct err again = *e;
    if (again.code == ERR_NOT_FOUND || !denounce_file_show(r, in.key, again.msg, NULL, out, e))
        return false;
    out->status = err_http_status(again.code);
    return true;
}
