// SPDX-License-Identifier: AGPL-3.0-or-later
/* Include review.h. The work on a review: an office prepares it, explains the
 * checks that fail, its leader freezes it; who stands above sees who has sent and
 * adds up what was frozen. What is frozen is never changed: a correction is a new
 * version with its reason. Each step is an act on the subject "review". */
#ifndef FEATURES_REVIEW_WORK_H
#define FEATURES_REVIEW_WORK_H
#include "features/review/review.h"

extern const struct migration_file review_migrations[];

enum { REVIEW_WORKERS = ROLE_RECEPTION | ROLE_SETTLING | ROLE_LEADER };
/* A remark or a reason: characters; bytes. */
enum { REVIEW_TEXT_CHARS = 1000, REVIEW_TEXT_MAX = 4000, REVIEW_BYTES_MAX = 4 << 20 };

struct review_sheet {
    int64_t office_id, review_no, version;
    bool below, frozen;
    struct day from, to, send_by, as_of; /* send_by: DAY_NONE when none is set; as_of: when frozen */
    struct str period, reason, preparer, number, signer; /* number, signer: when frozen */
    struct instant prepared_at, frozen_at;
    struct digest digest;
    int64_t entries_upto;                /* the last entry that it took in, when frozen */
};
struct review_sheets {
    struct review_sheet *v;
    size_t n;
};
struct review_remark {
    struct str form, rule, text, author;
};
struct review_remarks {
    struct review_remark *v;
    size_t n;
};

/* ---- commands: ERR_DENIED without the right in the office ---- */

/* Begins a draft for a range; gives the draft that is there already. When a
 * review of that range is frozen, a reason is needed: ERR_BAD_INPUT
 * "err.review.reason". */
struct review_order {
    int64_t office_id;
    bool below;
    struct day from, to, send_by;
    struct str period, reason;
};
bool review_prepare(const struct case_doing *d, const struct review_order *in, int64_t *ret_no, struct err *e);

/* Says why a check of a draft fails; an empty text takes it back. */
struct review_saying {
    int64_t office_id, review_no;
    struct str form, rule, text;
};
bool review_say(const struct case_doing *d, const struct review_saying *in, struct err *e);

/* What is about to be frozen: computed, as known at the end of as_of. */
struct review_made {
    struct review_set set;
    struct str bytes;              /* review_json */
    struct day as_of;
    int64_t entries_upto;
    struct review_sheets sources;  /* of a sheet with below */
};
/* By a leader of the office; the program itself names a signer. ERR_BAD_INPUT "err.review.early"
 * while the range or as_of has not ended, "err.review.unexplained" when a check
 * fails without a remark, "err.review.unwritten" when a section of the period's texts is missing (the
 * program itself may sign without), ERR_CONFLICT "err.review.frozen" when it is frozen. */
struct review_freezing {
    int64_t office_id, review_no;
    const struct review_made *made;
    struct str signer;             /* empty: the actor */
};
bool review_freeze(const struct case_doing *d, const struct review_freezing *in, struct err *e);

/* ---- looks ---- */

/* The versions of a range, newest first. */
bool review_versions(const struct case_look *l, const struct review_order *range, struct review_sheets *ret, struct err *e);
bool review_sheet(const struct case_look *l, int64_t office_id, int64_t review_no, struct review_sheet *ret, struct err *e);
bool review_content(const struct case_look *l, const struct review_sheet *s, struct str *ret_json, struct err *e);
bool review_remarks(const struct case_look *l, const struct review_sheet *s, struct review_remarks *ret, struct err *e);
/* The figures of a frozen one, without computing: one row for it in each form. */
bool review_stored(const struct case_look *l, const struct review_sheet *s, struct review_set *ret, struct err *e);

/* Computes what a sheet says: the office's own forms, or its own with the newest
 * frozen ones of the offices below (of a frozen sheet: those that it was made of). */
bool review_make(const struct case_look *l, struct facts *f, const struct review_sheet *s, struct day as_of, struct review_made *ret,
                 struct err *e);
/* Does a frozen one come out with the same bytes when it is computed again? */
bool review_again(const struct case_look *l, struct facts *f, const struct review_sheet *s, bool *ret_same, struct err *e);

/* The offices below that owe a review of a range: the committees, and who sent one. */
struct review_sender {
    int64_t office_id;
    struct str name;
    struct review_sheet sheet;     /* the newest frozen one; review_no 0: none */
    bool late;                     /* sent after send_by, or not sent and send_by is over */
};
struct review_senders {
    struct review_sender *v;
    size_t n, sent, late;
};
bool review_senders(const struct case_look *l, const struct review_order *range, struct review_senders *ret, struct err *e);
#endif
