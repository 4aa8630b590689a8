// SPDX-License-Identifier: AGPL-3.0-or-later
/* What an intake costs at the least: the rows that registering one matter
 * writes (register, text, marks, act, counters, token, full text), put by bare
 * SQLite with no program around it.
 *   bench_intake DB GROUP SECONDS   DB: a copy of a data directory's dinh.db
 * GROUP rows of matters go into one commit. Prints matters a second. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { OFFICE_YEAR = 20252, BODY = 2000, POOL = 512, STATEMENTS = 10 };

static const char *const statements[STATEMENTS] = {
    "INSERT INTO cases (office_id, case_id, number, text_id, procedure, kind, instance, state, channel, subject, petitioner,"
    " people, sealed, complexity, received, created_at, created_by, assigned_to, step, step_start, due, due_rule, handled,"
    " eligible, own, outcome, ground, decision, decided, closed, matter_of, code_hash, version, remote) VALUES (?1, ?2, ?3, ?2,"
    " 'recommendation', 'recommendation', 1, 'received', 'web', '', 'individual', 1, 0, 0, 20640, 1783300000000, 0, 0, 'check',"
    " 20640, 20654, 'rule', NULL, -1, -1, '', '', '', NULL, NULL, ?2, randomblob(32), 1, 0)",
    "INSERT INTO case_texts (office_id, case_id, title, body, name, name_fold, address, phone, email, id_number, others, place)"
    " VALUES (?1, ?2, 'a title of some words', ?4, 'A Name', 'a name', 'an address', '0900000000', '', '', '', '')",
    "INSERT INTO case_marks (office_id, mark, case_id) VALUES (?1, abs(random()), ?2)",
    "SELECT act_id, hash FROM acts WHERE office_id = ?1 ORDER BY act_id DESC LIMIT 1",
    "INSERT INTO acts (office_id, act_id, at, actor_id, actor, subject, subject_id, verb, basis, note, open, content, hash, facts)"
    " VALUES (?1, ?2, 1783300000000, 0, '', 'case', ?2, 'register', 'rule', '', 1, randomblob(32), randomblob(32),"
    " 'kind=recommendation procedure=recommendation instance=1 channel=web petitioner=individual people=1 received=2026-07-06"
    " matter=1 state=received step=check due=2026-07-15')",
    "INSERT INTO case_once (office_id, token, case_id) VALUES (?1, hex(randomblob(12)), ?2)",
    "INSERT INTO bench_counters (office_id, name, n) VALUES (?1, 'case', 1) ON CONFLICT (office_id, name) DO UPDATE SET n = n + 1",
    "INSERT INTO bench_counters (office_id, name, n) VALUES (?1, 'year', 1) ON CONFLICT (office_id, name) DO UPDATE SET n = n + 1",
    "INSERT INTO bench_counters (office_id, name, n) VALUES (0, 'text', 1) ON CONFLICT (office_id, name) DO UPDATE SET n = n + 1",
    "INSERT INTO bench_fts (rowid, body) VALUES (?2, ?4)",
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int rc, sqlite3 *db)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return;
    fprintf(stderr, "bench_intake: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void put(sqlite3 *db, sqlite3_stmt **s, sqlite3_int64 n, const char *body)
{
    char number[40];
    snprintf(number, sizeof number, "bench-%lld", (long long)n);
    for (int i = 0; i < STATEMENTS; i++) {
        int times = i == 2 ? 6 : 1;
        for (int k = 0; k < times; k++) {
            sqlite3_bind_int64(s[i], 1, OFFICE_YEAR * 10000000LL + n % 64);
            if (sqlite3_bind_parameter_count(s[i]) >= 2)
                sqlite3_bind_int64(s[i], 2, 1000000000 + n);
            if (sqlite3_bind_parameter_count(s[i]) >= 3)
                sqlite3_bind_text(s[i], 3, number, -1, SQLITE_STATIC);
            if (sqlite3_bind_parameter_count(s[i]) >= 4)
                sqlite3_bind_text(s[i], 4, body, -1, SQLITE_STATIC);
            must(sqlite3_step(s[i]), db);
            sqlite3_reset(s[i]);
        }
    }
}

/* Two kilobytes of words each, made before the clock starts. */
static void make_bodies(char bodies[POOL][BODY + 8])
{
    unsigned seed = 7;
    for (int i = 0; i < POOL; i++) {
        for (int at = 0; at < BODY; at += 6) {
            seed = seed * 1664525u + 1013904223u;
            snprintf(bodies[i] + at, 7, "w%04u ", seed >> 19 & 4095);
        }
        bodies[i][BODY] = 0;
    }
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    sqlite3_stmt *s[STATEMENTS];
    static char bodies[POOL][BODY + 8];
    if (argc != 4 || sqlite3_open(argv[1], &db) != SQLITE_OK) {
        fputs("usage: bench_intake DB GROUP SECONDS\n", stderr);
        return 2;
    }
    int group = (int)strtol(argv[2], NULL, 10);
    double seconds = strtod(argv[3], NULL);
    must(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
                          "CREATE TABLE IF NOT EXISTS bench_counters (office_id INTEGER, name TEXT, n INTEGER,"
                          " PRIMARY KEY (office_id, name));"
                          "CREATE VIRTUAL TABLE IF NOT EXISTS bench_fts USING fts5(body, content='', columnsize=0)", 0, 0, 0), db);
    for (int i = 0; i < STATEMENTS; i++)
        must(sqlite3_prepare_v2(db, statements[i], -1, &s[i], NULL), db);
    make_bodies(bodies);
    double from = now();
    sqlite3_int64 n = 0;
    sqlite3_int64 base = 0;
    sqlite3_stmt *max;
    must(sqlite3_prepare_v2(db, "SELECT coalesce(max(case_id) - 1000000000, 0) + 1 FROM cases WHERE case_id > 1000000000", -1, &max,
                            NULL), db);
    if (sqlite3_step(max) == SQLITE_ROW)
        base = sqlite3_column_int64(max, 0);
    sqlite3_finalize(max);
    while (now() - from < seconds) {
        must(sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0), db);
        for (int i = 0; i < group; i++) {
            put(db, s, base + n, bodies[n % POOL]);
            n++;
        }
        must(sqlite3_exec(db, "COMMIT", 0, 0, 0), db);
    }
    printf("%.0f\n", (double)n / (now() - from));
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(s[i]);
    sqlite3_close(db);
    return 0;
}
