// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/rules/rules.h"

#include "features/rules/rules_procedures.h"

const struct migration_file rules_migrations[] = {
    {"rules/001", "src/features/rules/001_rules.sql"},
    {NULL, NULL},
};

const struct route rules_routes[] = {
    {"GET", "/clock", clock_get, 0, 0, clock_fields, "Works out a legal time limit and explains it day by day."},
    {"GET", "/clock.json", clock_json_get, 0, 0, clock_fields, "The same as JSON, for programs."},
    {"GET", "/rules", rules_get, 0, ROUTE_SHARED, NULL, "The time limits, their articles, and how sure each is."},
    {"GET", "/rules/:id", procedure_get, 0, ROUTE_SHARED, NULL, "A procedure: steps, who takes them, what each needs; grounds."},
    {0},
};
