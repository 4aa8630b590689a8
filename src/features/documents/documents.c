// SPDX-License-Identifier: AGPL-3.0-or-later
/* The index of the folder: migrations and routes. */
#include "features/documents/document_pages.h"

const struct migration_file documents_migrations[] = {
    {"documents/001", "src/features/documents/001_documents.sql"},
    {NULL, NULL},
};

enum { WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER, READERS = WORKERS | ROLE_SUPERVISOR };

const struct route documents_routes[] = {
    {"GET", "/desk/cases/:office/:case/documents", document_case_get, READERS, 0, NULL, "documents of a matter, and forms for a new one"},
    {"POST", "/desk/cases/:office/:case/documents", document_case_post, WORKERS, 0, NULL, "begins a draft of a form"},
    {"GET", "/desk/documents", document_register_get, READERS, 0, NULL, "the register of what an office issued, searchable"},
    {"POST", "/desk/documents", document_register_post, WORKERS, 0, NULL, "begins a draft that belongs to no matter"},
    {"GET", "/desk/documents/register.csv", document_csv_get, READERS, 0, NULL, "the register of a year as CSV"},
    {"GET", "/desk/documents/:office/:id", document_edit_get, READERS, 0, NULL, "a draft with its preview, or what was issued"},
    {"POST", "/desk/documents/:office/:id", document_edit_post, WORKERS, 0, NULL, "saves, issues, drops, revokes or corrects it"},
    {"GET", "/desk/documents/:office/:id/print", document_sheet_get, READERS, 0, NULL, "the document as a sheet to print"},
    {"GET", "/desk/documents/:office/:id/pdf", document_pdf_get, READERS, 0, NULL, "the PDF as it was issued"},
    {"GET", "/track/documents", document_track_get, 0, 0, NULL, "what was issued to who has the tracking code"},
    {"GET", "/track/documents/:office/:id", document_track_sheet_get, 0, 0, NULL, "one of them as a sheet"},
    {"GET", "/track/documents/:office/:id/pdf", document_track_pdf_get, 0, 0, NULL, "one of them as PDF"},
    {"GET", "/verify", document_verify_get, 0, 0, NULL, "asks for the code that is printed on a document"},
    {"POST", "/verify", document_verify_post, 0, ROUTE_UPLOADS | ROUTE_STRICT_RATE, document_verify_fields,
     "compares a file or a digest with what was issued; keeps neither"},
    {"GET", "/verify/:code", document_verify_code_get, 0, 0, NULL, "which office issued it, when, and whether it still holds"},
    {NULL, NULL, NULL, 0, 0, NULL, NULL},
};
