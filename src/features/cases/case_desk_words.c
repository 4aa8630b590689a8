// SPDX-License-Identifier: AGPL-3.0-or-later
/* Small words that the desk's templates ask for. */
#include "features/cases/case_desk.h"
#include "platform/i18n/i18n.h"

const char *desk_id(struct html *h, const struct desk_action *x)
{
    return str_z(h->arena, x->action);
}

struct str desk_case_path(struct html *h, struct case_key k)
{
    return case_link_path(h->arena, "/desk/cases/", k, "");
}

struct str desk_file_path(struct html *h, const struct desk_case *p, const struct case_file *f)
{
    return str_printf(h->arena, STR_FMT "/%lld", STR_ARG(case_link_path(h->arena, "/desk/files/", p->facts.key, "")),
                      (long long)f->file_no);
}

struct str desk_file_size(struct html *h, const struct case_file *f)
{
    return i18n_bytes(h->arena, h->lang, f->bytes);
}

const char *desk_answer_msg(struct str state)
{
    if (str_is(state, "draft"))
        return MSG("desk.answer.draft");
    if (str_is(state, "submitted"))
        return MSG("desk.answer.submitted");
    return str_is(state, "returned") ? MSG("desk.answer.returned") : MSG("desk.answer.approved");
}

const char *desk_label(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++) {
        if (str_is(str_of(name), f->fields[i].name))
            return f->fields[i].label;
    }
    return MSG("case.action");
}
