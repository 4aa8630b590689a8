// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/acts/acts.h"

const struct migration_file acts_migrations[] = {
    {"acts/001", "src/features/acts/001_acts.sql"},
    {"acts/002", "src/features/acts/002_facts.sql"},
    {"acts/003", "src/features/acts/003_forgotten.sql"},
    {NULL, NULL},
};
