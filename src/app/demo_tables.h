// SPDX-License-Identifier: AGPL-3.0-or-later
/* What a demonstration is made of, as tables: demo/vn. Columns: demo/README.md. */
#ifndef APP_DEMO_TABLES_H
#define APP_DEMO_TABLES_H
#include "base/err.h"
#include "base/str.h"
#include "platform/auth/viewer.h"

struct demo_matter {
    struct str id, procedure, subject, petitioners, tags;
    struct str title, body, answer, decision;
    struct str pub_title, pub_body, pub_answer; /* empty: as the original */
    int64_t send_to;                            /* place of the office in the province's list: 15, 16, … */
};

/* What is done: by whom, how many working days after what was done before. */
struct demo_step {
    struct str action, with; /* with: grounds, decisions or stars to choose from, with commas */
    enum role by;            /* ROLE_CITIZEN: the person herself */
    int64_t from, to;
    int64_t chance;          /* per cent */
};

struct demo_course {
    struct str id, procedures, petitioner;
    struct str then, instead; /* of the matter that it makes elsewhere; where the law of the day has no such step */
    int64_t share;            /* of all; 0: only as another's then */
    int64_t oldest, newest;   /* days before the year's end at which it begins */
    int64_t show;             /* its first matter's code is printed */
    bool joins;
    const struct demo_step *steps;
    size_t steps_n;
};

/* Where people live: tags choose matters, names the family of names. */
struct demo_area {
    struct str unit, tags, names, hamlets, streets;
};
/* A row of names.csv and phrases.csv. */
struct demo_word {
    struct str list, key, text;
};
struct demo_account {
    struct str login, title, where;
    uint32_t roles;
    bool subtree;
};

/* scenes.csv: a step of a denunciation that is told, so many days before the end. */
struct demo_scene {
    struct str scene, by, action, ground, words, text; /* by: register, person, or a role */
    int64_t before;
};

struct demo_tables {
    struct demo_scene *scenes;
    size_t scenes_n;
    struct demo_matter *matters;
    struct demo_course *courses;
    struct demo_area *areas;
    struct demo_word *names, *phrases;
    struct demo_account *accounts;
    size_t matters_n, courses_n, areas_n, names_n, phrases_n, accounts_n;
    struct str province, home; /* units */
};
/* Reads the embedded tables. ERR_BAD_INPUT with "FILE:LINE: COLUMN: reason". */
bool demo_tables_read(struct arena *a, struct demo_tables *ret, struct err *e);
#endif
