// SPDX-License-Identifier: AGPL-3.0-or-later
/* The database that a test works on: a file of SQLite in the test's folder or,
 * when DINH_TEST_POSTGRES is the address of a server, a schema of its own there. */
#ifndef PLATFORM_STORE_TEST_DATABASE_H
#define PLATFORM_STORE_TEST_DATABASE_H
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"

static inline const char *test_postgres(void)
{
    const char *url = getenv("DINH_TEST_POSTGRES");
    return url && *url ? url : NULL;
}

/* Makes the schema; gives the database's address. */
static inline const char *test_database(struct arena *a, const char *dir, const char *file)
{
    unsigned long long number = 0;
    if (!test_postgres())
        return str_printf(a, "sqlite:%s/%s", dir, file).p;
    if (getentropy(&number, sizeof number))
        die("no random numbers");
    PGconn *pg = PQconnectdb(test_postgres());
    PGresult *r = PQexec(pg, str_printf(a, "CREATE SCHEMA t_%llx", number).p);
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        die("%s: %s", test_postgres(), PQerrorMessage(pg));
    PQclear(r);
    PQfinish(pg);
    return str_printf(a, "%s?options=-csearch_path%%3Dt_%llx", test_postgres(), number).p;
}

static inline void test_database_to(char *url, size_t room, const char *dir, const char *file)
{
    struct arena a;
    arena_init(&a);
    if (snprintf(url, room, "%s", test_database(&a, dir, file)) >= (int)room)
        die("no room for the database's address");
    arena_done(&a);
}
#endif
