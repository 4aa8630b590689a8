// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the store costs over SQLite itself, and how long a search takes.
 *   bench_store insert DIR [SECONDS]
 *   bench_store search DIR ROWS [TEXTS.jsonl.gz]   objects with a "body" */
#include <jansson.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/text.h"
#include "platform/store/store.h"

enum { CLIENTS = 64, LATENCIES = 1 << 20, CHARS = 400 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t next_random(uint64_t *x)
{
    *x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
    return *x;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double quantile(double *v, size_t n, double q)
{
    qsort(v, n, sizeof *v, by_value);
    return n ? v[(size_t)((double)(n - 1) * q)] * 1000 : 0;
}

static void must(bool ok, const struct err *e)
{
    if (!ok)
        die("%s: %s", e->msg, e->detail);
}

/* ---- inserts ---- */

#define TABLE "CREATE TABLE cases (office_id INTEGER NOT NULL, case_id INTEGER NOT NULL, kind INTEGER, state INTEGER,"\
    " received INTEGER, due INTEGER, person TEXT, body TEXT, PRIMARY KEY (office_id, case_id));"\
    "CREATE INDEX c1 ON cases (office_id, kind, received); CREATE INDEX c2 ON cases (office_id, state, due);"\
    "CREATE INDEX c3 ON cases (office_id, person); CREATE INDEX c4 ON cases (office_id, received);"\
    "CREATE INDEX c5 ON cases (office_id, due);"
#define INSERT "INSERT INTO cases VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"

struct run {
    const char *name;
    struct store *s;
    sqlite3 *db;
    sqlite3_stmt *insert, *text;
    bool with_text;
    double until, took;
    atomic_int_fast64_t done, next;
    double *latency;
    char body[2048];
    struct str folded;
};

struct one {
    struct run *r;
    int64_t id;
    char person[24];
};

static void make_body(struct run *r)
{
    static const char *const words[] = {"dat", "dai", "khieu", "nai", "to", "cao", "kien", "nghi", "xa", "phuong", "nguoi",
                                        "dan", "duong", "nuoc", "thon", "hop", "chinh", "quyen", "giai", "quyet"};
    size_t n = 0;
    uint64_t x = 88172645463325252u;
    while (n < 2000)
        n += (size_t)snprintf(r->body + n, sizeof r->body - n, "%s ", words[next_random(&x) % 20]);
    r->folded = (struct str){r->body, CHARS};
}

static bool add_case(struct tx *tx, void *arg, struct err *e)
{
    struct one *o = arg;
    int64_t id = o->id;
    return store_exec(tx, SQL("INSERT INTO cases VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
                      VALS(V(id % 100), V(id), V(id % 4), V(id % 9), V(id * 7919 % 100000),
                      V(id * 104729 % 100000), V((const char *)o->person), V(str_of(o->r->body))), NULL, e) &&
           (!o->r->with_text || store_text_put(tx, "cases", id, o->r->folded, e));
}

static void *client(void *arg)
{
    struct run *r = arg;
    while (now() < r->until) {
        struct err e;
        struct one o = {.r = r, .id = atomic_fetch_add(&r->next, 1) + 1};
        snprintf(o.person, sizeof o.person, "person %lld", (long long)(o.id * 31 % 5000));
        double from = now();
        must(store_run(r->s, add_case, &o, &e), &e);
        r->latency[atomic_fetch_add(&r->done, 1) % LATENCIES] = now() - from;
    }
    return NULL;
}

static void bare_row(struct run *r, int64_t id)
{
    char person[24];
    snprintf(person, sizeof person, "person %lld", (long long)(id * 31 % 5000));
    const int64_t n[] = {id % 100, id, id % 4, id % 9, id * 7919 % 100000, id * 104729 % 100000};
    for (int i = 0; i < 6; i++)
        sqlite3_bind_int64(r->insert, i + 1, n[i]);
    sqlite3_bind_text(r->insert, 7, person, -1, SQLITE_STATIC);
    sqlite3_bind_text(r->insert, 8, r->body, -1, SQLITE_STATIC);
    if (sqlite3_step(r->insert) != SQLITE_DONE)
        die("insert: %s", sqlite3_errmsg(r->db));
    sqlite3_reset(r->insert);
    if (!r->with_text)
        return;
    sqlite3_bind_int64(r->text, 1, id);
    sqlite3_bind_text(r->text, 2, r->folded.p, (int)r->folded.n, SQLITE_STATIC);
    if (sqlite3_step(r->text) != SQLITE_DONE)
        die("text: %s", sqlite3_errmsg(r->db));
    sqlite3_reset(r->text);
}

/* One thread that is never short of work: more than any queue can reach. */
static void bare_loop(struct run *r, int group)
{
    double start = now();
    while (now() < r->until) {
        double from = now();
        sqlite3_exec(r->db, "BEGIN IMMEDIATE", 0, 0, 0);
        for (int i = 0; i < group; i++)
            bare_row(r, ++r->next);
        if (sqlite3_exec(r->db, "COMMIT", 0, 0, 0))
            die("commit: %s", sqlite3_errmsg(r->db));
        double took = now() - from;
        for (int i = 0; i < group; i++)
            r->latency[r->done++ % LATENCIES] = took;
    }
    r->took = now() - start;
}

static void bare(struct run *r, const char *path, int group)
{
    if (sqlite3_open(path, &r->db) ||
        sqlite3_exec(r->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;" TABLE, 0, 0, 0) ||
        sqlite3_exec(r->db, "CREATE VIRTUAL TABLE t USING fts5(body, content='', columnsize=0, tokenize=ascii)", 0, 0, 0) ||
        sqlite3_prepare_v2(r->db, INSERT, -1, &r->insert, 0) ||
        sqlite3_prepare_v2(r->db, "INSERT INTO t (rowid, body) VALUES (?1, ?2)", -1, &r->text, 0))
        die("%s: %s", path, sqlite3_errmsg(r->db));
    bare_loop(r, group);
    sqlite3_finalize(r->insert);
    sqlite3_finalize(r->text);
    sqlite3_close(r->db);
}

static void by_store(struct run *r, const char *path)
{
    char url[300];
    struct err e;
    pthread_t t[CLIENTS];
    const struct migration m = {"bench/1", TABLE, sizeof TABLE - 1};
    snprintf(url, sizeof url, "sqlite:%s", path);
    must(store_open(&(struct store_options){.url = url}, &r->s, &e) && store_migrate(r->s, &m, 1, &e), &e);
    double start = now();
    for (int i = 0; i < CLIENTS; i++)
        pthread_create(&t[i], NULL, client, r);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(t[i], NULL);
    r->took = now() - start;
    store_close(r->s);
}

static double measure(const char *dir, const char *name, int group, bool with_text, double seconds)
{
    struct run *r = calloc(1, sizeof *r);
    char path[256], more[264];
    snprintf(path, sizeof path, "%s/bench.db", dir);
    make_body(r);
    r->with_text = with_text;
    r->latency = calloc(LATENCIES, sizeof *r->latency);
    r->until = now() + seconds;
    if (group)
        bare(r, path, group);
    else
        by_store(r, path);
    size_t n = (size_t)r->done < LATENCIES ? (size_t)r->done : LATENCIES;
    double rate = (double)r->done / r->took, p50 = quantile(r->latency, n, 0.5), p99 = quantile(r->latency, n, 0.99);
    printf("%-44s %8.0f /s   p50 %7.2f ms   p99 %7.2f ms\n", name, rate, p50, p99);
    fflush(stdout);
    unlink(path);
    snprintf(more, sizeof more, "%s-wal", path), unlink(more);
    snprintf(more, sizeof more, "%s-shm", path), unlink(more);
    free(r->latency);
    free(r);
    return rate;
}

static int bench_insert(const char *dir, double seconds)
{
    for (int text = 0; text < 2; text++) {
        printf("durable inserts, 2 KB, 6 indexes%s\n", text ? ", full text of 400 characters" : "");
        double a = measure(dir, "  bare SQLite, 64 a commit", 64, text, seconds);
        double b = measure(dir, "  store_run, 64 threads", 0, text, seconds);
        double c = measure(dir, "  bare SQLite, one a commit", 1, text, seconds);
        printf("  store / bare group %.2f   store / one each %.2f\n", b / a, b / c);
    }
    return 0;
}

/* ---- search ---- */

struct corpus {
    struct arena a;
    struct str *texts;
    size_t n, room;
    uint64_t random;
};

static void corpus_add(struct corpus *c, struct str folded)
{
    if (folded.n < CHARS + 100)
        return;
    if (c->n == c->room)
        c->texts = reallocarray(c->texts, c->room = c->room ? c->room * 2 : 1024, sizeof *c->texts);
    c->texts[c->n++] = folded;
}

static void corpus_read(struct corpus *c, const char *path)
{
    size_t size = 1 << 24;
    char *line = malloc(size);
    gzFile f = gzopen(path, "rb");
    if (!f || !line)
        die("%s cannot be read", path);
    while (gzgets(f, line, (int)size)) {
        json_t *o = json_loads(line, 0, NULL);
        const char *body = json_string_value(json_object_get(o, "body"));
        if (body)
            corpus_add(c, text_fold(&c->a, str_of(body)));
        json_decref(o);
    }
    gzclose(f);
    free(line);
}

/* Without a corpus: syllables, the k-th 1/k as often as the first. */
static void corpus_make(struct corpus *c)
{
    struct strbuf b;
    strbuf_init(&b, &c->a, 1 << 26);
    while (b.n < 20000000) {
        double u = (double)(next_random(&c->random) >> 11) / (double)(1ull << 53);
        int k = 1;
        for (double x = u * 8.3; (x -= 1.0 / k) > 0 && k < 2500;)
            k++;
        strbuf_printf(&b, "%c%c%c ", 'a' + k % 26, 'a' + k / 26 % 26, 'a' + k / 676);
    }
    for (size_t at = 0; at + 4000 < b.n; at += 4000)
        corpus_add(c, (struct str){b.p + at, 4000});
}

/* About 400 characters from somewhere, whole words. */
static struct str pick(struct corpus *c)
{
    struct str t = c->texts[next_random(&c->random) % c->n];
    size_t from = next_random(&c->random) % (t.n - CHARS), to;
    while (from < t.n && t.p[from] != ' ')
        from++;
    for (to = from + CHARS; to < t.n && t.p[to] != ' '; to++)
        ;
    return str_trim(str_cut(t, from, to - from));
}

struct batch {
    struct corpus *c;
    int64_t from, n;
};

static bool add_texts(struct tx *tx, void *arg, struct err *e)
{
    struct batch *b = arg;
    for (int64_t i = 0; i < b->n; i++)
        if (!store_text_put(tx, "cases", b->from + i, pick(b->c), e))
            return false;
    return true;
}

static void build(struct store *s, struct corpus *c, int64_t rows)
{
    struct err e;
    double from = now();
    for (int64_t at = 0; at < rows; at += 200) {
        struct batch b = {c, at + 1, rows - at < 200 ? rows - at : 200};
        must(store_run(s, add_texts, &b, &e), &e);
    }
    printf("%lld texts indexed in %.1f s\n", (long long)rows, now() - from);
}

static struct str nth_word(struct str text, size_t n)
{
    struct str word = text;
    for (size_t i = 0; i <= n && str_split(&text, ' ', &word); i++)
        ;
    return word;
}

struct word_count {
    struct str word;
    int64_t n;
};

/* The words of a sample by how many they are: [0] the most usual. */
static size_t usual_words(struct corpus *c, struct word_count *v, size_t room)
{
    size_t n = 0;
    for (int i = 0; i < 3000; i++) {
        struct str text = pick(c), word;
        while (str_split(&text, ' ', &word)) {
            size_t k = 0;
            while (k < n && !str_eq(v[k].word, word))
                k++;
            if (k == n && n < room)
                v[n++].word = word;
            if (k < n)
                v[k].n++;
            for (; k > 0 && k < n && v[k].n > v[k - 1].n; k--) {
                struct word_count swap = v[k];
                v[k] = v[k - 1], v[k - 1] = swap;
            }
        }
    }
    return n;
}

static struct word_count usual[4000];
static size_t usual_n;

enum query_kind { PHRASE, VERY_USUAL, USUAL, MIDDLE, RARE_AND_USUAL, PREFIX, KINDS };
static const char *const kinds[KINDS] = {"words that stand together", "of the 20 most usual", "of the 200 most usual",
                                         "of the 201st to 1,500th", "a rare one and usual ones", "last as a prefix"};

static struct str make_query(struct arena *a, struct corpus *c, enum query_kind kind, size_t words)
{
    struct strbuf b;
    struct str text = pick(c);
    size_t at = next_random(&c->random) % 60;
    strbuf_init(&b, a, 1000);
    for (size_t i = 0; i < words; i++) {
        uint64_t x = next_random(&c->random);
        struct str w = nth_word(text, at + i);
        if (kind == VERY_USUAL || (kind == RARE_AND_USUAL && i))
            w = usual[x % 20].word;
        else if (kind == USUAL)
            w = usual[x % 200].word;
        else if (kind == MIDDLE && usual_n > 300)
            w = usual[200 + x % ((usual_n < 1500 ? usual_n : 1500) - 200)].word;
        else if (kind == RARE_AND_USUAL)
            w = usual[usual_n - 1 - x % (usual_n / 4)].word;
        else if (kind == PREFIX && i == words - 1)
            w = str_cut(w, 0, 1 + x % 3);
        strbuf_str(&b, w);
        strbuf_char(&b, ' ');
    }
    return str_trim(strbuf_text(&b));
}

static void measure_kind(struct store *s, struct corpus *c, enum query_kind kind, size_t words)
{
    enum { TIMES = 400 };
    static double took[TIMES];
    double slowest = 0;
    char worst[100] = "";
    size_t hits_n = 0;
    for (int i = 0; i < TIMES; i++) {
        struct arena a;
        struct err e;
        struct rd *rd;
        struct text_hit *hits;
        size_t n;
        arena_init(&a);
        struct str q = make_query(&a, c, kind, words);
        double from = now();
        must(store_read(s, &a, &rd, &e) && store_text_find(rd, &a, "cases", q, kind == PREFIX, 20, &hits, &n, &e), &e);
        took[i] = now() - from;
        hits_n += n;
        if (took[i] > slowest) {
            slowest = took[i];
            snprintf(worst, sizeof worst, STR_FMT, STR_ARG(q));
        }
        arena_done(&a);
    }
    double p50 = quantile(took, TIMES, 0.5), p99 = quantile(took, TIMES, 0.99);
    printf("  %zu %-28s p50 %7.2f ms   p99 %7.2f ms   worst %7.2f ms (%s)  %4.1f hits\n", words, kinds[kind], p50, p99,
           slowest * 1000, worst, (double)hits_n / TIMES);
}

static void measure_rd(struct store *s)
{
    enum { TIMES = 200000 };
    struct arena a;
    struct err e;
    arena_init(&a);
    double from = now();
    for (int i = 0; i < TIMES; i++) {
        struct rd *rd;
        int64_t n;
        must(store_read(s, &a, &rd, &e) && store_one_int(rd, SQL("SELECT n FROM store_counters WHERE office_id = $1 AND"
             " counter = $2 UNION ALL SELECT 0"), VALS(V(1), V("x")), &n, &e), &e);
        arena_reset(&a);
    }
    printf("one snapshot with one small query: %.2f µs\n", (now() - from) / TIMES * 1e6);
    arena_done(&a);
}

static int bench_search(const char *dir, int64_t rows, const char *texts)
{
    struct corpus c = {.random = 88172645463325252u};
    struct store *s;
    struct err e;
    char url[300];
    snprintf(url, sizeof url, "sqlite:%s/search.db", dir);
    bool built = access(url + 7, F_OK) == 0;
    arena_init(&c.a);
    if (texts)
        corpus_read(&c, texts);
    else
        corpus_make(&c);
    usual_n = usual_words(&c, usual, sizeof usual / sizeof *usual);
    must(store_open(&(struct store_options){.url = url}, &s, &e), &e);
    if (!built)
        build(s, &c, rows);
    measure_rd(s);
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t words = kind == RARE_AND_USUAL ? 2 : 1; words <= 3; words++)
            measure_kind(s, &c, kind, words);
    store_close(s);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "insert") == 0)
        return bench_insert(argv[2], argc > 3 ? strtod(argv[3], NULL) : 5);
    if (argc >= 4 && strcmp(argv[1], "search") == 0)
        return bench_search(argv[2], strtol(argv[3], NULL, 10), argc > 4 ? argv[4] : NULL);
    fprintf(stderr, "bench_store insert DIR [SECONDS]\nbench_store search DIR ROWS [TEXTS.jsonl.gz]\n");
    return 2;
}
