// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: what its page files share. */
#ifndef FEATURES_CASE_PAGES_H
#define FEATURES_CASE_PAGES_H
#include "features/cases/case_seal.h"
#include "features/cases/cases.h"
#include "platform/site/site.h"
#include "platform/ui/ui.h"
#include "platform/ui/ui_form.h"

/* The world of a request: rulebook, keys, files. */
struct case_world case_world_of(const struct request *r);

/* A look by the request's viewer. */
struct case_look case_look_of(const struct request *r, struct rd *rd);

/* A command of this feature run through the store with a request's actor. */
struct case_call {
    const struct request *request;
    struct case_world world;
    struct case_key key, other;
    const struct case_new *in;
    const struct case_deed *deed;
    int stars;
    struct str remark;
};
/* Registers without holding a thread meanwhile (http_later): in, and what it
 * borrows, live until the end. */
struct case_sending {
    struct case_call call;
    struct case_new in;
    struct case_reading reading;
    struct store_job *job;
};
void case_register_begin(struct request *r, struct case_sending *s, void (*done)(void *), void *done_arg);
bool case_register_end(const struct case_sending *s, struct case_key *ret, struct err *e);
bool case_run_register(struct request *r, const struct case_new *in, struct case_key *ret, struct err *e);
bool case_run_deed(struct request *r, struct case_key key, const struct case_deed *deed, struct case_key *ret, struct err *e);
bool case_run_rate(struct request *r, struct case_key key, int stars, struct str remark, struct err *e);

/* ---- attachments ---- */

/* The file input for what shows who a person is: in a sealed kind only the holders of her identity open it. */
#define CASE_OWN_FILES "own_files"

/* Moves an upload to DIR/held, encrypted when sealed; it is on disk when this
 * returns. There it waits until its form is sent. */
bool case_file_keep(struct request *r, const struct http_file *f, bool sealed, struct case_file *ret, struct err *e);
/* All uploads of the request, checked (kind, size, number) and kept, added to
 * *files; at the first one that cannot be, *ret_msg says why. */
void case_files_take(struct request *r, bool sealed, struct case_file **files, size_t *n, const char **ret_msg);
/* The list of kept files as a signed text for a hidden field, and back; an
 * altered one, or one of yesterday, gives no files and says so in *ret_msg. */
struct str case_files_sign(const struct request *r, const struct case_file *files, size_t n);
size_t case_files_read(const struct request *r, struct str signed_list, struct case_file files[CASE_FILES_MAX],
                       const char **ret_msg);
/* From DIR/held to where attachments stay, before the matter is registered. Done again it changes nothing. */
bool case_files_place(struct request *r, const struct case_file *files, size_t n, struct err *e);
/* Contents of an attachment, seal opened. At most 10 MB. */
bool case_file_load(const struct request *r, const struct case_file *f, struct str *ret, struct err *e);

/* An attachment as an answer, its contents in out->body. */
bool desk_file_answer(const struct request *r, const struct case_facts *c, const struct case_file *f, struct response *out);

/* The receipt of a matter just registered; code: see case_code.h. */
bool case_show_receipt(struct request *r, struct case_key key, struct str code, enum ui_face face, struct response *out,
                       struct err *e);

/* Words for people. */
const char *case_channel_msg(struct str channel);
const char *case_petitioner_msg(struct str petitioner);
const char *case_relation_msg(struct str relation);
/* The result's name in the reader's language; empty for none. */
struct str case_decision_name(const struct request *r, struct str kind, struct str decision);
enum ui_tone case_state_tone(const struct case_facts *c);
struct str case_link_path(struct arena *a, const char *before, struct case_key k, const char *after);
bool case_key_of(const struct request *r, struct case_key *ret, struct err *e); /* params 0 and 1 */

/* The timeline of a matter: what was done, what runs, what comes. The office's
 * own sees every act and who did it; others the open ones. */
struct case_timeline {
    struct ui_step *v;
    size_t n;
};
bool case_timeline(const struct case_look *l, const struct request *r, const struct case_facts *c, struct case_timeline *ret,
                   struct err *e);
struct ui_deadline case_deadline(const struct request *r, const struct case_facts *c);
#endif
