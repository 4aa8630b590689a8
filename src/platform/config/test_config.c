// SPDX-License-Identifier: AGPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/config/config.h"

static const char *const modes[] = {"none", "required", NULL};
static const struct setting server[] = {
    {"listen", SETTING_TEXT, "127.0.0.1:8080", 0, 40, NULL, "Where the server listens."},
    {"workers", SETTING_INT, "64", 1, 512, NULL, "Requests that write, at once."},
    {NULL, SETTING_TEXT, NULL, 0, 0, NULL, NULL},
};
static const struct setting mail[] = {
    {"mail.host", SETTING_TEXT, "", 0, 0, NULL, "Server that takes mail."},
    {"mail.password", SETTING_SECRET, "", 0, 0, NULL, "Its password."},
    {"mail.tls", SETTING_TEXT, "required", 0, 0, modes, "How it is protected."},
    {"mail.on", SETTING_FLAG, "false", 0, 0, NULL, "Whether mail is sent."},
    {NULL, SETTING_TEXT, NULL, 0, 0, NULL, NULL},
};
static const struct setting *const tables[] = {server, mail, NULL};

struct bench {
    struct arena a;
    struct config_sources from;
    struct config *config;
    struct err e;
};

static int open_bench(void **state)
{
    static struct bench b;
    memset(&b, 0, sizeof b);
    arena_init(&b.a);
    b.from = (struct config_sources){.tables = tables, .file = "dinh.conf"};
    *state = &b;
    return 0;
}

static int close_bench(void **state)
{
    arena_done(&((struct bench *)*state)->a);
    return 0;
}

static bool parse(struct bench *b, const char *text)
{
    return config_parse(&b->a, &b->from, str_of(text), &b->config, &b->e);
}

static void defaults(void **state)
{
    struct bench *b = *state;
    assert_true(parse(b, ""));
    assert_true(str_is(config_text(b->config, "listen"), "127.0.0.1:8080"));
    assert_int_equal(config_int(b->config, "workers"), 64);
    assert_false(config_flag(b->config, "mail.on"));
}

static void command_line_over_environment_over_file(void **state)
{
    struct bench *b = *state;
    static const char *const environment[] = {"PATH=/bin", "DINH_WORKERS=9", "DINH_MAIL_ON=yes", "DINH_TYPO=1", NULL};
    static const struct setting_given given[] = {{"workers", "10"}};
    const char *file = "# ours\nworkers = 8;\nlisten = \"[::1]:1\";\nmail: { host = \"xã.example\";\n password = \"bí mật\"; };\n";
    b->from.environment = environment;
    b->from.given = given;
    b->from.given_n = 1;
    assert_true(parse(b, file));
    assert_int_equal(config_int(b->config, "workers"), 10);
    assert_true(config_flag(b->config, "mail.on"));
    assert_true(str_is(config_text(b->config, "mail.host"), "xã.example"));
    assert_true(str_is(config_text(b->config, "mail.password"), "bí mật"));
    struct strbuf out, json;
    size_t at;
    strbuf_init(&out, &b->a, 10000);
    strbuf_init(&json, &b->a, 10000);
    config_explain(b->config, &out);
    config_explain_json(b->config, &json);
    struct str text = strbuf_text(&out);
    assert_true(str_find(text, STR("workers = 10  # command line; Requests"), &at));
    assert_true(str_find(text, STR("listen = \"[::1]:1\"  # dinh.conf:3; "), &at));
    assert_true(str_find(text, STR("mail.on = true  # DINH_MAIL_ON; "), &at));
    assert_true(str_find(text, STR("mail.tls = \"required\"  # default; "), &at));
    assert_true(str_find(text, STR("mail.password = \"…\"  # dinh.conf:5; "), &at));
    assert_true(str_find(text, STR("# DINH_TYPO in the environment is no setting"), &at));
    assert_false(str_find(text, STR("bí mật"), &at));
    assert_false(str_find(strbuf_text(&json), STR("bí mật"), &at));
    assert_true(str_find(strbuf_text(&json), STR("\"name\":\"workers\",\"value\":10,\"from\":\"command line\""), &at));
}

static void refusals_say_where(void **state)
{
    static const struct {
        const char *text, *detail;
    } v[] = {
        {"workers = 8;\nworkres = 9;\n", "dinh.conf:2: workres: there is no such setting"},
        {"\n\nworkers = 0;\n", "dinh.conf:3: workers: must be from 1 to 512"},
        {"workers = \"8\";\n", "dinh.conf:1: workers: must be a whole number"},
        {"workers = 1.5;\n", "dinh.conf:1: workers: must be a whole number"},
        {"listen = 8080;\n", "dinh.conf:1: listen: must be text in quotes"},
        {"mail: { on = 1; };\n", "dinh.conf:1: mail.on: must be true or false"},
        {"mail:\n{ tls = \"maybe\"; };\n", "dinh.conf:2: mail.tls: is none of the words allowed"},
        {"mail = [1, 2];\n", "dinh.conf:1: mail: there is no such setting"},
        {"listen = \"0123456789012345678901234567890123456789x\";\n", "dinh.conf:1: listen: is too long"},
        {"listen = \"\xff\";\n", "dinh.conf:1: listen: has characters that are not UTF-8 text"},
        {"a = 1;\n}{\n", "dinh.conf:2: syntax error"},
        {"@include \"/etc/passwd\"\n", "dinh.conf: file: must be text without NUL and without @include"},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        b->config = NULL;
        assert_false(parse(b, v[i].text));
        assert_int_equal(b->e.code, ERR_BAD_INPUT);
        assert_string_equal(b->e.detail, v[i].detail);
        assert_null(b->config);
    }
}

static void other_sources_are_checked_too(void **state)
{
    struct bench *b = *state;
    static const char *const environment[] = {"DINH_WORKERS=many", NULL};
    static const struct setting_given given[] = {{"mail.tls", "no"}};
    static const struct setting_given unknown[] = {{"mial.tls", "none"}};
    b->from.environment = environment;
    assert_false(parse(b, ""));
    assert_string_equal(b->e.detail, "DINH_WORKERS: workers: must be a whole number");
    b->from.environment = NULL;
    b->from.given = given;
    b->from.given_n = 1;
    assert_false(parse(b, ""));
    assert_string_equal(b->e.detail, "command line: mail.tls: is none of the words allowed");
    b->from.given = unknown;
    assert_false(parse(b, ""));
}

static void files(void **state)
{
    struct bench *b = *state;
    char path[] = "/tmp/dinh-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "workers = 3;\n", 13), 13);
    close(fd);
    b->from.file = path;
    assert_true(config_load(&b->a, &b->from, &b->config, &b->e));
    assert_int_equal(config_int(b->config, "workers"), 3);
    unlink(path);
    assert_true(config_load(&b->a, &b->from, &b->config, &b->e));
    assert_int_equal(config_int(b->config, "workers"), 64);
    b->from.file = "/tmp";
    assert_false(config_load(&b->a, &b->from, &b->config, &b->e));
    assert_int_equal(b->e.code, ERR_IO);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(command_line_over_environment_over_file, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(refusals_say_where, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(other_sources_are_checked_too, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(files, open_bench, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
