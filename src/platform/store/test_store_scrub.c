// SPDX-License-Identifier: AGPL-3.0-or-later
/* After a scrub no file holds a word of what was deleted; what stays is all there. */
#include "platform/store/test_store_base.h"

#include <inttypes.h>
#include <sys/stat.h>

enum { ROWS = 1200, BATCH = 20, GONE = 7, TAIL = 10 };

/* Random-looking, so that an index cannot shorten it by what its neighbour begins with. */
static uint64_t mix(uint64_t n)
{
    n = (n + 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    return (n ^ n >> 29) * 0x94d049bb133111ebu;
}

/* A word of row i that stands nowhere else: in the row's text, and in the index. */
static void word_of(char to[17], int i, int which)
{
    snprintf(to, 17, "%016" PRIx64, mix((uint64_t)i * 8 + (uint64_t)which));
}

static struct str text_of(struct arena *a, int i, int which)
{
    struct strbuf b;
    char word[17];
    word_of(word, i, which);
    strbuf_init(&b, a, 20000);
    strbuf_printf(&b, "dat dai %s o thon", word);
    for (uint64_t n = mix((uint64_t)i) % 24 * (mix((uint64_t)i + 9) % 9); n; n--)
        strbuf_printf(&b, " nuoc sach %s", word);
    return strbuf_text(&b);
}

static bool put_row(struct tx *tx, void *arg, struct err *e)
{
    int i = *(int *)arg;
    return store_exec(tx, SQL("INSERT INTO notes (office_id, note_id, text) VALUES (1, $1, $2)"),
                      VALS(V((int64_t)(mix((uint64_t)i) >> 20)), V(text_of(tx_arena(tx), i, 0))), NULL, e) &&
           store_text_put(tx, "cases", i, text_of(tx_arena(tx), i, 1), e);
}

static bool put_rows(struct tx *tx, void *arg, struct err *e)
{
    int i = *(int *)arg, end = i + BATCH;
    bool ok = true;
    for (; ok && i < end; i++)
        ok = put_row(tx, &i, e);
    return ok;
}

static bool blank_row(struct tx *tx, void *arg, struct err *e)
{
    int i = *(int *)arg;
    return store_exec(tx, SQL("UPDATE notes SET text = '' WHERE office_id = 1 AND note_id = $1"),
                      VALS(V((int64_t)(mix((uint64_t)i) >> 20))), NULL, e) &&
           store_text_drop(tx, "cases", i, text_of(tx_arena(tx), i, 1), e);
}

static void run(struct base *b, command_fn *fn, int i)
{
    struct err e = {0};
    check(store_run(b->s, fn, &i, &e), &e);
}

static struct str read_all(struct base *b, const char *suffix)
{
    struct stat st;
    FILE *f = fopen(str_printf(&b->a, "%s%s", b->path, suffix).p, "rb");
    if (!f)
        return STR("");
    assert_int_equal(fstat(fileno(f), &st), 0);
    char *bytes = arena_alloc_raw(&b->a, (size_t)st.st_size + 1);
    size_t n = fread(bytes, 1, (size_t)st.st_size, f);
    fclose(f);
    return (struct str){bytes, n};
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, TAIL);
}

/* Rows whose word stands in a file: looked for by the word's end. */
static int found_in_files(struct base *b, int which, bool gone)
{
    static char tails[ROWS][TAIL];
    bool seen[ROWS] = {0};
    int n = 0, found = 0;
    char word[17];
    for (int i = 1; i <= ROWS; i++) {
        word_of(word, i, which);
        if ((i % GONE == 0) == gone)
            memcpy(tails[n++], word + 16 - TAIL, TAIL);
    }
    qsort(tails, (size_t)n, TAIL, compare);
    for (int file = 0; file < 2; file++) {
        struct str all = read_all(b, file ? "-wal" : "");
        for (size_t at = 0; at + TAIL <= all.n; at++) {
            const char *hit = bsearch(all.p + at, tails, (size_t)n, TAIL, compare);
            if (hit)
                seen[(hit - tails[0]) / TAIL] = true;
        }
    }
    for (int i = 0; i < n; i++)
        found += seen[i];
    return found;
}

static int64_t hits_of(struct base *b, int i)
{
    struct err e = {0};
    struct rd *rd;
    struct text_hit *hits;
    size_t n;
    char word[17];
    word_of(word, i, 1);
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(store_text_find(rd, &b->a, "cases", str_of(word), true, 5, &hits, &n, &e), &e);
    store_read_end(rd);
    return (int64_t)n;
}

static void fill_and_blank(struct base *b)
{
    for (int i = 1; i <= ROWS; i += BATCH)
        run(b, put_rows, i);
    for (int i = GONE; i <= ROWS; i += GONE)
        run(b, blank_row, i);
}

static void nothing_is_left(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct strbuf report;
    bool sound = false;
    fill_and_blank(b);
    assert_true(found_in_files(b, 0, true) > 0); /* the search finds what is there */
    assert_true(found_in_files(b, 1, true) > 0);
    check(store_scrub(b->s, &e), &e);
    assert_int_equal(read_all(b, "-wal").n, 0);
    assert_int_equal(found_in_files(b, 0, true), 0);
    assert_int_equal(found_in_files(b, 1, true), 0);
    assert_int_equal(found_in_files(b, 0, false), ROWS - ROWS / GONE);
    for (int i = 1; i <= ROWS; i += 3)
        assert_int_equal(hits_of(b, i), i % GONE ? 1 : 0);
    strbuf_init(&report, &b->a, 10000);
    check(store_check(b->s, &report, &sound, &e), &e);
    assert_true(sound);
    run(b, put_row, ROWS + 1);
    assert_int_equal(hits_of(b, ROWS + 1), 1);
    check(store_scrub(b->s, &e), &e);
}

static void *write_meanwhile(void *arg)
{
    struct worker *w = arg;
    for (int i = 1; i <= 200; i++)
        run(w->b, put_row, ROWS + i);
    return NULL;
}

/* A reader of the old state is waited for; others write in between. */
static void readers_and_writers_go_on(void **state)
{
    struct base *b = *state;
    struct err e = {0};
    struct rd *rd;
    int64_t n = 0;
    struct worker w = {.b = b};
    for (int i = 1; i <= 400; i++)
        run(b, put_row, i);
    check(store_read(b->s, &b->a, &rd, &e), &e);
    check(store_one_int(rd, SQL("SELECT count(*) FROM notes"), NO_VALS, &n, &e), &e);
    run(b, put_row, 401);
    assert_int_equal(pthread_create(&w.thread, NULL, write_meanwhile, &w), 0);
    assert_false(store_scrub(b->s, &e));
    assert_int_equal(e.code, ERR_BUSY);
    store_read_end(rd);
    pthread_join(w.thread, NULL);
    check(store_scrub(b->s, &e), &e);
    for (int i = 1; i <= 200; i += 9)
        assert_int_equal(hits_of(b, ROWS + i), 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {T(nothing_is_left), T(readers_and_writers_go_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
