// SPDX-License-Identifier: AGPL-3.0-or-later
/* The outbox. */
#include "platform/log/log.h"
#include "platform/mail/mail_inner.h"

const struct migration_file mail_migrations[] = {
    {"mail/001", "src/platform/mail/001_mail.sql"},
    {NULL, NULL},
};

const struct job_kind mail_jobs[] = {
    {"mail.send", mail_job, 12, 180, "Hands a letter of the outbox to the mail server."},
    {NULL, NULL, 0, 0, NULL},
};

static struct str place(struct arena *a, int64_t office_id, int64_t mail_id)
{
    return str_printf(a, "mail/%lld/%lld", (long long)office_id, (long long)mail_id);
}

/* Neither address nor subject has a newline: two lines, then the text. */
static struct str packed(struct arena *a, const struct letter *l)
{
    return str_printf(a, STR_FMT "\n" STR_FMT "\n" STR_FMT, STR_ARG(l->to), STR_ARG(l->subject), STR_ARG(l->text));
}

static bool unpacked(struct str s, struct letter *ret)
{
    return str_split(&s, '\n', &ret->to) && str_split(&s, '\n', &ret->subject) && (ret->text = s, true);
}

bool mail_queue(struct tx *tx, const struct mailer *m, const struct letter *l, struct instant now, struct err *e)
{
    int64_t id;
    struct strbuf trial;
    struct arena *a = tx_arena(tx);
    if (!m->host.n)
        return true;
    strbuf_init(&trial, a, MAIL_MAX);
    if (!mail_format(&trial, m, l, STR("trial"), now, e) || !store_next(tx, l->office_id, "mail", &id, e))
        return false;
    struct str sealed = key_seal(m->keys, KEY_MAIL, a, place(a, l->office_id, id), packed(a, l));
    struct job_new job = {.office_id = l->office_id, .kind = "mail.send", .text = str_printf(a, "%lld", (long long)id), .due = now};
    return store_exec(tx, SQL("INSERT INTO mail_outbox (office_id, mail_id, sealed, code, created_at)"
                              " VALUES ($1, $2, $3, 0, $4)"),
                      VALS(V(l->office_id), V(id), val_blob(sealed), V(now)), NULL, e) &&
           job_add(tx, &job, now, e);
}

/* ---- sending ---- */

struct sending {
    const struct job *job;
    int64_t mail_id;
    long code;
    bool refused;
};

/* The letter of a job; *ret_found false when it is gone: sent before. */
static bool load(const struct job_run *r, const struct job *job, int64_t mail_id, struct letter *ret, bool *ret_found,
                 struct err *e)
{
    const struct mailer *m = r->with;
    struct rd *rd;
    struct rows *rows;
    struct str sealed = {0}, plain;
    if (!store_read(r->store, r->arena, &rd, e))
        return false;
    bool good = store_rows(rd, SQL("SELECT sealed FROM mail_outbox WHERE office_id = $1 AND mail_id = $2"),
                           VALS(V(job->office_id), V(mail_id)), &rows, e);
    if (good && rows_next(rows) && !rows_null(rows, 0))
        sealed = rows_text(rows, r->arena, 0);
    good = good && rows_end(rows, e);
    store_read_end(rd);
    *ret_found = sealed.n > 0;
    if (!good || !sealed.n)
        return good;
    if (!key_unseal(m->keys, KEY_MAIL, r->arena, place(r->arena, job->office_id, mail_id), sealed, &plain) ||
        !unpacked(plain, ret))
        return FAIL(e, ERR_NOT_FOUND, "err.mail.sealed", "the key of mail does not open it");
    ret->office_id = job->office_id;
    return true;
}

/* Taken: letter and job go together. Refused: only the number and the code stay. */
static bool finish(struct tx *tx, void *arg, struct err *e)
{
    struct sending *s = arg;
    bool good = s->refused ? store_exec(tx, SQL("UPDATE mail_outbox SET sealed = NULL, code = $3 WHERE office_id = $1"
                                                " AND mail_id = $2"),
                                        VALS(V(s->job->office_id), V(s->mail_id), V((int64_t)s->code)), NULL, e)
                           : store_exec(tx, SQL("DELETE FROM mail_outbox WHERE office_id = $1 AND mail_id = $2"),
                                        VALS(V(s->job->office_id), V(s->mail_id)), NULL, e);
    return good && job_finish(tx, s->job, e);
}

bool mail_job(const struct job_run *r, const struct job *job, struct err *e)
{
    const struct mailer *m = r->with;
    struct sending s = {.job = job};
    struct letter l = {0};
    struct strbuf b;
    struct err refused;
    bool found = false;
    if (!str_int(job->text, &s.mail_id))
        return FAIL(e, ERR_BAD_INPUT, "err.mail.sealed", "no number of a letter");
    if (!load(r, job, s.mail_id, &l, &found, e))
        return false;
    if (!found)
        return true;
    strbuf_init(&b, r->arena, MAIL_MAX);
    struct str id = str_printf(r->arena, "dinh.%lld.%lld", (long long)job->office_id, (long long)s.mail_id);
    if (!mail_format(&b, m, &l, id, r->now, e))
        return false;
    if (!mail_send(r->arena, m, &l, strbuf_text(&b), &s.code, &refused)) {
        if (refused.code != ERR_BAD_INPUT) {
            *e = refused;
            return false;
        }
        s.refused = true;
        LOG(LOG_WARN, "mail.refused", log_n("office", job->office_id), log_n("mail", s.mail_id), log_n("code", s.code));
    }
    return store_run(r->store, finish, &s, e);
}
