// SPDX-License-Identifier: AGPL-3.0-or-later
/* Reception of citizens (tiếp công dân): the register of visits, the days on
 * which the head of an office receives, booking, the queue of a day, answers in
 * time, results passed on, promises. Numbers and limits are the rulebook's
 * (register "reception"). Commands check the actor's right in the office and
 * record an act each; figures of form 01/TCD come out of those acts. */
#ifndef FEATURES_RECEPTION_H
#define FEATURES_RECEPTION_H
#include "features/cases/cases.h"

extern const struct migration_file reception_migrations[];
extern const struct route reception_routes[];

enum { RECEPTION_WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER, RECEPTION_LISTED = 200, RECEPTION_CODE = 12 };

/* ---- days of the leader ---- */

struct reception_day {
    int64_t office_id, day_no, places, booked, moved_to, version;
    struct day planned, day, posted;
    struct str kind;      /* "periodic", "urgent" */
    struct str state;     /* "posted", "held", "nobody", "cancelled", "moved" */
    struct str by;        /* "leader", "delegate" */
    struct str leader, delegate, starts, ends, place, content, reason;
};
/* Announces a day. Moves it to the next working day when it falls on a day off.
 * A periodic day announced later than the law asks needs a reason: else
 * ERR_BAD_INPUT "err.reception.notice". */
bool reception_post(const struct case_doing *d, const struct reception_day *in, int64_t *ret_no, struct err *e);

/* hold and nobody: how it went, on the day or after; delegate: who receives
 * instead, and why; move: to another day, with a reason (the announcement stays,
 * bookings go along); cancel: with a reason. */
struct reception_change {
    int64_t office_id, day_no, version;
    struct str action, who, reason;
    struct day to;
};
bool reception_change(const struct case_doing *d, const struct reception_change *in, struct err *e);

struct reception_days {
    struct reception_day *v;
    size_t n;
};
struct reception_range {
    int64_t office_id;
    struct day from, to;
};
/* By day. Everybody may know them. */
bool reception_days(struct rd *rd, struct arena *a, const struct reception_range *range, struct reception_days *ret, struct err *e);

/* What the law asks of a level in a range, and what was announced and held. */
struct reception_tally {
    int64_t required, posted, held, by_leader, late_notices;
    const struct rule_value *rule; /* of the last day of the range; NULL when the law asks nothing */
};
struct reception_tally reception_tally(const struct rulebook *b, const struct reception_range *range,
                                       const struct reception_days *days);

/* ---- visits ---- */

struct reception_visit {
    int64_t office_id, visit_no, day_no, matter, case_id, people, created_by, version;
    struct day day, answered, step_start, due;
    struct str number, kind, speakers, name, address, id_number, phone, content, history, request, sender;
    struct str state, outcome, ground, answer, step, due_rule;
};
/* A visit; earlier: another visit on the same matter, 0 none. A group names its
 * representatives, as many as the law allows; ground: turned away. ERR_BAD_INPUT
 * "err.reception.*" says what is missing. case_id: what was handed in; never a
 * sealed matter ("err.reception.sealed"): the register is open to the office. */
struct reception_new {
    struct reception_visit visit;
    struct str office_code;
    int64_t earlier;
};
bool reception_register(const struct case_doing *d, const struct reception_new *in, int64_t *ret_no, struct err *e);

/* What follows: "answer" with an outcome; "result": the result came back from
 * where it was forwarded; "told": the open duty (to the sender, to the person)
 * is done. */
struct reception_deed {
    int64_t office_id, visit_no, version;
    struct str action, outcome, text;
};
bool reception_do(const struct case_doing *d, const struct reception_deed *in, struct err *e);

struct reception_visits {
    struct reception_visit *v;
    size_t n;
};
/* Those of a day range, newest first; due: only those whose limit runs, by due
 * day; name: only of that person. At most RECEPTION_LISTED. */
struct reception_query {
    struct reception_range range;
    bool due;
    struct str name;
};
bool reception_visits(const struct case_look *l, const struct reception_query *q, struct reception_visits *ret, struct err *e);
bool reception_visit(const struct case_look *l, int64_t office_id, int64_t visit_no, struct reception_visit *ret, struct err *e);

#include "features/reception/reception_desk.h"

/* Part of the command that moves a matter to the sealed side (case_move.h). */
enum { RECEPTION_MOVED_MAX = 64 };
bool reception_move(const struct case_doing *d, struct case_key key, struct err *e);
#endif
