// SPDX-License-Identifier: AGPL-3.0-or-later
/* Matters of a former system, from CSV: all rows or none. Columns: office
 * (number), procedure, received (date), petitioner, name, address, phone,
 * title, body; optional: subject, people, place, email. Each becomes a new
 * matter received on its own day, with its own legal clock. */
#ifndef FEATURES_CASE_IMPORT_H
#define FEATURES_CASE_IMPORT_H
#include "base/csv.h"
#include "features/cases/cases.h"

struct case_import {
    const struct case_world *world;
    struct str file, text;
    struct instant now;
    int64_t ret_cases;
};

/* A command. ERR_BAD_INPUT "err.csv.*" or "err.case.*", detail
 * "FILE:LINE: COLUMN: reason"; then nothing is stored. */
bool case_import(struct tx *tx, void *import, struct err *e);
#endif
