// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_access.h"

enum { WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER };

static bool is_her_own(const struct viewer *v, const struct case_facts *c)
{
    return v->track_case && v->track_case == c->key.case_id && v->track_office == c->key.office_id;
}

static bool has_it_in_hand(const struct viewer *v, const struct case_facts *c)
{
    return v->user_id && (c->assigned_to == v->user_id || c->created_by == v->user_id);
}

bool case_may_read_register(const struct viewer *v, int64_t office_id)
{
    return viewer_may(v, office_id, WORKERS | ROLE_SUPERVISOR);
}

int64_t case_own_only(const struct viewer *v, int64_t office_id)
{
    return !case_may_read_register(v, office_id) && viewer_may(v, office_id, ROLE_HAMLET) ? v->user_id : 0;
}

bool case_may_see(const struct viewer *v, const struct case_facts *c)
{
    if (v->system)
        return true;
    if (c->barred)
        return false;
    if (is_her_own(v, c) || c->on_team || c->above)
        return true;
    if (c->sealed)
        return viewer_may(v, c->key.office_id, ROLE_LEADER | ROLE_SUPERVISOR) ||
               (has_it_in_hand(v, c) && viewer_may(v, c->key.office_id, WORKERS)) ||
               /* until somebody is named, intake must be able to deal with it */
               (!c->assigned_to && day_is_none(c->closed) && viewer_may(v, c->key.office_id, ROLE_RECEPTION));
    return viewer_may(v, c->key.office_id, WORKERS | ROLE_SUPERVISOR) ||
           (has_it_in_hand(v, c) && viewer_has(v, ROLE_HAMLET));
}

bool case_may_see_identity(const struct viewer *v, const struct case_facts *c)
{
    if (!case_may_see(v, c))
        return false;
    if (v->system || is_her_own(v, c) || has_it_in_hand(v, c))
        return true;
    if (!c->sealed)
        return viewer_may(v, c->key.office_id, WORKERS | ROLE_SUPERVISOR);
    return viewer_may(v, c->key.office_id, ROLE_LEADER);
}
