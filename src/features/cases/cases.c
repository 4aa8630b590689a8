// SPDX-License-Identifier: AGPL-3.0-or-later
/* The index of the folder: migrations and routes. */
#include "features/cases/cases.h"

#include "features/cases/case_desk.h"
#include "features/cases/case_mine.h"
#include "features/cases/case_submit.h"
#include "features/cases/case_talk_pages.h"
#include "features/cases/case_track.h"
#include "features/cases/denounce_pages.h"

const struct migration_file cases_migrations[] = {
    {"cases/001", "src/features/cases/001_cases.sql"},
    {"cases/002", "src/features/cases/002_clocks.sql"},
    {"cases/003", "src/features/cases/003_denounce.sql"},
    {"cases/010", "src/features/cases/010_owners.sql"},
    {"cases/011", "src/features/cases/011_queue.sql"},
    {"cases/012", "src/features/cases/012_enforcement.sql"},
    {"cases/013", "src/features/cases/013_looked_up.sql"},
    {"cases/014", "src/features/cases/014_marks.sql"},
    {"cases/016", "src/features/cases/016_talk.sql"},
    {"cases/017", "src/features/cases/017_moved.sql"},
    {"cases/018", "src/features/cases/018_time_bar.sql"},
    {NULL, NULL},
};

enum {
    WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER,
    INTAKE = WORKERS | ROLE_HAMLET,
    READERS = INTAKE | ROLE_SUPERVISOR,
    OFFICIALS = READERS | ROLE_STEERING | ROLE_ADMIN,
};

const struct route cases_routes[] = {
    {"GET", "/submit", submit_start_get, 0, 0, NULL, "where to hand in a matter, and which kind it is"},
    {"GET", "/submit/new", submit_form_get, 0, 0, NULL, "the form of a kind"},
    {"POST", "/submit/check", submit_check_post, 0, ROUTE_UPLOADS, submit_fields, "what was typed, to be checked"},
    {"POST", "/submit/send", submit_send_post, 0, ROUTE_LATER, submit_fields, "registers the matter; answers with the receipt"},
    {"GET", "/track", track_start_get, 0, 0, NULL, "asks for the tracking code"},
    {"POST", "/track", track_start_post, 0, ROUTE_STRICT_RATE, NULL, "opens the matter of a tracking code"},
    {"GET", "/track/matter", track_page_get, 0, 0, NULL, "the timeline, the clock and the answer, for who has the code"},
    {"POST", "/track/act", track_act_post, 0, 0, NULL, "withdraws, reopens, or goes to the second instance"},
    {"GET", "/track/talk", talk_track_get, 0, 0, NULL, "what she and the office wrote to each other"},
    {"POST", "/track/talk", talk_track_post, 0, 0, NULL, "writes to the office, without a name"},
    {"POST", "/track/rate", track_rate_post, 0, 0, NULL, "rates the answer"},
    {"POST", "/track/leave", track_leave_post, 0, 0, NULL, "forgets the matter in this browser"},
    {"GET", "/track/files/:office/:case/:no", desk_file_get, 0, 0, NULL, "an attachment, for who has the code"},
    {"GET", "/account/matters", mine_get, ROLE_CITIZEN, 0, NULL, "what a citizen handed in while signed in"},
    {"POST", "/account/matters", mine_open_post, ROLE_CITIZEN, 0, NULL, "opens one of them, as its code would"},
    {"GET", "/published", public_list_get, 0, ROUTE_SHARED, NULL, "published results, searchable"},
    {"GET", "/published/:office/:case", public_page_get, 0, ROUTE_SHARED, NULL, "one published result with its timeline"},
    {"GET", "/units/:id/published", public_unit_get, 0, ROUTE_SHARED, NULL, "published results of a unit's office"},
    {"GET", "/desk", desk_queue_get, OFFICIALS, 0, NULL, "the queue, nearest deadline first"},
    {"GET", "/desk/search", desk_queue_get, READERS, 0, NULL, "matters of the register that hold the words"},
    {"GET", "/desk/intake", desk_intake_get, INTAKE, 0, NULL, "registers a paper petition at the counter"},
    {"POST", "/desk/intake", desk_intake_post, INTAKE, ROUTE_UPLOADS, NULL, "saves it, after showing what looks the same"},
    {"GET", "/desk/cases/:office/:case", desk_case_get, READERS, 0, NULL, "a matter and what may be done with it"},
    {"POST", "/desk/cases/:office/:case", desk_case_post, WORKERS, 0, NULL, "takes an action of the rulebook"},
    {"GET", "/desk/below", denounce_below_get, ROLE_LEADER, 0, NULL, "denunciations that are overdue in the offices right below"},
    {"GET", "/desk/cases/:office/:case/file", denounce_file_get, READERS, 0, NULL, "a denunciation: accused, team, papers, duties"},
    {"POST", "/desk/cases/:office/:case/file", denounce_file_post, WORKERS, 0, NULL, "takes an action of that file"},
    {"POST", "/desk/cases/:office/:case/open", denounce_open_post, WORKERS, ROUTE_STRICT_RATE, NULL,
     "opens the denouncer's identity with holders' own secrets; an act names the reason"},
    {"POST", "/desk/cases/:office/:case/held", denounce_held_post, WORKERS, 0, NULL,
     "an attachment that shows who denounced, for who has just opened it"},
    {"GET", "/desk/cases/:office/:case/talk", talk_desk_get, WORKERS, 0, NULL, "what she and the office wrote to each other"},
    {"POST", "/desk/cases/:office/:case/talk", talk_desk_post, WORKERS, 0, NULL, "writes to her, or notes that hers was read"},
    {"GET", "/desk/cases/:office/:case/publish", desk_publish_get, WORKERS, 0, NULL, "chooses what of the result is public"},
    {"POST", "/desk/cases/:office/:case/publish", desk_publish_post, WORKERS, 0, NULL, "previews it, then publishes"},
    {"GET", "/desk/files/:office/:case/:no", desk_file_get, READERS, 0, NULL, "an attachment"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};
