// SPDX-License-Identifier: AGPL-3.0-or-later
/* dinh review compute --format xlsx|pdf. */
#include "app/run_review.h"

#include "features/review/review_grid.h"

bool review_put(struct cli *c, const struct asking *x, const struct review_set *set, const char *format, struct err *e)
{
    struct str out;
    struct review_printing p = {.rules = x->o.rules, .set = set, .office = x->office.name, .lang = LANG_VI, .made = c->now};
    bool good = str_is(str_of(format), "pdf") ? review_pdf(&c->arena, &p, &out, e)
                                              : review_xlsx(&c->arena, &p, x->o.site.data_dir, &out, e);
    return good && cli_print(out, e);
}
