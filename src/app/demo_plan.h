// SPDX-License-Identifier: AGPL-3.0-or-later
/* The plan of a demonstration year: which matters come when, to which office,
 * and what is done with each on which day. Pure: a function of the tables
 * (demo/vn), the rulebook, the offices, the seed and the instant at which the
 * year ends. Columns of the tables: demo/README.md. Everything lives in the
 * arena passed in. */
#ifndef APP_DEMO_PLAN_H
#define APP_DEMO_PLAN_H
#include "app/demo_tables.h"
#include "features/rules/rules.h"

/* ---- random numbers that are the same everywhere ---- */

/* SplitMix64 (Steele, Lea, Flood, 2014). */
struct demo_dice {
    uint64_t state;
};
uint64_t demo_roll(struct demo_dice *d);
/* A number from low to high, both included. */
int64_t demo_between(struct demo_dice *d, int64_t low, int64_t high);
/* Dice of their own for one thing, by number. */
struct demo_dice demo_dice_for(uint64_t seed, uint64_t thing);

/* ---- offices: filled by the caller, communes first ---- */

enum { DEMO_ROLES = 3 }; /* reception, settling, leader */
struct demo_office {
    int64_t office_id, people;
    struct str unit, code, unit_name, unit_kind, name;
    bool remote, commune;
    const struct demo_area *area; /* of the commune; NULL elsewhere */
    int64_t account[DEMO_ROLES];
    struct str account_name[DEMO_ROLES];
};

/* ---- the plan ---- */

struct demo_question {
    const struct demo_tables *tables;
    const struct rulebook *rules;
    const struct demo_office *offices;
    size_t offices_n, communes_n, home, province; /* home, province: places in the list */
    int64_t cases;
    uint64_t seed;
    struct instant end;
    int zone_minutes;
};

enum { DEMO_NONE = -1 };
struct demo_slot {
    const struct demo_course *course;
    const struct demo_matter *matter;
    struct str procedure, petitioner, channel, state; /* state: where the plan leaves it */
    int office, place;    /* places in the list of offices; place: the commune it is about */
    int made_by, base;    /* slots: sent on from, joined to; DEMO_NONE */
    int64_t people;
    struct day received;
    struct instant at;    /* of registration */
    uint64_t seed, story; /* story: the same for matters that tell the same */
};

enum { DEMO_REGISTER = -1 };
struct demo_event {
    struct instant at;
    int slot, step; /* step: of the course, or DEMO_REGISTER */
    int makes;      /* slot that it makes elsewhere, or DEMO_NONE */
    int order;
};

struct demo_plan {
    struct demo_slot *slots;
    struct demo_event *events; /* by time */
    size_t slots_n, slots_room, events_n, events_room;
};
/* Dates by the rulebook's calendar; nothing lies after the end. ERR_BAD_INPUT
 * when a course does not fit the rulebook. */
bool demo_plan_make(struct arena *a, const struct demo_question *q, struct demo_plan *ret, struct err *e);
#endif
