// SPDX-License-Identifier: AGPL-3.0-or-later
/* Who is asking: passed to every look-up and every command. Permission is
 * enforced in the stores with it, not remembered in pages. */
#ifndef PLATFORM_VIEWER_H
#define PLATFORM_VIEWER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* What somebody may be; a set, as bits. */
enum role {
    ROLE_CITIZEN = 1 << 0,
    ROLE_HAMLET = 1 << 1,      /* hamlet head: acts for people who cannot */
    ROLE_RECEPTION = 1 << 2,   /* registers, classifies, guides, forwards */
    ROLE_SETTLING = 1 << 3,    /* verifies, drafts answers */
    ROLE_LEADER = 1 << 4,      /* approves, signs, publishes, signs reviews off */
    ROLE_SUPERVISOR = 1 << 5,  /* reads, never changes */
    ROLE_STEERING = 1 << 6,    /* figures of an office and its subtree */
    ROLE_ADMIN = 1 << 7,       /* accounts and rules; no case contents */
};
#define ROLES_ALL 8
const char *role_word(enum role r);              /* "reception" */
bool role_parse(struct str s, enum role *ret_r);

/* One grant: a set of roles in one office, or in it and all below it. */
struct grant {
    int64_t office_id;
    uint32_t roles;
    bool subtree;
    /* offices of the subtree, sorted; filled when the session is read */
    const int64_t *below;
    size_t below_n;
};

/* user_id 0: nobody signed in. system: the program itself (imports, jobs). */
struct viewer {
    int64_t user_id;
    struct str name;       /* display name of the account */
    bool system;
    struct grant grants[8];
    size_t grants_n;
    /* a matter opened by its tracking code in this session */
    int64_t track_office, track_case;
};

#define VIEWER_PUBLIC ((struct viewer){0})
#define VIEWER_SYSTEM ((struct viewer){.system = true})

/* Has the viewer one of these roles in that office? Cost: no query. */
bool viewer_may(const struct viewer *v, int64_t office_id, uint32_t roles);
/* In any office at all. */
bool viewer_has(const struct viewer *v, uint32_t roles);
/* The first office in which the viewer has one of these roles; 0 when none. */
int64_t viewer_office(const struct viewer *v, uint32_t roles);
#endif
