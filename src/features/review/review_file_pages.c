// SPDX-License-Identifier: AGPL-3.0-or-later
/* Forms to take along: workbook and paper. */
#include "features/review/review_grid.h"
#include "features/review/review_pages.h"

typedef bool writer_fn(struct request *r, const struct review_printing *p, struct str *ret, struct err *e);

static bool write_xlsx(struct request *r, const struct review_printing *p, struct str *ret, struct err *e)
{
    return review_xlsx(r->arena, p, site_of(r)->data_dir, ret, e);
}

static bool write_pdf(struct request *r, const struct review_printing *p, struct str *ret, struct err *e)
{
    return review_pdf(r->arena, p, ret, e);
}

/* "02-XLD-20251215-20260614.pdf" */
static struct str file_name(struct request *r, const struct review_question *q, const char *end)
{
    int f[3], t[3];
    struct str form = q->form.n ? str_copy(r->arena, q->form) : STR("review");
    char *name = str_z(r->arena, form);
    for (char *p = name; *p; p++)
        *p = *p == '/' ? '-' : *p;
    day_parts(q->from, &f[0], &f[1], &f[2]);
    day_parts(q->to, &t[0], &t[1], &t[2]);
    return str_printf(r->arena, "%s-%04d%02d%02d-%04d%02d%02d.%s", name, f[0], f[1], f[2], t[0], t[1], t[2], end);
}

static bool send_forms(struct request *r, struct response *out, writer_fn *write, const char *end, struct err *e)
{
    struct rd *rd;
    struct review_question q;
    struct review_set set;
    struct office office;
    struct str period;
    if (!review_question_of(r, &q, &period, e) || !store_read(site_of(r)->store, r->arena, &rd, e))
        return false;
    struct case_world world = {.rules = site_of(r)->rules};
    struct case_look l = {rd, r->arena, &world, &r->viewer};
    q.hashes = false;
    if (str_is(q.form, "all"))
        q.form = STR("");
    if (!units_office(rd, r->arena, q.office_id, &office, e) || !review_compute(&l, &q, &set, e))
        return false;
    struct review_printing p = {.rules = world.rules, .set = &set, .office = office.name, .lang = r->lang, .made = r->now};
    if (!write(r, &p, &out->body, e))
        return false;
    out->download_name = file_name(r, &q, end);
    return true;
}

bool review_form_xlsx(struct request *r, struct response *out, struct err *e)
{
    out->content_type = STR("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    return send_forms(r, out, write_xlsx, "xlsx", e);
}

bool review_form_pdf(struct request *r, struct response *out, struct err *e)
{
    out->content_type = STR("application/pdf");
    return send_forms(r, out, write_pdf, "pdf", e);
}
