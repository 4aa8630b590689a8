// SPDX-License-Identifier: AGPL-3.0-or-later
/* The words of a demonstration: patterns of the tables with their gaps filled,
 * always the same for the same matter. Gaps: demo/README.md. */
#ifndef APP_DEMO_TEXT_H
#define APP_DEMO_TEXT_H
#include "app/demo_plan.h"
#include "features/cases/case_types.h"

/* A name of the family of names; no person is meant. */
struct str demo_name(struct arena *a, const struct demo_tables *t, struct str family, struct demo_dice *d);

/* The phrase of a list for a key (or for all); empty when there is none. */
struct str demo_phrase(const struct demo_tables *t, const char *list, struct str key, struct demo_dice *d);

/* A pattern with its gaps filled for a matter. */
struct str demo_fill(struct arena *a, const struct demo_question *q, const struct demo_slot *s, struct str pattern);

/* What is handed in, and by whom. */
struct case_text demo_petition(struct arena *a, const struct demo_question *q, const struct demo_slot *s);

/* The answer with a decision: the matter's own, or that of a later instance. */
struct str demo_answer(struct arena *a, const struct demo_question *q, const struct demo_slot *s, struct str decision);

/* 20 symbols that open the matter. Not secret: they come from the seed. */
struct str demo_code(struct arena *a, const struct demo_slot *s);
#endif
