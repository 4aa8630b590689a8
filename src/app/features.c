// SPDX-License-Identifier: AGPL-3.0-or-later
#include "app/features.h"

#include "app/pages.h"
#include "features/acts/acts.h"
#include "features/amend/amend.h"
#include "features/cases/cases.h"
#include "features/deadlines/deadlines.h"
#include "features/documents/documents.h"
#include "features/people/people.h"
#include "features/portal/portal.h"
#include "features/reception/reception.h"
#include "features/review/review.h"
#include "features/rules/rules.h"
#include "features/units/units.h"
#include "features/vault/vault.h"
#include "platform/jobs/jobs.h"
#include "platform/mail/mail.h"

const struct route *const app_routes[] = {
    app_own_routes, portal_routes, units_routes, people_routes, rules_routes, cases_routes, documents_routes,
    reception_routes, deadlines_routes, amend_routes, review_routes, NULL,
};

const struct case_mover app_movers[] = {{document_move}, {reception_move}, {NULL}};

const struct migration_file *const app_migrations[] = {
    jobs_migrations, mail_migrations, acts_migrations, units_migrations, people_migrations, rules_migrations, vault_migrations,
    cases_migrations, documents_migrations, reception_migrations, deadlines_migrations,
    review_migrations, NULL,
};
