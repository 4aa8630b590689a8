// SPDX-License-Identifier: AGPL-3.0-or-later
/* How a feature declares its migrations: a const table of names and of the
 * embedded .sql files that hold them; app/ turns all tables into one list for
 * store_migrate, in the order of the features. A table ends with name NULL. */
#ifndef PLATFORM_MIGRATIONS_H
#define PLATFORM_MIGRATIONS_H

struct migration_file {
    const char *name;  /* "acts/001": recorded in the database, never reused */
    const char *asset; /* "src/features/acts/001_acts.sql" */
};
#endif
