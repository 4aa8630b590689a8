// SPDX-License-Identifier: AGPL-3.0-or-later
/* Structs to rows: everything that writes, inside a command's transaction. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "features/cases/case_marks.h"
#include "features/cases/case_move.h"
#include "features/cases/case_rows.h"
#include "features/cases/case_seal.h"
#include "features/cases/case_vault.h"

static struct str bytes_of(const struct digest *d)
{
    return (struct str){(const char *)d->b, sizeof d->b};
}

static bool insert_row(const struct case_doing *d, const struct case_facts *c, const struct digest *code, struct err *e)
{
    return store_exec(d->tx, SQL("INSERT INTO cases (office_id, case_id, number, text_id, procedure, kind, instance, state,"
                                 " channel, subject, petitioner, people, sealed, complexity, received, created_at, created_by,"
                                 " assigned_to, step, step_start, due, due_rule, handled, eligible, own, outcome, ground,"
                                 " decision, decided, closed, matter_of, code_hash, version, remote) VALUES ($1, $2, $3, $4, $5, $6,"
                                 " $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,"
                                 " $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(c->number), V(c->text_id), V(c->procedure), V(c->kind),
                           V(c->instance), V(c->state), V(c->channel), V(c->subject), V(c->petitioner), V(c->people),
                           V((int)c->sealed), V(c->complexity), V(c->received), V(c->created_at), V(c->created_by),
                           V(c->assigned_to), V(c->step), V(c->step_start), V(c->due), V(c->due_rule), V(c->handled),
                           V(c->eligible), V(c->own), V(c->outcome), V(c->ground), V(c->decision), V(c->decided),
                           V(c->closed), V(c->matter_of), val_blob(bytes_of(code)), V(c->version), V((int)c->remote)),
                      NULL, e);
}

static bool insert_open_text(struct tx *tx, struct case_key k, const struct case_text *t, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO case_texts (office_id, case_id, title, body, name, name_fold, address, phone, email,"
                              " id_number, others, place) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
                      VALS(V(k.office_id), V(k.case_id), V(t->title), V(t->body), V(t->who.name),
                           V(text_fold(tx_arena(tx), t->who.name)), V(t->who.address), V(t->who.phone), V(t->who.email),
                           V(t->who.id_number), V(t->who.others), V(t->place)),
                      NULL, e);
}

static bool insert_sealed_text(const struct case_doing *d, struct case_key k, const struct case_new *in, struct err *e)
{
    struct str sealed;
    struct case_text rest, t = in->text;
    t.who.files = case_file_keys(tx_arena(d->tx), in->files, in->files_n);
    if (!case_vault_put(d->tx, k, &t, &rest, e) ||
        !case_seal_text(tx_arena(d->tx), d->world->keys, k, &rest, &sealed, e))
        return false;
    return store_exec(d->tx, SQL("INSERT INTO case_texts (office_id, case_id, title, body, name, name_fold, address, phone,"
                                 " email, id_number, others, place, sealed)"
                                 " VALUES ($1, $2, '', '', '', '', '', '', '', '', '', '', $3)"),
                      VALS(V(k.office_id), V(k.case_id), val_blob(sealed)), NULL, e);
}

/* A word for its office, so that a search inside one register is as cheap as
 * one for a rare word; then the text. */
struct str case_index_text(struct arena *a, const struct case_facts *c, struct str folded, struct str name)
{
    struct strbuf b;
    struct str rest = str_printf(a, STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(c->number));
    size_t room = folded.n + 4 * rest.n + 64;
    strbuf_init(&b, a, room);
    strbuf_room(&b, room);
    strbuf_char(&b, 'o');
    strbuf_int(&b, c->key.office_id);
    strbuf_char(&b, ' ');
    strbuf_str(&b, folded);
    strbuf_char(&b, ' ');
    strbuf_str(&b, text_fold(a, rest));
    return strbuf_text(&b);
}

static bool insert_marks(const struct case_doing *d, const struct case_facts *c, const int64_t marks[CASE_MARKS], struct err *e)
{
    for (int i = 0; i < CASE_MARKS; i++) {
        if (!store_exec(d->tx, SQL("INSERT INTO case_marks (office_id, mark, case_id) VALUES ($1, $2, $3)"),
                        VALS(V(c->key.office_id), V(marks[i]), V(c->key.case_id)), NULL, e))
            return false;
    }
    return true;
}

static bool insert_files(const struct case_doing *d, const struct case_facts *c, const struct case_new *in, struct err *e)
{
    for (size_t i = 0; i < in->files_n; i++) {
        const struct case_file *f = &in->files[i];
        if (!store_exec(d->tx, SQL("INSERT INTO case_files (office_id, case_id, file_no, stored, name, kind, bytes, sha256,"
                                   " sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                        VALS(V(c->key.office_id), V(c->key.case_id), V((int64_t)i + 1), V(f->stored),
                             /* a file's name can say who sent it */
                             V(f->sealed ? STR("") : f->name), V(f->kind),
                             V(f->bytes), V(f->sha256), V(f->own ? 2 : (int)f->sealed)),
                        NULL, e))
            return false;
    }
    return true;
}

/* The token of a form is what its code comes from: the row holds none. */
static struct str once_word(struct arena *a, struct str token)
{
    struct digest d = digest_of(token.p, token.n);
    return digest_hex(a, &d);
}

static bool insert_once(const struct case_doing *d, const struct case_facts *c, struct str token, struct err *e)
{
    return !token.n || store_exec(d->tx, SQL("INSERT INTO case_once (office_id, token, case_id) VALUES ($1, $2, $3)"),
                                  VALS(V(c->key.office_id), V(once_word(tx_arena(d->tx), token)), V(c->key.case_id)), NULL, e);
}

static bool insert_found(const struct case_doing *d, const struct case_facts *c, const struct case_new *in, struct err *e)
{
    struct str text = case_index_text(tx_arena(d->tx), c, in->reading->folded, in->text.who.name);
    return insert_open_text(d->tx, c->key, &in->text, e) && store_text_put(d->tx, "cases", c->text_id, text, e);
}

bool case_insert(const struct case_doing *d, const struct case_facts *c, const struct case_new *in, struct err *e)
{
    bool text = insert_row(d, c, &in->code_hash, e) && (c->sealed ? insert_sealed_text(d, c->key, in, e) : insert_found(d, c, in, e));
    return text && insert_marks(d, c, in->reading->marks, e) && insert_files(d, c, in, e) && insert_once(d, c, in->token, e);
}

bool case_update(const struct case_doing *d, const struct case_facts *c, struct err *e)
{
    int64_t changed = 0;
    if (!store_exec(d->tx, SQL("UPDATE cases SET state = $3, subject = $4, complexity = $5, assigned_to = $6, step = $7,"
                               " step_start = $8, due = $9, due_rule = $10, handled = $11, eligible = $12, own = $13,"
                               " outcome = $14, ground = $15, decision = $16, decided = $17, closed = $18, matter_of = $19,"
                               " version = $20, extensions = $21, pauses = $22"
                               " WHERE office_id = $1 AND case_id = $2 AND version = $20 - 1"),
                    VALS(V(c->key.office_id), V(c->key.case_id), V(c->state), V(c->subject), V(c->complexity),
                         V(c->assigned_to), V(c->step), V(c->step_start), V(c->due), V(c->due_rule), V(c->handled),
                         V(c->eligible), V(c->own), V(c->outcome), V(c->ground), V(c->decision), V(c->decided), V(c->closed),
                         V(c->matter_of), V(c->version), V(c->extensions), V(c->pauses)),
                    &changed, e))
        return false;
    return changed == 1 || FAIL(e, ERR_CONFLICT, "err.case.version", NULL);
}

bool case_link_add(struct tx *tx, struct case_key from, const char *relation, struct case_key to, struct err *e)
{
    return store_exec(tx, SQL("INSERT INTO case_links (office_id, case_id, relation, to_office, to_case)"
                              " VALUES ($1, $2, $3, $4, $5)"),
                      VALS(V(from.office_id), V(from.case_id), V(relation), V(to.office_id), V(to.case_id)), NULL, e);
}

enum { HOPS = 16 };

static bool add_next(struct rd *rd, struct case_key from, struct case_key keys[HOPS], size_t *n, struct err *e)
{
    struct rows *r;
    if (!store_rows(rd, SQL("SELECT to_office, to_case FROM case_links WHERE office_id = $1 AND case_id = $2"
                            " AND relation IN ('forwarded_to', 'protection', 'second', 'split_to') ORDER BY to_office, to_case"),
                    VALS(V(from.office_id), V(from.case_id)), &r, e))
        return false;
    while (*n < HOPS && rows_next(r))
        keys[(*n)++] = (struct case_key){rows_int(r, 0), rows_int(r, 1)};
    return rows_end(r, e);
}

bool case_is_linked(struct rd *rd, struct case_key from, struct case_key to, bool *ret_linked, struct err *e)
{
    struct case_key keys[HOPS] = {from};
    size_t n = 1;
    bool linked = false;
    for (size_t i = 0; i < n && !linked; i++) {
        if (!add_next(rd, keys[i], keys, &n, e))
            return false;
        for (size_t k = 1; k < n; k++)
            linked |= keys[k].office_id == to.office_id && keys[k].case_id == to.case_id;
    }
    *ret_linked = linked;
    return true;
}

/* ---- answers ---- */

static bool answer_last(struct tx *tx, struct case_key k, int64_t *ret_version, struct err *e)
{
    return store_one_int(tx_rd(tx), SQL("SELECT coalesce(max(version), 0) FROM case_answers WHERE office_id = $1"
                                        " AND case_id = $2"), VALS(V(k.office_id), V(k.case_id)), ret_version, e);
}

bool case_answer_add(const struct case_doing *d, const struct case_facts *c, const struct case_deed *deed,
                     const char *state, struct err *e)
{
    int64_t version = 0;
    struct str body = deed->text, sealed = {0};
    if (!answer_last(d->tx, c->key, &version, e))
        return false;
    if (c->sealed) {
        if (!case_seal_string(tx_arena(d->tx), d->world->keys, c->key, body, &sealed, e))
            return false;
        body = STR("");
    }
    return store_exec(d->tx, SQL("INSERT INTO case_answers (office_id, case_id, version, author, at, state, decision, body,"
                                 " sealed, remark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(version + 1), V(d->actor->user_id), V(d->now), V(state),
                           V(deed->decision), V(body), c->sealed ? val_blob(sealed) : val_null()),
                      NULL, e);
}

bool case_answer_mark(const struct case_doing *d, const struct case_facts *c, const char *state, struct str remark,
                      struct err *e)
{
    int64_t changed = 0;
    if (!store_exec(d->tx, SQL("UPDATE case_answers SET state = $3, remark = $4 WHERE office_id = $1 AND case_id = $2"
                               " AND version = (SELECT max(version) FROM case_answers WHERE office_id = $1 AND case_id = $2)"),
                    VALS(V(c->key.office_id), V(c->key.case_id), V(state), V(remark)), &changed, e))
        return false;
    return changed == 1 || FAIL(e, ERR_BAD_INPUT, "err.case.answer", NULL);
}

/* ---- publication ---- */

struct str case_published_text(struct arena *a, int64_t office_id, struct str title, struct str body, struct str answer)
{
    struct str all = str_printf(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(title), STR_ARG(body), STR_ARG(answer));
    return str_printf(a, "o%lld " STR_FMT, (long long)office_id, STR_ARG(text_fold(a, all)));
}

bool case_publish_row(const struct case_doing *d, const struct case_facts *c, const struct case_deed *deed,
                      struct day today, struct err *e)
{
    int64_t text_id = 0;
    struct str folded = case_published_text(tx_arena(d->tx), c->key.office_id, deed->title, deed->body, deed->answer);
    return store_next(d->tx, 0, "published_text", &text_id, e) &&
           store_exec(d->tx, SQL("INSERT INTO case_publications (office_id, case_id, published, text_id, title, body, answer)"
                                 " VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                      VALS(V(c->key.office_id), V(c->key.case_id), V(today), V(text_id), V(deed->title), V(deed->body),
                           V(deed->answer)),
                      NULL, e) &&
           store_text_put(d->tx, "published", text_id, folded, e);
}

bool case_once_find(struct tx *tx, int64_t office_id, struct str token, int64_t *ret_case_id, struct err *e)
{
    struct rows *r;
    *ret_case_id = 0;
    if (!token.n)
        return true;
    if (!store_rows(tx_rd(tx), SQL("SELECT case_id FROM case_once WHERE office_id = $1 AND token = $2"),
                    VALS(V(office_id), V(once_word(tx_arena(tx), token))), &r, e))
        return false;
    if (rows_next(r))
        *ret_case_id = rows_int(r, 0);
    return rows_end(r, e);
}
