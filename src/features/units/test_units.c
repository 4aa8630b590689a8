// SPDX-License-Identifier: AGPL-3.0-or-later
/* The embedded tables in a database of its own; search, time, offices, import, pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "features/acts/acts.h"
#include "features/units/unit_rows.h"
#include "platform/assets/assets.h"
#include "platform/site/site.h"
#include "platform/store/test_database.h"

#define KHANH_HOA "2025:P56"
#define PHAN_RANG "2025:22759"
#define DONG_HAI "2025:22780"

struct base {
    char dir[64], url[256];
    struct store *s;
    struct arena a;
    struct rd *rd;
    struct err e;
};

static void check(bool ok, const struct err *e)
{
    if (!ok)
        fail_msg("%s %s: %s", err_word(e->code), e->msg, e->detail);
}

static struct day date(const char *z)
{
    struct day d;
    assert_true(day_parse(str_of(z), &d));
    return d;
}

static int open_base(struct base **ret)
{
    struct base *b = calloc(1, sizeof *b);
    memcpy(b->dir, "/tmp/dinh-units-XXXXXX", 23);
    if (!mkdtemp(b->dir))
        return -1;
    test_database_to(b->url, sizeof b->url, b->dir, "db");
    arena_init(&b->a);
    struct store_options o = {.url = b->url};
    check(store_open(&o, &b->s, &b->e), &b->e);
    const struct migration_file *const files[] = {acts_migrations, units_migrations};
    struct migration list[16];
    size_t n = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (const struct migration_file *m = files[i]; m->name; m++) {
            const struct asset *sql = asset_find(str_of(m->asset));
            list[n++] = (struct migration){m->name, sql->bytes.p, sql->bytes.n};
        }
    }
    check(store_migrate(b->s, list, n, &b->e), &b->e);
    *ret = b;
    return 0;
}

static void close_base(struct base *b)
{
    static const char *const files[] = {"db", "db-wal", "db-shm"};
    char path[128];
    arena_done(&b->a);
    store_close(b->s);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", b->dir, files[i]);
        unlink(path);
    }
    rmdir(b->dir);
    free(b);
}

static int set_up(void **state)
{
    struct base *b;
    if (open_base(&b))
        return -1;
    check(units_load_embedded(b->s, STR("vn"), (struct instant){1000}, &b->e), &b->e);
    check(store_read(b->s, &b->a, &b->rd, &b->e), &b->e);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    close_base(*state);
    return 0;
}

/* ---- what is there ---- */

static size_t count_rows(struct base *b, const char *level, const char *on)
{
    struct unit *list;
    size_t n, sum = 0;
    check(units_children(b->rd, &b->a, STR(""), date(on), &list, &n, &b->e), &b->e);
    if (strcmp(level, "province") == 0)
        return n;
    for (size_t i = 0; i < n; i++) {
        struct unit *below, *low;
        size_t m, k;
        check(units_children(b->rd, &b->a, list[i].id, date(on), &below, &m, &b->e), &b->e);
        for (size_t j = 0; j < m; j++)
            if (str_is(below[j].level, level))
                sum++;
            else {
                check(units_children(b->rd, &b->a, below[j].id, date(on), &low, &k, &b->e), &b->e);
                sum += k;
            }
    }
    return sum;
}

static void test_counts(void **state)
{
    struct base *b = *state;
    assert_int_equal(count_rows(b, "province", "2025-06-30"), 63);
    assert_int_equal(count_rows(b, "district", "2025-06-30"), 696);
    assert_int_equal(count_rows(b, "commune", "2025-06-30"), 10035);
    assert_int_equal(count_rows(b, "province", "2025-07-01"), 34);
    assert_int_equal(count_rows(b, "district", "2025-07-01"), 0);
    assert_int_equal(count_rows(b, "commune", "2025-07-01"), 3321);
    int64_t n;
    check(store_one_int(b->rd, SQL("SELECT count(*) FROM units"), NO_VALS, &n, &b->e), &b->e);
    assert_int_equal(n, 14149);
    check(store_one_int(b->rd, SQL("SELECT count(*) FROM unit_changes"), NO_VALS, &n, &b->e), &b->e);
    assert_int_equal(n, 10665);
    check(store_one_int(b->rd, SQL("SELECT count(*) FROM unit_boundaries"), NO_VALS, &n, &b->e), &b->e);
    assert_int_equal(n, 66);
    check(store_one_int(b->rd, SQL("SELECT count(*) FROM acts WHERE subject = 'units'"), NO_VALS, &n, &b->e), &b->e);
    assert_int_equal(n, 1);
}

static void test_unit(void **state)
{
    struct base *b = *state;
    struct unit u;
    check(units_get(b->rd, &b->a, STR(PHAN_RANG), &u, &b->e), &b->e);
    assert_string_equal(u.name.p, "Phường Phan Rang");
    assert_string_equal(u.path.p, "Tỉnh Khánh Hoà"); /* as the statistics office spells it */
    assert_true(str_is(u.code, "22759"));
    assert_true(str_is(u.parent_id, KHANH_HOA));
    assert_int_equal(u.area_ha, 940);
    assert_int_equal(u.people, 0);
    assert_false(u.remote);
    assert_true(unit_valid(&u, date("2025-07-01")));
    assert_false(unit_valid(&u, date("2025-06-30")));
    check(units_get(b->rd, &b->a, STR("2024:22768"), &u, &b->e), &b->e);
    assert_string_equal(u.path.p, "Thành phố Phan Rang-Tháp Chàm, Tỉnh Ninh Thuận");
    assert_true(unit_valid(&u, date("2025-06-30")));
    assert_false(unit_valid(&u, date("2025-07-01")));
    assert_false(units_get(b->rd, &b->a, STR("2025:99999"), &u, &b->e));
    assert_int_equal(b->e.code, ERR_NOT_FOUND);
    assert_false(units_get(b->rd, &b->a, STR("'; --"), &u, &b->e));
    assert_int_equal(b->e.code, ERR_NOT_FOUND);
    struct unit *above;
    size_t n;
    check(units_above(b->rd, &b->a, STR("2024:22768"), &above, &n, &b->e), &b->e);
    assert_int_equal(n, 2);
    assert_true(str_is(above[1].id, "2024:P58"));
}

static bool names_hold(const struct unit_change *c, size_t n, const char *from)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(c[i].from_name, from))
            return true;
    return false;
}

static void test_changes(void **state)
{
    struct base *b = *state;
    struct unit_change *c;
    struct unit u;
    size_t n;
    check(units_predecessors(b->rd, &b->a, STR(PHAN_RANG), &c, &n, &b->e), &b->e);
    assert_int_equal(n, 4);
    static const char *const from[] = {"Phường Kinh Dinh", "Phường Phủ Hà", "Phường Đài Sơn", "Phường Đạo Long"};
    for (size_t i = 0; i < 4; i++)
        assert_true(names_hold(c, n, from[i]));
    assert_int_equal(day_diff(c[0].date, date("2025-07-01")), 0);
    check(units_successors(b->rd, &b->a, STR("2024:22768"), &c, &n, &b->e), &b->e);
    assert_int_equal(n, 2); /* Đông Hải was divided: Phước Dinh took a part */
    assert_true(c[0].part && c[1].part);
    check(units_successors(b->rd, &b->a, STR("2024:P58"), &c, &n, &b->e), &b->e);
    assert_int_equal(n, 1);
    assert_true(str_is(c[0].to_id, KHANH_HOA));
    check(units_get_on(b->rd, &b->a, STR("2024:P58"), date("2025-07-01"), &u, &b->e), &b->e);
    assert_true(str_is(u.id, KHANH_HOA));
    check(units_get_on(b->rd, &b->a, STR("2024:P58"), date("2025-06-30"), &u, &b->e), &b->e);
    assert_true(str_is(u.id, "2024:P58"));
    assert_false(units_get_on(b->rd, &b->a, STR("2024:22768"), date("2026-01-01"), &u, &b->e));
    assert_int_equal(b->e.code, ERR_NOT_FOUND);
}

/* ---- search ---- */

static struct unit *find(struct base *b, const char *text, const char *level, const char *on, size_t *n)
{
    struct unit *list;
    struct units_query q = {.text = str_of(text), .level = str_of(level), .on = on ? date(on) : DAY_NONE,
                            .today = date("2026-07-25"), .limit = 20};
    check(units_find(b->rd, &b->a, &q, &list, n, &b->e), &b->e);
    return list;
}

static void first_is(struct base *b, const char *text, const char *id)
{
    size_t n;
    struct unit *list = find(b, text, "", NULL, &n);
    if (!n || !str_is(list[0].id, id))
        fail_msg("%s: %.*s instead of %s", text, n ? (int)list[0].id.n : 7, n ? list[0].id.p : "nothing", id);
}

static void test_find(void **state)
{
    struct base *b = *state;
    static const char *const same[] = {"Phan Rang", "PHAN RANG", "phan  rang", "Phường Phan Rang", "phuong phan rang",
                                       "p. phan rang", "phan rang, khánh hòa", "phan rang khanh hoa", "phan ran", "  phan rang "};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        first_is(b, same[i], PHAN_RANG);
    first_is(b, "đông hải khánh hòa", DONG_HAI);
    first_is(b, "Phường Đông Hải, tỉnh Khánh Hòa", DONG_HAI);
    first_is(b, "đông hải ninh thuận", "2024:22768");
    first_is(b, "phường đông hải thành phố phan rang tháp chàm tỉnh ninh thuận", "2024:22768");
    first_is(b, "khanh hoa", KHANH_HOA);
    first_is(b, "ninh thuận", "2024:P58");
    first_is(b, "thap cham phan rang", "2024:D582");
    first_is(b, "Phường 15 Quận 10", "2024:27163");
    first_is(b, "trường sa", "2025:22736");
    size_t n;
    find(b, "", "", NULL, &n);
    assert_int_equal(n, 0);
    find(b, "%_'\"(", "", NULL, &n);
    assert_int_equal(n, 0);
    find(b, "qwxyz", "", NULL, &n);
    assert_int_equal(n, 0);
}

static void all_agree(struct base *b, const char *const *texts, size_t texts_n)
{
    size_t n, m;
    struct unit *want = find(b, texts[0], "", NULL, &n);
    assert_true(n > 1);
    for (size_t i = 1; i < texts_n; i++) {
        struct unit *got = find(b, texts[i], "", NULL, &m);
        assert_int_equal(m, n);
        for (size_t k = 0; k < n; k++)
            assert_true(str_eq(got[k].id, want[k].id));
    }
}

static void test_forms(void **state)
{
    /* composed, decomposed, without tones, in capitals */
    static const char *const names[] = {"Đông Hải", "\xc4\x90o\xcc\x82ng Ha\xcc\x89i", "dong hai", "ĐÔNG HẢI"};
    static const char *const place[] = {"Ninh Hòa", "Ninh Ho\u0300a", "ninh hoa", "NINH HOÀ"};
    all_agree(*state, names, 4);
    all_agree(*state, place, 4);
}

static void test_find_when(void **state)
{
    struct base *b = *state;
    size_t n;
    struct unit *list = find(b, "đông hải", "", NULL, &n);
    bool ended = false;
    for (size_t i = 0; i < n; i++) { /* today's first, then the others */
        assert_false(ended && day_is_none(list[i].valid_to));
        ended |= !day_is_none(list[i].valid_to);
    }
    assert_true(ended);
    list = find(b, "đông hải", "", "2025-07-01", &n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++)
        assert_true(unit_valid(&list[i], date("2025-07-01")));
    list = find(b, "đông hải", "", "2025-06-30", &n);
    assert_int_equal(n, 9); /* Phường Đồng Hải too: tones are not told apart */
    for (size_t i = 0; i < n; i++)
        assert_true(unit_valid(&list[i], date("2025-06-30")));
    list = find(b, "khánh hòa", "province", "2025-06-30", &n);
    assert_int_equal(n, 1);
    assert_true(str_is(list[0].id, "2024:P56"));
    list = find(b, "khánh hòa", "commune", NULL, &n);
    for (size_t i = 0; i < n; i++)
        assert_true(str_is(list[i].level, "commune"));
}

static void test_find_json(void **state)
{
    struct base *b = *state;
    struct strbuf out;
    strbuf_init(&out, &b->a, 10000);
    struct units_query q = {.text = STR("phan rang"), .level = STR("commune"), .on = DAY_NONE, .limit = 1};
    check(units_find_json(b->rd, &b->a, &q, &out, &b->e), &b->e);
    assert_string_equal(strbuf_text(&out).p, "[{\"id\":\"2025:22759\",\"name\":\"Phường Phan Rang\",\"level\":\"commune\","
                                             "\"kind\":\"phường\",\"valid_from\":\"2025-07-01\",\"valid_to\":null}]");
}

/* ---- offices ---- */

static void test_offices(void **state)
{
    struct base *b = *state;
    struct office o, *list;
    size_t n;
    check(units_office(b->rd, &b->a, 202522275901, &o, &b->e), &b->e);
    assert_string_equal(o.name.p, "Ủy ban nhân dân phường Phan Rang");
    assert_string_equal(o.code.p, "22759");
    assert_string_equal(o.kind.p, "committee");
    assert_int_equal(o.parent_office_id, 202510005601);
    assert_true(o.address.n > 0);
    check(units_office(b->rd, &b->a, 202510005615, &o, &b->e), &b->e);
    assert_string_equal(o.name.p, "Sở Nông nghiệp và Môi trường tỉnh Khánh Hoà");
    assert_string_equal(o.code.p, "56.15");
    assert_int_equal(o.parent_office_id, 202510005601);
    check(units_offices(b->rd, &b->a, STR(PHAN_RANG), &list, &n, &b->e), &b->e);
    assert_int_equal(n, 9);
    assert_string_equal(list[0].kind.p, "committee");
    assert_string_equal(list[5].name.p, "Phòng Kinh tế, Hạ tầng và Đô thị phường Phan Rang");
    check(units_offices(b->rd, &b->a, STR("2024:22768"), &list, &n, &b->e), &b->e);
    assert_int_equal(n, 0);
    assert_false(units_office(b->rd, &b->a, 1, &o, &b->e));
    assert_int_equal(b->e.code, ERR_NOT_FOUND);
}

static void test_below(void **state)
{
    struct base *b = *state;
    const int64_t *ids;
    struct office *near;
    size_t n;
    check(units_offices_below(b->rd, &b->a, 202510005601, &ids, &n, &b->e), &b->e);
    assert_int_equal(n, 1 + 14 + 65 * 7); /* itself, reception to service, each commune's committee and what is below it */
    for (size_t i = 1; i < n; i++)
        assert_true(ids[i - 1] < ids[i]);
    check(units_offices_below(b->rd, &b->a, 202522275901, &ids, &n, &b->e), &b->e);
    assert_int_equal(n, 7);
    check(units_offices_below(b->rd, &b->a, 77, &ids, &n, &b->e), &b->e);
    assert_int_equal(n, 1);
    check(units_offices_near(b->rd, &b->a, 202522275901, &near, &n, &b->e), &b->e);
    assert_int_equal(n, 17 + 8 + 64);
    assert_int_equal(near[0].office_id, 202510005601);
    for (size_t i = 0; i < n; i++)
        assert_int_not_equal(near[i].office_id, 202522275901);
}

/* ---- import ---- */

static const char units_head[] = "id,level,kind,name,parent,valid_from,valid_to\n";
static const char changes_head[] = "day,from,to,part\n";

/* Imports over the embedded tables; the detail of the failure, NULL when it is taken. */
static const char *import(struct base *b, const char *units, const char *changes)
{
    struct units_import in = {
        .units_name = STR("u.csv"), .units_text = str_of(units), .changes_name = STR("c.csv"), .changes_text = str_of(changes)};
    if (units_import(b->s, &in, &b->e))
        return NULL;
    assert_int_equal(b->e.code, ERR_BAD_INPUT);
    return b->e.detail;
}

static int64_t act_count(struct base *b)
{
    struct arena a;
    struct rd *rd;
    int64_t n;
    arena_init(&a);
    check(store_read(b->s, &a, &rd, &b->e), &b->e);
    check(store_one_int(rd, SQL("SELECT count(*) FROM acts"), NO_VALS, &n, &b->e), &b->e);
    arena_done(&a);
    return n;
}

struct bad_row {
    const char *row, *says;
};

static void test_bad_units(void **state)
{
    struct base *b = *state;
    static const struct bad_row rows[] = {
        {"2026:1,commune,xã,Xã Mới,2025:P56,2026-01-01,", "u.csv:2: id: is not YEAR:CODE"},
        {"2026:P56,commune,xã,Xã Mới,2025:P56,2026-01-01,", "u.csv:2: level: is not the level of the id"},
        {"2026:22759,commune,xã,Xã Mới,2026:P99,2026-01-01,", "u.csv:2: parent: names a unit that does not exist"},
        {"2026:22759,commune,xã,Xã Mới,2024:P58,2026-01-01,", "u.csv:2: parent: is at no time valid"},
        {"2026:22759,commune,xã,Xã Mới,2025:22759,2026-01-01,", "u.csv:2: parent: is not of a higher level"},
        {"2026:22759,commune,xã,Xã Mới,,2026-01-01,", "u.csv:2: parent: is empty"},
        {"2026:P01,province,tỉnh,Tỉnh Mới,2025:P56,2026-01-01,", "u.csv:2: parent: a province has none"},
        {"2026:22759,commune,xã,Xã Mới,2025:P56,2026-02-30,", "u.csv:2: valid_from: is not a date"},
        {"2026:22759,commune,xã,Xã Mới,2025:P56,2026-02-03,2026-02-02", "u.csv:2: valid_to: is before valid_from"},
        {"2026:22759,commune,xã,,2025:P56,2026-01-01,", "u.csv:2: name: is empty"},
        {"2026:22759,commune,xã,X\xc3\x28,2025:P56,2026-01-01,", "u.csv:2: name: is not clean UTF-8 text"},
        {"2026:22759,commune,xã,Xã Mới,2025:P56,2026-01-01", "u.csv:2: too few fields"},
        {"2026:22759,commune,xã,Xã Mới,2025:P56,2026-01-01,,", "u.csv:2: too many fields"},
        {"2026:22759,commune,xã,\"Xã Mới,2025:P56,2026-01-01,", "u.csv:2: a quoted field is not closed"},
        {"2026:22759,commune,xã,Xã Mới,2025:P56,2026-01-01,\n2026:22759,commune,xã,Xã Mới,2025:P56,2026-01-01,",
         "u.csv:3: id: stands in the file twice"},
        {"2026:22759,village,xã,Xã Mới,2025:P56,2026-01-01,", "u.csv:2: level: is not province, district or commune"},
    };
    char text[1000];
    int64_t before = act_count(b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(text, sizeof text, "%s%s\n2026:00001,commune,xã,Xã Tốt Đẹp,2025:P56,2026-01-01,\n", units_head, rows[i].row);
        const char *said = import(b, text, "");
        if (!said || strncmp(said, rows[i].says, strlen(rows[i].says)) != 0)
            fail_msg("%s: %s", rows[i].row, said ? said : "taken");
    }
    size_t n;
    find(b, "tốt đẹp", "", NULL, &n); /* the good row was not half-imported */
    assert_int_equal(n, 0);
    assert_int_equal(act_count(b), before);
    assert_non_null(import(b, "", ""));
    assert_non_null(import(b, "id,name\n1,2\n", ""));
    assert_non_null(import(b, "id,level,kind,name,parent,valid_from,valid_to,colour\n", ""));
    assert_string_equal(b->e.detail, "u.csv:1: colour: is no column of this table");
}

static void test_bad_changes(void **state)
{
    struct base *b = *state;
    static const struct bad_row rows[] = {
        {"2025-07-01,2024:22768,2025:99999,", "c.csv:2: to: names a unit that does not exist"},
        {"2025-07-01,2024:99999,2025:22759,", "c.csv:2: from: names a unit that does not exist"},
        {"2025-07-02,2024:22768,2025:22759,", "c.csv:2: from: does not end on the day before"},
        {"2025-07-01,2024:22768,2024:22768,", "c.csv:2: to: is the same unit"},
        {"2025-07-01,2024:22768,2024:22759,", "c.csv:2: to: is not valid on that day"},
        {"2025-07-01,2024:22768,2025:22759,2", "c.csv:2: part: is not a number in its range"},
        {",2024:22768,2025:22759,", "c.csv:2: day: is empty"},
    };
    char text[400];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(text, sizeof text, "%s%s\n", changes_head, rows[i].row);
        const char *said = import(b, units_head, text);
        if (!said || strncmp(said, rows[i].says, strlen(rows[i].says)) != 0)
            fail_msg("%s: %s", rows[i].row, said ? said : "taken");
    }
}

/* A reform on top of the country: found at once, with its offices; the same again is nothing. */
static void test_reform(void **state)
{
    struct base *b;
    (void)state;
    assert_int_equal(open_base(&b), 0);
    static const char first[] = "id,level,kind,name,parent,valid_from,valid_to\n"
                                "2030:P56,province,tỉnh,Tỉnh  Biển Xanh ,,2030-01-01,\n"
                                "2030:00001,commune,phường,Phường Ngọc Trai,2030:P56,2030-01-01,\n"
                                "2030:00002,commune,phường,Phường San Hô,2030:P56,2030-01-01,2031-12-31\n"
                                "2032:00003,commune,phường,Phường Ngọc Trai,2030:P56,2032-01-01,\n";
    static const char ended[] = "id,level,kind,name,parent,valid_from,valid_to\n"
                                "2030:00001,commune,phường,Phường Ngọc Trai,2030:P56,2030-01-01,2031-12-31\n";
    static const char change[] = "date,from_id,to_id,share\n2032-01-01,2030:00001,2032:00003,whole\n"
                                 "2032-01-01,2030:00002,2032:00003,part\n";
    static const char patterns[] = "level,kinds,seq,parent,kind,name,hours\nprovince,,1,,committee,A {unit},\n"
                                   "commune,phường,1,^1,committee,B {unit}.,1-5 08:00-17:00\n";
    struct units_import in = {.units_name = STR("u"), .units_text = str_of(first), .changes_name = STR("p"),
                              .changes_text = str_of(patterns)};
    struct office *o;
    struct unit u;
    size_t n;
    check(units_import(b->s, &in, &b->e), &b->e);
    assert_int_equal(in.ret_units, 4);
    check(units_import(b->s, &in, &b->e), &b->e);
    assert_int_equal(in.ret_units + in.ret_changes, 0);
    assert_int_equal(act_count(b), 1);
    in = (struct units_import){.units_name = STR("u"), .units_text = str_of(ended), .changes_name = STR("c"),
                               .changes_text = str_of(change)};
    check(units_import(b->s, &in, &b->e), &b->e);
    assert_int_equal(in.ret_units, 1);
    assert_int_equal(in.ret_changes, 2);
    check(store_read(b->s, &b->a, &b->rd, &b->e), &b->e);
    struct unit *list = find(b, "ngoc trai", "", "2031-12-31", &n);
    assert_int_equal(n, 1);
    assert_true(str_is(list[0].id, "2030:00001"));
    find(b, "ngoc trai", "", "2032-01-01", &n);
    assert_int_equal(n, 1);
    check(units_get(b->rd, &b->a, STR("2030:P56"), &u, &b->e), &b->e);
    assert_string_equal(u.name.p, "Tỉnh Biển Xanh");
    check(units_offices(b->rd, &b->a, STR("2032:00003"), &o, &n, &b->e), &b->e);
    assert_int_equal(n, 1);
    assert_string_equal(o[0].name.p, "B phường Ngọc Trai.");
    assert_int_equal(o[0].parent_office_id, 203010005601);
    close_base(b);
}

static void test_again(void **state)
{
    struct base *b = *state;
    uint64_t before = store_generation(b->s);
    check(units_load_embedded(b->s, STR("vn"), (struct instant){2000}, &b->e), &b->e);
    assert_int_equal(store_generation(b->s), before);
    assert_int_equal(act_count(b), 1);
}

/* ---- pages ---- */

static struct str get(struct base *b, size_t route, const char *param, const char *q, enum lang lang)
{
    struct site site = {.store = b->s, .zone_minutes = 420};
    const struct http_field query[] = {{STR("q"), str_of(q)}};
    struct response p = {0};
    struct arena a;
    arena_init(&a);
    struct request r = {.arena = &a, .app = &site, .method = STR("GET"), .path = STR("/units"), .params = {str_of(param)},
                        .query = query, .query_n = 1, .now = {1784937600000}, .lang = lang, .zone_minutes = 420};
    check(units_routes[route].handler(&r, &p, &b->e), &b->e);
    assert_int_equal(p.status, 200);
    struct str body = str_copy(&b->a, p.body);
    arena_done(&a);
    return body;
}

static bool has(struct str s, const char *part)
{
    size_t at;
    return str_find(s, str_of(part), &at);
}

static void keep_page(const char *name, enum lang lang, struct str s)
{
    const char *dir = getenv("UI_PAGES");
    if (!dir)
        return;
    char file[512];
    snprintf(file, sizeof file, "%s/unit-%s-%s.html", dir, name, lang_tag(lang));
    FILE *f = fopen(file, "wb");
    assert_non_null(f);
    fwrite(s.p, 1, s.n, f);
    fclose(f);
}

static void test_pages(void **state)
{
    struct base *b = *state;
    static const struct {
        const char *name, *param, *q;
        size_t route, max;
    } pages[] = {
        {"list", "", "", 0, 12000},         {"commune", PHAN_RANG, "", 1, 31000}, {"province", KHANH_HOA, "", 1, 33000},
        {"old", "2024:22768", "", 1, 9000}, {"search", "", "phan rang", 2, 9000}, {"nothing", "", "qwxyz", 2, 7000},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        for (int lang = 0; lang < LANGS; lang++) {
            struct str s = get(b, pages[i].route, pages[i].param, pages[i].q, (enum lang)lang);
            keep_page(pages[i].name, (enum lang)lang, s);
            if (s.n > pages[i].max)
                fail_msg("%s: %zu bytes", pages[i].name, s.n);
            assert_true(has(s, "<h1"));
            assert_false(has(s, "unit."));
        }
    struct str s = get(b, 1, PHAN_RANG, "", LANG_VI);
    assert_true(has(s, "Kinh Dinh"));
    assert_true(has(s, "class=\"here\""));
    assert_true(has(s, "/submit?office=202522275901"));
    s = get(b, 2, "", "ninh thuận", LANG_VI);
    assert_true(has(s, "/units/2025:P56"));
    s = get(b, 4, PHAN_RANG, "", LANG_VI);
    assert_true(has(s, "\"predecessors\":[{\"id\":\"2024:"));
}

int main(void)
{
    i18n_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),      cmocka_unit_test(test_unit),        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_find),        cmocka_unit_test(test_forms),       cmocka_unit_test(test_find_when),
        cmocka_unit_test(test_find_json),   cmocka_unit_test(test_offices),     cmocka_unit_test(test_below),
        cmocka_unit_test(test_bad_units),   cmocka_unit_test(test_bad_changes), cmocka_unit_test(test_again),
        cmocka_unit_test(test_pages),       cmocka_unit_test(test_reform),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
