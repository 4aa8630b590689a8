// SPDX-License-Identifier: AGPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/log/log.h"

/* What stderr got since begin(), behind the time of the line. */
static int saved, pipe_ends[2];
static char got[8192];

static void begin(void)
{
    assert_int_equal(pipe(pipe_ends), 0);
    saved = dup(STDERR_FILENO);
    assert_true(saved >= 0);
    assert_int_equal(dup2(pipe_ends[1], STDERR_FILENO), STDERR_FILENO);
}

static const char *end(void)
{
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(pipe_ends[1]);
    ssize_t n = read(pipe_ends[0], got, sizeof got - 1);
    close(pipe_ends[0]);
    assert_true(n >= 0);
    got[n] = 0;
    const char *level = strstr(got, " level=");
    return level ? level + 1 : got;
}

static void writes_pairs(void **state)
{
    (void)state;
    begin();
    LOG(LOG_INFO, "http.start", log_n("port", -8080), log_s("path", STR("/a/b")), log_s("none", STR("")));
    assert_string_equal(end(), "level=info event=http.start port=-8080 path=/a/b none=\"\"\n");
    int year;
    assert_int_equal(sscanf(got, "ts=%4d-", &year), 1);
    assert_in_range(year, 2020, 9999);
}

/* No value can begin a line or a pair of its own. */
static void keeps_values_in_their_quotes(void **state)
{
    (void)state;
    begin();
    LOG(LOG_WARN, "x", log_s("a", STR("b c")), log_s("q", STR("say \"x\"\\")), log_s("n", STR("1\nlevel=error\x7f")),
        log_s("e", STR("k=v")), log_s("u", STR("đơn")));
    assert_string_equal(end(), "level=warn event=x a=\"b c\" q=\"say \\\"x\\\"\\\\\" n=\"1\\x0alevel=error\\x7f\" "
                               "e=\"k=v\" u=đơn\n");
}

static void clips_long_values(void **state)
{
    char value[5000];
    (void)state;
    memset(value, 'x', sizeof value);
    memcpy(value + 255, "đ", 2);
    struct log_pair pairs[20];
    for (size_t i = 0; i < 20; i++)
        pairs[i] = log_s("k", (struct str){value, sizeof value});
    begin();
    log_write(LOG_ERROR, "x", pairs, 20);
    const char *line = end();
    assert_int_equal(strchr(line, '\n') - line, strlen(line) - 1);
    const char *clip = strchr(line, '~');
    assert_non_null(clip);
    assert_int_equal(clip - strstr(line, " k="), 3 + 255); /* before the character that would be cut */
    assert_in_range(strlen(got), 1500, 2048);
}

static void leaves_out_what_is_below(void **state)
{
    (void)state;
    begin();
    LOG(LOG_DEBUG, "x", log_n("a", 1));
    log_level_set(LOG_ERROR);
    LOG(LOG_WARN, "x", log_n("a", 1));
    log_level_set(LOG_INFO);
    assert_string_equal(end(), "");
}

static void tells_of_failures(void **state)
{
    struct err e;
    (void)state;
    err_set(&e, ERR_STORE, "err.store.write", "disk full");
    begin();
    log_err("store.commit", &e);
    assert_string_equal(end(), "level=error event=store.commit code=store msg=err.store.write detail=\"disk full\"\n");
    err_set(&e, ERR_DENIED, "err.denied", NULL);
    begin();
    log_err("case.get", &e);
    assert_string_equal(end(), "level=warn event=case.get code=denied msg=err.denied detail=\"\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_pairs), cmocka_unit_test(keeps_values_in_their_quotes),
        cmocka_unit_test(clips_long_values), cmocka_unit_test(leaves_out_what_is_below),
        cmocka_unit_test(tells_of_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
