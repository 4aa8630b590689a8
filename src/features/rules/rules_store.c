// SPDX-License-Identifier: AGPL-3.0-or-later
/* Packs in the database: whole versions, the newest is the current one. */
#include <string.h>

#include "base/crypt.h"
#include "features/acts/acts.h"
#include "features/rules/rule_rows.h"
#include "platform/assets/assets.h"

void rules_embedded(struct arena *a, struct str pack, struct rule_file **ret_files, size_t *ret_n)
{
    size_t n, kept = 0;
    struct str folder = str_printf(a, "rules/" STR_FMT "/", STR_ARG(pack));
    const struct asset *all = asset_all(&n);
    struct rule_file *files = arena_array(a, struct rule_file, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        struct str name = str_of(all[i].name);
        size_t at;
        if (!str_starts(name, folder))
            continue;
        name = str_cut(name, folder.n, name.n);
        /* folders inside are of other features (the map of units), but for templates of forms */
        if ((str_ends(name, STR(".csv")) && !str_find(name, STR("/"), &at)) ||
            (str_starts(name, STR("forms/")) && str_ends(name, STR(".txt"))))
            files[kept++] = (struct rule_file){name, all[i].bytes};
    }
    *ret_files = files;
    *ret_n = kept;
}

struct str rules_embedded_packs(struct arena *a)
{
    size_t n;
    struct strbuf names;
    const struct asset *all = asset_all(&n);
    strbuf_init(&names, a, 1 << 16);
    for (size_t i = 0; i < n; i++) {
        struct str name = str_of(all[i].name);
        if (!str_starts(name, STR("rules/")) || !str_ends(name, STR("/pack.csv")))
            continue;
        strbuf_z(&names, strbuf_text(&names).n ? " " : "");
        strbuf_str(&names, str_cut(name, 6, name.n - 6 - 9));
    }
    return strbuf_text(&names);
}

bool rules_version_number(struct rd *rd, struct str pack, int64_t *ret, struct err *e)
{
    return store_one_int(rd, SQL("SELECT COALESCE(MAX(version), 0) FROM rule_files WHERE pack = $1"), VALS(V(pack)), ret, e);
}

bool rules_version(struct rd *rd, struct arena *a, struct str pack, struct rules_version *ret, struct err *e)
{
    struct rows *r;
    struct rules_version s = {0};
    if (!rules_version_number(rd, pack, &s.version, e))
        return false;
    if (!store_rows(rd, SQL("SELECT name, text FROM rule_files WHERE pack = $1 AND version = $2 ORDER BY name"),
                    VALS(V(pack), V(s.version)), &r, e))
        return false;
    while (rows_next(r)) {
        struct rule_file f = {.name = rows_text(r, a, 0), .text = rows_text(r, a, 1)};
        LIST_ADD(a, s.files, s.files_n) = f;
    }
    if (!rows_end(r, e))
        return false;
    *ret = s;
    return true;
}

static bool same_files(const struct rules_install *in, const struct rules_version *before)
{
    size_t found = 0;
    for (size_t i = 0; i < in->files_n; i++) {
        for (size_t k = 0; k < before->files_n; k++)
            found += str_eq(in->files[i].name, before->files[k].name) && str_eq(in->files[i].text, before->files[k].text);
    }
    return in->files_n == before->files_n && found == in->files_n;
}

static bool write_files(struct tx *tx, const struct rules_install *in, struct str pack, int64_t version, struct err *e)
{
    for (size_t i = 0; i < in->files_n; i++) {
        const struct rule_file *f = &in->files[i];
        struct digest d = digest_of(f->text.p, f->text.n);
        if (!store_exec(tx, SQL("INSERT INTO rule_files (pack, version, name, text, sha256, loaded_at)"
                                " VALUES ($1, $2, $3, $4, $5, $6)"),
                        VALS(V(pack), V(version), V(f->name), V(f->text),
                             val_blob((struct str){(const char *)d.b, sizeof d.b}), V(in->now)), NULL, e))
            return false;
    }
    return true;
}

/* One digest of the pack: of each file's name and digest, in order. */
static struct digest digest_of_pack(struct arena *a, const struct rules_install *in)
{
    struct strbuf b;
    strbuf_init(&b, a, 1 << 16);
    for (size_t i = 0; i < in->files_n; i++) {
        struct digest d = digest_of(in->files[i].text.p, in->files[i].text.n);
        strbuf_printf(&b, STR_FMT " " STR_FMT "\n", STR_ARG(in->files[i].name), STR_ARG(digest_hex(a, &d)));
    }
    return digest_of(b.p, b.n);
}

static bool record(struct tx *tx, const struct rules_install *in, struct rulebook *book, struct err *e)
{
    struct act act = {
        .at = in->now,
        .actor_id = in->actor->user_id,
        .actor = in->actor->name,
        .subject = STR("rules"),
        .subject_id = in->ret_version,
        .verb = STR("install"),
        .note = str_printf(tx_arena(tx), STR_FMT " " STR_FMT, STR_ARG(book->id), STR_ARG(book->version)),
        .open = true,
        .content = digest_of_pack(tx_arena(tx), in),
    };
    return act_record(tx, &act, e);
}

bool rules_install(struct tx *tx, void *install, struct err *e)
{
    struct rules_install *in = install;
    struct rulebook *book;
    struct rules_version before;
    struct arena *a = tx_arena(tx);
    if (!in->actor->system && !viewer_has(in->actor, ROLE_ADMIN))
        return FAIL(e, ERR_DENIED, MSG("err.denied"), "rules are loaded by an administrator");
    if (!rulebook_load(a, in->files, in->files_n, &book, in->problems, e) ||
        !rules_version(tx_rd(tx), a, book->id, &before, e))
        return false;
    in->ret_version = before.version;
    in->ret_changed = !same_files(in, &before);
    if (!in->ret_changed)
        return true;
    in->ret_version = before.version + 1;
    return write_files(tx, in, book->id, in->ret_version, e) && record(tx, in, book, e);
}

bool rules_current(struct rd *rd, struct arena *a, struct str pack, struct rulebook **ret_book, struct err *e)
{
    struct strbuf problems;
    struct rules_version s;
    if (!rules_version(rd, a, pack, &s, e))
        return false;
    if (!s.files_n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.rules.none"), "no rulebook \"" STR_FMT "\" in the database", STR_ARG(pack));
    strbuf_init(&problems, a, 1 << 16);
    return rulebook_load(a, s.files, s.files_n, ret_book, &problems, e);
}
