// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/auth/viewer.h"

static const struct role_name {
    enum role role;
    const char *word;
} role_names[ROLES_ALL] = {
    {ROLE_CITIZEN, "citizen"},       {ROLE_HAMLET, "hamlet"},     {ROLE_RECEPTION, "reception"}, {ROLE_SETTLING, "settling"},
    {ROLE_LEADER, "leader"},         {ROLE_SUPERVISOR, "supervisor"}, {ROLE_STEERING, "steering"},   {ROLE_ADMIN, "admin"},
};

const char *role_word(enum role r)
{
    for (size_t i = 0; i < ROLES_ALL; i++)
        if (role_names[i].role == r)
            return role_names[i].word;
    return "";
}

bool role_parse(struct str s, enum role *ret_r)
{
    for (size_t i = 0; i < ROLES_ALL; i++)
        if (str_is(s, role_names[i].word)) {
            *ret_r = role_names[i].role;
            return true;
        }
    return false;
}

/* Binary search: a province's subtree has thousands of offices. */
static bool among(const int64_t *ids, size_t n, int64_t id)
{
    size_t from = 0;
    while (from < n) {
        size_t at = from + (n - from) / 2;
        if (ids[at] == id)
            return true;
        if (ids[at] < id)
            from = at + 1;
        else
            n = at;
    }
    return false;
}

bool viewer_may(const struct viewer *v, int64_t office_id, uint32_t roles)
{
    if (v->system)
        return true;
    for (size_t i = 0; i < v->grants_n; i++) {
        const struct grant *g = &v->grants[i];
        if (!(g->roles & roles))
            continue;
        if (g->office_id == office_id || (g->subtree && among(g->below, g->below_n, office_id)))
            return true;
    }
    return false;
}

bool viewer_has(const struct viewer *v, uint32_t roles)
{
    if (v->system)
        return true;
    for (size_t i = 0; i < v->grants_n; i++)
        if (v->grants[i].roles & roles)
            return true;
    return false;
}

int64_t viewer_office(const struct viewer *v, uint32_t roles)
{
    for (size_t i = 0; i < v->grants_n; i++)
        if (v->grants[i].roles & roles)
            return v->grants[i].office_id;
    return 0;
}
