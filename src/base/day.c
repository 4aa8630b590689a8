// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/day.h"

#include <time.h>

enum { MS_DAY = 86400000, MS_MINUTE = 60000 };

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days from civil, after Howard Hinnant's "chrono-compatible low-level date
 * algorithms": the year starts in March, so that the leap day is its last. */
static int32_t serial(int y, int m, int d)
{
    y -= m <= 2;
    int era = (int)floor_div(y, 400);
    int yoe = y - era * 400;
    int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void day_parts(struct day day, int *ret_year, int *ret_month, int *ret_dom)
{
    int64_t z = (int64_t)day.n + 719468;
    int64_t era = floor_div(z, 146097);
    int doe = (int)(z - era * 146097);
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int m = mp + (mp < 10 ? 3 : -9);
    *ret_dom = doy - (153 * mp + 2) / 5 + 1;
    *ret_month = m;
    *ret_year = (int)(yoe + era * 400 + (m <= 2));
}

bool day_of(int year, int month, int dom, struct day *ret_day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || dom < 1 || dom > 31)
        return false;
    struct day d = {serial(year, month, dom)};
    int y, m, k;
    day_parts(d, &y, &m, &k);
    if (y != year || m != month || k != dom)
        return false;
    *ret_day = d;
    return true;
}

int day_weekday(struct day d)
{
    return (int)(((int64_t)d.n + 3) % 7 + 7) % 7 + 1;
}

struct day day_add_months(struct day d, int months)
{
    int y, m, k;
    day_parts(d, &y, &m, &k);
    int64_t total = (int64_t)y * 12 + (m - 1) + months;
    y = (int)floor_div(total, 12);
    m = (int)(total - (int64_t)y * 12) + 1;
    struct day to = {0};
    while (k > 28 && !day_of(y, m, k, &to))
        k--;
    return (struct day){serial(y, m, k)};
}

static bool digits(struct str s, size_t from, size_t n, int *ret_value)
{
    int64_t v;
    if (s.n < from + n || !str_int(str_cut(s, from, n), &v) || v < 0)
        return false;
    *ret_value = (int)v;
    return true;
}

bool day_parse(struct str s, struct day *ret_day)
{
    int y, m, d;
    return s.n == 10 && s.p[4] == '-' && s.p[7] == '-' && digits(s, 0, 4, &y) &&
           digits(s, 5, 2, &m) && digits(s, 8, 2, &d) && day_of(y, m, d, ret_day);
}

/* n as `width` digits; pages are full of dates, and snprintf is slow. */
static void put_digits(char *out, unsigned n, int width)
{
    for (int i = width; i-- > 0; n /= 10)
        out[i] = (char)('0' + n % 10);
}

char *day_format(struct day d, char out[11])
{
    int y, m, k;
    out[0] = 0;
    if (day_is_none(d))
        return out;
    day_parts(d, &y, &m, &k);
    put_digits(out, (unsigned)y, 4);
    put_digits(out + 5, (unsigned)m, 2);
    put_digits(out + 8, (unsigned)k, 2);
    out[4] = out[7] = '-';
    out[10] = 0;
    return out;
}

struct day instant_day(struct instant t, int offset_minutes)
{
    return (struct day){(int32_t)floor_div(t.ms + (int64_t)offset_minutes * MS_MINUTE, MS_DAY)};
}

int instant_minute_of_day(struct instant t, int offset_minutes)
{
    int64_t local = t.ms + (int64_t)offset_minutes * MS_MINUTE;
    return (int)((local - floor_div(local, MS_DAY) * MS_DAY) / MS_MINUTE);
}

struct instant instant_of(struct day d, int minute_of_day, int offset_minutes)
{
    return (struct instant){(int64_t)d.n * MS_DAY + (int64_t)(minute_of_day - offset_minutes) * MS_MINUTE};
}

/* "Z" or "+07:00" into minutes. */
static bool zone_parse(struct str s, int *ret_minutes)
{
    int h, m;
    if (str_is(s, "Z")) {
        *ret_minutes = 0;
        return true;
    }
    if (s.n != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':')
        return false;
    if (!digits(s, 1, 2, &h) || !digits(s, 4, 2, &m) || h > 14 || m > 59)
        return false;
    *ret_minutes = (s.p[0] == '-' ? -1 : 1) * (h * 60 + m);
    return true;
}

bool instant_parse(struct str s, struct instant *ret_t)
{
    struct day d;
    int h, m, sec, zone;
    if (!day_parse(str_cut(s, 0, 10), &d))
        return false;
    if (s.n == 10) {
        *ret_t = instant_of(d, 12 * 60, 0);
        return true;
    }
    if (s.n < 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':')
        return false;
    if (!digits(s, 11, 2, &h) || !digits(s, 14, 2, &m) || !digits(s, 17, 2, &sec))
        return false;
    if (h > 23 || m > 59 || sec > 59 || !zone_parse(str_cut(s, 19, s.n), &zone))
        return false;
    *ret_t = instant_of(d, h * 60 + m, zone);
    ret_t->ms += sec * 1000;
    return true;
}

char *instant_format(struct instant t, char out[21])
{
    int minute = instant_minute_of_day(t, 0);
    int second = (int)(floor_div(t.ms, 1000) - floor_div(t.ms, MS_MINUTE) * 60);
    day_format(instant_day(t, 0), out);
    put_digits(out + 11, (unsigned)minute / 60, 2);
    put_digits(out + 14, (unsigned)minute % 60, 2);
    put_digits(out + 17, (unsigned)second, 2);
    out[10] = 'T';
    out[13] = out[16] = ':';
    out[19] = 'Z';
    out[20] = 0;
    return out;
}

struct instant instant_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (struct instant){(int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000};
}
