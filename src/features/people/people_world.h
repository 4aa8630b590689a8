// SPDX-License-Identifier: AGPL-3.0-or-later
/* The inside of struct people, and what this folder's files share. */
#ifndef FEATURES_PEOPLE_WORLD_H
#define FEATURES_PEOPLE_WORLD_H
#include <pthread.h>

#include "features/people/people.h"
#include "platform/auth/password.h"
#include "platform/auth/session.h"

enum { PEOPLE_SUBTREES = 64, PEOPLE_TOUCHED = 512 };
enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };
enum {
    SESSION_IDLE_MS = 8 * HOUR_MS,    /* a working day without a click */
    SESSION_LIFE_MS = 24 * HOUR_MS,   /* whatever is clicked */
    SESSION_HALF_MS = 5 * MINUTE_MS,  /* to type the second factor */
    SESSION_TOUCH_MS = 5 * MINUTE_MS, /* how exactly "last seen" is kept */
    SUBTREE_KEPT_MS = 10 * 1000,
};

/* Offices below one, as last read. */
struct subtree {
    int64_t office_id;
    struct instant read;
    uint64_t generation;
    struct arena arena;
    const int64_t *ids; /* sorted */
    size_t n;
};

struct touched {
    struct digest hash;
    struct instant seen;
};

struct people {
    struct arena arena; /* where this struct itself lives */
    struct store *store;
    const struct keys *keys;
    struct passwords *passwords;
    people_below_fn *below;
    pthread_mutex_t lock; /* of what follows */
    struct subtree subtrees[PEOPLE_SUBTREES];
    struct touched touched[PEOPLE_TOUCHED];
    size_t touched_n;
};
#endif
